// Ids, links, masses and places of single halos: everything that validate() refuses, and the traits of links.
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "cecropia/tree/validate.hpp"
#include "examine_parts.hpp"

namespace cecropia::tree {
namespace {

/// Where an id is used, for the rank that looks after this id.
struct IdUse {
  std::int64_t id = 0, forest = 0, level = 0;
  std::uint64_t columns = 0;  ///< hash of all columns
  auto key() const { return std::tuple(id, forest, level, columns); }
};

/// A link that leads out of its forest.
struct Question {
  Case of;
  std::int64_t wanted = -1;
};

std::uint64_t hash_of_columns(const Catalogue& c, Halo h) {
  const auto at = c.position_cmpc.empty() ? std::array<float, 3>{} : c.position_cmpc[h];
  const std::array<std::int64_t, 9> columns{
      c.id[h],
      c.descendant_id[h],
      c.host_id[h],
      c.level[h],
      static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(c.m_vir_msun[h])),
      c.flags[h],
      c.n_progenitors_expected.empty() ? 0 : c.n_progenitors_expected[h],
      static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(at[0])),
      static_cast<std::int64_t>((std::uint64_t{std::bit_cast<std::uint32_t>(at[1])} << 32) |
                                std::bit_cast<std::uint32_t>(at[2]))};
  return XXH3_64bits(columns.data(), sizeof columns);
}

/// What one halo can have wrong by itself.
void single_halos(const Catalogue& c, double box_cmpc, Collector& found) {
  const auto n = static_cast<std::int64_t>(c.n_halos());
  for (const Class of : {Class::phantom, Class::outside_box, Class::bad_mass}) found.out_of(of, n);
  for (Halo h = 0; h < c.n_halos(); ++h) {
    Case here = case_of(c, h);
    const double m = c.m_vir_msun[h];
    here.a = m;
    const auto add = [&](Class of, double rank) {
      here.of = of;
      here.rank = rank;
      found.add(here);
    };
    const bool is_mass = m > 0.0 && std::isfinite(m);
    if (!is_mass) add(Class::bad_mass, 0.0);
    if ((c.flags[h] & Forest::is_phantom) != 0) add(Class::phantom, is_mass ? m : 0.0);
    if (c.position_cmpc.empty()) continue;
    const Place worst = worst_place(c.position_cmpc[h], box_cmpc);
    here.a = static_cast<double>(worst.at_cmpc);
    if (worst.kind == Place::none) add(Class::no_place, 0.0);
    if (worst.kind == Place::outside) add(Class::outside_box, 0.0);
  }
}

void link_traits(const Catalogue& c, const SoundLinks& links, Collector& found) {
  const auto last_level = static_cast<std::int64_t>(c.redshift.size()) - 1;
  for (Halo h = 0; h < c.n_halos(); ++h) {
    Case here = case_of(c, h);
    const auto add = [&](Class of, Halo other, double rank = 0.0) {
      here.of = of;
      here.rank = rank;
      if (other != no_halo) {
        here.other = c.id[other];
        here.other_level = c.level[other];
      }
      found.add(here);
    };
    const double m = c.m_vir_msun[h];
    here.a = m;
    if (const Halo d = links.descendant[h]; d != no_halo) {
      found.out_of(Class::skipped_snapshot, 1);
      if (c.level[d] > c.level[h] + 1) {
        add(Class::skipped_snapshot, d, c.level[d] - c.level[h]);
        if (c.id[h] < 0 || c.id[h] >= end_of_ids_for_insertion || c.level[d] > levels_in_id)
          add(Class::id_too_large, d);
      }
    }
    if (c.descendant_id[h] < 0) {
      found.out_of(Class::ends_early, 1);
      if (static_cast<std::int64_t>(c.level[h]) < last_level)
        add(Class::ends_early, no_halo, std::isfinite(m) ? m : 0.0);
    }
    if (const Halo host = links.host[h]; host != no_halo) {
      found.out_of(Class::host_in_other_tree, 1);
      found.out_of(Class::sub_subhalo, 1);
      if (links.root[host] != links.root[h]) add(Class::host_in_other_tree, host);
      if (links.host[host] != no_halo) add(Class::sub_subhalo, host);
    }
  }
}

/// Links that lead nowhere in the forest become questions; those that are there and wrong become cases.
std::vector<Question> links_inside(const Catalogue& c, const FoundLinks& links, Collector& found) {
  std::vector<Question> questions;
  std::vector<std::int32_t> progenitors(c.n_halos(), 0);
  for (Halo h = 0; h < c.n_halos(); ++h) {
    Case here = case_of(c, h);
    const auto ask = [&](Class orphan, std::int64_t wanted) {
      here.of = orphan;
      here.other = wanted;
      questions.push_back({here, wanted});
    };
    const auto add = [&](Class of, Halo other) {
      here.of = of;
      here.other = c.id[other];
      here.other_level = c.level[other];
      found.add(here);
    };
    const Halo d = links.descendant[h], host = links.host[h];
    if (c.descendant_id[h] >= 0 && d == no_halo) ask(Class::orphan_descendant, c.descendant_id[h]);
    if (c.host_id[h] >= 0 && host == no_halo) ask(Class::orphan_host, c.host_id[h]);
    if (d != no_halo) ++progenitors[d];
    if (d != no_halo && c.level[d] <= c.level[h]) add(Class::descendant_not_later, d);
    if (host != no_halo && c.level[host] != c.level[h]) add(Class::host_at_other_time, host);
  }
  for (Halo h = 0; h < c.n_progenitors_expected.size(); ++h) {
    if (c.n_progenitors_expected[h] < 0 || c.n_progenitors_expected[h] == progenitors[h]) continue;
    Case here = case_of(c, h);
    here.of = Class::progenitors_missing;
    here.a = c.n_progenitors_expected[h];
    here.b = progenitors[h];
    found.add(here);
  }
  const auto circles = [&](Class of, const std::vector<Halo>& target) {
    for (const Halo h : first_of_circles(c, target)) {
      Case here = case_of(c, h);
      here.of = of;
      here.a = static_cast<double>(circle_through(h, target).size());
      found.add(here);
    }
  };
  circles(Class::descendant_circle, links.descendant);
  circles(Class::host_circle, links.host);
  return questions;
}

/// Ids of all ranks meet at the rank that looks after them: ids twice are found there, and questions answered.
void across_ranks(const Catalogue& c, const std::vector<Question>& questions, const parallel::Communicator& ranks,
                  Collector& found) {
  const auto keeper = [n = static_cast<std::uint64_t>(ranks.size())](std::int64_t id) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id) % n);
  };
  std::vector<std::vector<IdUse>> uses_for(static_cast<std::size_t>(ranks.size()));
  for (Halo h = 0; h < c.n_halos(); ++h)
    uses_for[keeper(c.id[h])].push_back({c.id[h], c.forest_id[c.forest[h]], c.level[h], hash_of_columns(c, h)});
  std::vector<IdUse> uses = ranks.exchange(uses_for);
  std::vector<std::vector<IdUse>>().swap(uses_for);
  std::sort(uses.begin(), uses.end(), [](const IdUse& a, const IdUse& b) { return a.key() < b.key(); });
  for (std::size_t i = 1; i < uses.size(); ++i) {
    const IdUse &before = uses[i - 1], &use = uses[i];
    if (use.id != before.id) continue;
    const bool is_copy = use.columns == before.columns && use.forest == before.forest;
    found.add({Class::duplicate_id, 0.0, use.id, use.forest, use.level, use.id, before.forest, before.level,
               is_copy ? 1.0 : 0.0, 0.0});
  }
  std::vector<std::vector<Question>> asked(static_cast<std::size_t>(ranks.size()));
  for (const Question& q : questions) asked[keeper(q.wanted)].push_back(q);
  for (Question& q : ranks.exchange(asked)) {
    const auto at = std::lower_bound(uses.begin(), uses.end(), q.wanted,
                                     [](const IdUse& use, std::int64_t id) { return use.id < id; });
    if (at != uses.end() && at->id == q.wanted) {
      q.of.of = q.of.of == Class::orphan_host ? Class::foreign_host : Class::foreign_descendant;
      q.of.other_forest = at->forest;
      q.of.other_level = at->level;
    }
    found.add(q.of);
  }
}

}  // namespace

Case case_of(const Catalogue& c, Halo h) {
  Case here;
  here.halo = c.id[h];
  here.forest = c.forest_id[c.forest[h]];
  here.level = static_cast<std::int64_t>(c.level[h]);
  return here;
}

void examine_links(const Catalogue& c, const FoundLinks& links, const SoundLinks& sound_links, double box_cmpc,
                   const parallel::Communicator& ranks, Collector& found) {
  single_halos(c, box_cmpc, found);
  const std::vector<Question> questions = links_inside(c, links, found);
  link_traits(c, sound_links, found);
  across_ranks(c, questions, ranks, found);
}

}  // namespace cecropia::tree

#include "found_links.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "cecropia/tree/examine.hpp"
#include "cecropia/tree/repair.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree {
namespace {

/// Every column of a halo but its forest; for telling copies from different halos of one id.
auto columns_of(const Catalogue& c, Halo h) {
  const auto at = c.position_cmpc.empty() ? std::array<float, 3>{} : c.position_cmpc[h];
  const std::int32_t progenitors = c.n_progenitors_expected.empty() ? 0 : c.n_progenitors_expected[h];
  return std::tuple(c.level[h], std::bit_cast<std::uint64_t>(c.m_vir_msun[h]), c.descendant_id[h], c.host_id[h],
                    c.flags[h], std::bit_cast<std::array<std::uint32_t, 3>>(at), progenitors);
}

/// Halos that lie on a circle of links.
std::vector<bool> on_a_circle(const std::vector<Halo>& target) {
  std::vector<bool> is(target.size(), false);
  for (const Halo start : circles_in(target))
    for (const Halo h : circle_through(start, target)) is[h] = true;
  return is;
}

/// The order in which arrange() puts progenitors: named by the source, then heavier, then by id.
bool comes_first(const Catalogue& c, Halo a, Halo b) {
  const auto key = [&](Halo h) {
    return std::tuple((c.flags[h] & Forest::is_main_progenitor) == 0, -c.m_vir_msun[h], c.id[h]);
  };
  return key(a) < key(b);
}

}  // namespace

HaloFinder::HaloFinder(const Catalogue& catalogue) : c_(catalogue) {
  if (c_.n_halos() >= no_halo) refuse_too_many_halos();
  index_.reset(c_.n_halos());
  for (Halo h = 0; h < c_.n_halos(); ++h)
    if (const Halo earlier = index_.insert(c_.id[h], h); earlier != no_halo) {
      twins_.push_back(earlier);
      twins_.push_back(h);
    }
  std::sort(twins_.begin(), twins_.end(), [&](Halo a, Halo b) {
    if (c_.id[a] != c_.id[b]) return c_.id[a] < c_.id[b];
    if (c_.forest[a] != c_.forest[b]) return c_.forest[a] < c_.forest[b];
    const auto of_a = columns_of(c_, a), of_b = columns_of(c_, b);
    return of_a != of_b ? of_a < of_b : a < b;
  });
  twins_.erase(std::unique(twins_.begin(), twins_.end()), twins_.end());
}

bool HaloFinder::is_ambiguous(std::int64_t id) const {
  const auto at = std::lower_bound(twins_.begin(), twins_.end(), id,
                                   [&](Halo twin, std::int64_t wanted) { return c_.id[twin] < wanted; });
  return at != twins_.end() && c_.id[*at] == id;
}

Halo HaloFinder::find(std::int64_t id, std::uint32_t forest) const {
  const Halo h = index_.find(id);
  if (h == no_halo || !is_ambiguous(id)) return h != no_halo && c_.forest[h] == forest ? h : no_halo;
  const auto at =
      std::lower_bound(twins_.begin(), twins_.end(), std::pair(id, forest),
                       [&](Halo twin, const auto& key) { return std::pair(c_.id[twin], c_.forest[twin]) < key; });
  return at != twins_.end() && c_.id[*at] == id && c_.forest[*at] == forest ? *at : no_halo;
}

std::vector<Halo> HaloFinder::copies() const {
  std::vector<Halo> later;
  for (std::size_t i = 1; i < twins_.size(); ++i) {
    const Halo a = twins_[i - 1], b = twins_[i];
    if (c_.id[a] == c_.id[b] && c_.forest[a] == c_.forest[b] && columns_of(c_, a) == columns_of(c_, b))
      later.push_back(b);
  }
  std::sort(later.begin(), later.end());
  return later;
}

FoundLinks follow(const Catalogue& c, const HaloFinder& finder) {
  FoundLinks links;
  links.descendant.assign(c.n_halos(), no_halo);
  links.host.assign(c.n_halos(), no_halo);
  for (Halo h = 0; h < c.n_halos(); ++h) {
    if (c.descendant_id[h] >= 0) links.descendant[h] = finder.find(c.descendant_id[h], c.forest[h]);
    if (c.host_id[h] >= 0) links.host[h] = finder.find(c.host_id[h], c.forest[h]);
  }
  return links;
}

SoundLinks sound(const Catalogue& c, const FoundLinks& links) {
  SoundLinks s{links.descendant, links.host, {}, {}, {}};
  const auto n = static_cast<Halo>(c.n_halos());
  for (Halo h = 0; h < n; ++h) {
    if (const Halo d = s.descendant[h]; d != no_halo && c.level[d] <= c.level[h]) s.descendant[h] = no_halo;
    if (const Halo host = s.host[h]; host != no_halo && c.level[host] != c.level[h]) s.host[h] = no_halo;
  }
  const std::vector<bool> turns = on_a_circle(s.host);
  for (Halo h = 0; h < n; ++h)
    if (turns[h]) s.host[h] = no_halo;
  s.top = s.host;
  s.main.assign(n, no_halo);
  for (Halo h = 0; h < n; ++h) {
    while (s.top[h] != no_halo && s.host[s.top[h]] != no_halo) s.top[h] = s.host[s.top[h]];
    if (const Halo d = s.descendant[h]; d != no_halo && (s.main[d] == no_halo || comes_first(c, h, s.main[d])))
      s.main[d] = h;
  }
  std::vector<Halo> late_first(n);
  std::iota(late_first.begin(), late_first.end(), Halo{0});
  std::stable_sort(late_first.begin(), late_first.end(), [&](Halo a, Halo b) { return c.level[a] > c.level[b]; });
  s.root.resize(n);
  for (const Halo h : late_first) s.root[h] = s.descendant[h] == no_halo ? h : s.root[s.descendant[h]];
  return s;
}

std::vector<Halo> first_of_circles(const Catalogue& c, const std::vector<Halo>& target) {
  std::vector<Halo> found = circles_in(target);
  for (Halo& first : found)
    for (const Halo x : circle_through(first, target)) first = c.id[x] < c.id[first] ? x : first;
  return found;
}

std::vector<MassDip> mass_dips(const Catalogue& c, const SoundLinks& links, double particle_msun) {
  std::vector<MassDip> dips;
  std::vector<double> relied_on(c.forest_id.size(), std::numeric_limits<double>::max());
  for (Halo h = 0; h < c.n_halos(); ++h)
    if (c.m_vir_msun[h] > 0.0) relied_on[c.forest[h]] = std::min(relied_on[c.forest[h]], c.m_vir_msun[h]);
  for (double& m : relied_on) m = well_resolved_msun(particle_msun, m);
  const auto next = [&](Halo h) {
    const Halo d = links.descendant[h];
    return d != no_halo && links.main[d] == h ? d : no_halo;
  };
  for (Halo leaf = 0; leaf < c.n_halos(); ++leaf) {
    if (links.main[leaf] != no_halo) continue;  // branches begin where there is no progenitor
    for (Halo before = leaf; before != no_halo;) {
      MassDip dip{before, next(before), {}};
      const double m = c.m_vir_msun[before];
      bool is_dip = false;
      for (double highest = 0.0; !is_dip && dip.after != no_halo && std::ssize(dip.inside) < longest_mass_dip;) {
        highest = std::max(highest, c.m_vir_msun[dip.after]);
        dip.inside.push_back(dip.after);
        dip.after = next(dip.after);
        if (dip.after == no_halo) break;
        const double least = std::min(m, c.m_vir_msun[dip.after]);
        is_dip = least >= relied_on[c.forest[before]] && std::isfinite(least) && highest > 0.0 &&
                 highest * mass_dip_factor < least;
      }
      before = is_dip ? dip.after : next(before);
      if (is_dip) dips.push_back(std::move(dip));
    }
  }
  return dips;
}

}  // namespace cecropia::tree

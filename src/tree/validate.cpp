#include "cecropia/tree/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/graph/topological_sort.hpp>
#include <cmath>
#include <iterator>
#include <optional>
#include <tuple>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/graph.hpp"
#include "cecropia/tree/id_index.hpp"

namespace cecropia::tree {
namespace {

/// Where an id is used.
struct IdUse {
  std::int64_t id = 0, forest_id = 0, level = 0;
  bool operator<(const IdUse& o) const { return std::tie(id, forest_id, level) < std::tie(o.id, o.forest_id, o.level); }
};

std::vector<IdUse> uses_of_ids(const Catalogue& c) {
  std::vector<IdUse> uses;
  uses.reserve(c.n_halos());
  for (Halo h = 0; h < c.n_halos(); ++h)
    uses.push_back({c.id[h], c.forest_id[c.forest[h]], static_cast<std::int64_t>(c.level[h])});
  return uses;
}

/// The complaint about the smallest id that is used twice; nothing if there is none.
std::optional<Complaint> used_twice(std::vector<IdUse> uses, const Catalogue& c, const std::string& where) {
  std::sort(uses.begin(), uses.end());
  const auto first =
      std::adjacent_find(uses.begin(), uses.end(), [](const IdUse& a, const IdUse& b) { return a.id == b.id; });
  if (first == uses.end()) return std::nullopt;
  const auto place = [&](const IdUse& u) {
    return fmt::format("z = {:.4f}, forest {}", c.redshift[static_cast<std::size_t>(u.level)], u.forest_id);
  };
  return Complaint{fmt::format("halo id {} occurs twice", first->id),
                   fmt::format("{}, halo {} at {} and at {}", where, first->id, place(first[0]), place(first[1])),
                   "ids that are unique in the whole set", "check that no tree file is given twice"};
}

/// The rules share the catalogue, the name of the source and the way a halo is named.
class Checker {
 public:
  Checker(const Catalogue& catalogue, const std::string& where, double box_cmpc)
      : c_(catalogue), where_(where), box_cmpc_(box_cmpc) {}

  Links run() {
    check_shape(c_);
    masses();
    places();
    unique();
    Links links;
    links.descendant = find(c_.descendant_id, "descendant");
    times(links.descendant);
    progenitors(links.descendant);
    links.host = find(c_.host_id, "host");
    hosts(links.host);
    return links;
  }

 private:
  [[noreturn]] void refuse(Halo h, const std::string& what, const std::string& expected, const std::string& fix) const {
    throw InputError({what,
                      fmt::format("{}, halo {} at z = {:.4f}, forest {}", where_, c_.id[h], c_.redshift[c_.level[h]],
                                  c_.forest_id[c_.forest[h]]),
                      expected, fix});
  }

  void masses() const {
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (!(c_.m_vir_msun[h] > 0.0) || !std::isfinite(c_.m_vir_msun[h]))
        refuse(h, fmt::format("the mass of halo {} is {} Msun", c_.id[h], c_.m_vir_msun[h]), "a positive, finite mass",
               "choose another mass column (trees.mass_column) or remove the halo from its tree");
  }

  void places() const {
    for (Halo h = 0; h < c_.position_cmpc.size(); ++h)
      if (const Place place = worst_place(c_.position_cmpc[h], box_cmpc_); place.kind == Place::none)
        refuse(h,
               fmt::format("halo {} is at {} cMpc, which is no place in the box of {} cMpc", c_.id[h], place.at_cmpc,
                           box_cmpc_),
               "positions in the box, or one box outside at most",
               "check the size of the box and the unit of the positions");
  }

  void unique() {
    index_.reset(c_.n_halos());
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (index_.insert(c_.id[h], h) != no_halo)
        if (const auto complaint = used_twice(uses_of_ids(c_), c_, where_)) throw InputError(*complaint);
  }

  std::vector<Halo> find(const std::vector<std::int64_t>& wanted, const char* role) const {
    std::vector<Halo> found(wanted.size(), no_halo);
    for (Halo h = 0; h < wanted.size(); ++h) {
      if (wanted[h] < 0) continue;
      found[h] = index_.find(wanted[h]);
      if (found[h] == no_halo)
        refuse(h, fmt::format("the {} of halo {}, halo {}, does not exist", role, c_.id[h], wanted[h]),
               fmt::format("a halo of the same forest, or -1 for none"),
               "check that all tree files are there and complete; if they are, forests.list may separate trees that "
               "belong "
               "together (without it forests are found from the links)");
      if (c_.forest[found[h]] != c_.forest[h])
        refuse(h,
               fmt::format("the {} of halo {}, halo {}, belongs to another forest ({})", role, c_.id[h], wanted[h],
                           c_.forest_id[c_.forest[found[h]]]),
               "links that stay inside a forest", "remove forests.list: forests are then found from the links");
    }
    return found;
  }

  void times(const std::vector<Halo>& descendant) const {
    for (Halo h = 0; h < descendant.size(); ++h) {
      const Halo d = descendant[h];
      if (d == no_halo || c_.level[d] > c_.level[h]) continue;
      // A circle always breaks the order of times somewhere: look for it only now, and name it if it is there.
      if (topological_order(descendant).empty()) {
        std::vector<std::int64_t> ids;
        const std::vector<Halo> circle = circle_through(circles_in(descendant).front(), descendant);
        for (const Halo x : circle) ids.push_back(c_.id[x]);
        const std::size_t shown = std::min<std::size_t>(ids.size(), 8);
        refuse(circle.front(),
               fmt::format("the descendant links run in a circle: {}{} -> {}",
                           fmt::join(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(shown), " -> "),
                           ids.size() > shown ? " -> ..." : "", ids.front()),
               "every descendant at a later time", "repair the descendant column of these halos");
      }
      refuse(h,
             fmt::format("the descendant of halo {}, halo {} at z = {:.4f}, is {}", c_.id[h], c_.id[d],
                         c_.redshift[c_.level[d]], c_.level[d] == c_.level[h] ? "at the same time" : "in its past"),
             "every descendant at a later time", "repair the descendant or the scale factor of this halo");
    }
  }

  void progenitors(const std::vector<Halo>& descendant) const {
    if (c_.n_progenitors_expected.empty()) return;
    std::vector<std::int32_t> found(c_.n_halos(), 0);
    for (const Halo d : descendant)
      if (d != no_halo) ++found[d];
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (c_.n_progenitors_expected[h] >= 0 && c_.n_progenitors_expected[h] != found[h])
        refuse(h,
               fmt::format("halo {} should have {} progenitors, but {} are there", c_.id[h],
                           c_.n_progenitors_expected[h], found[h]),
               "as many progenitors as the source says",
               "the file may be cut: copy it again; for trees pruned on purpose set trees.check_progenitors to false");
  }

  void hosts(std::vector<Halo>& host) const {
    for (Halo h = 0; h < host.size(); ++h)
      if (host[h] != no_halo && c_.level[host[h]] != c_.level[h])
        refuse(h,
               fmt::format("the host of halo {}, halo {}, is at another time (z = {:.4f})", c_.id[h], c_.id[host[h]],
                           c_.redshift[c_.level[host[h]]]),
               "a host at the same time", "repair the host column (upid) of this halo");
    if (const std::vector<Halo> circles = circles_in(host); !circles.empty())
      refuse(circles.front(), fmt::format("the host links of halo {} run in a circle", c_.id[circles.front()]),
             "hosts that end at a central halo (host id -1)", "repair the host column (upid) of this halo");
    std::vector<Halo> top(host);
    for (Halo h = 0; h < host.size(); ++h) {
      if (host[h] == no_halo) continue;
      Halo t = host[h];
      while (host[t] != no_halo) t = host[t];
      top[h] = t;
    }
    host.swap(top);
  }

  const Catalogue& c_;
  const std::string& where_;
  double box_cmpc_;
  IdIndex index_;
};

}  // namespace

void refuse_too_many_halos() {
  throw InputError({"there are more halos on one rank than can be numbered", "the merger trees",
                    fmt::format("less than {} halos on each rank", no_halo), "use more ranks for each model"});
}

void check_shape(const Catalogue& c) {  // a source that breaks this is a mistake of ours, not of the user
  const std::size_t n = c.n_halos();
  if (n >= no_halo) refuse_too_many_halos();
  const bool complete = c.descendant_id.size() == n && c.host_id.size() == n && c.level.size() == n &&
                        c.m_vir_msun.size() == n && c.flags.size() == n && c.forest.size() == n &&
                        (c.position_cmpc.empty() || c.position_cmpc.size() == n) &&
                        (c.n_progenitors_expected.empty() || c.n_progenitors_expected.size() == n) &&
                        c.forest_id.size() == c.weight_per_cmpc3.size();
  if (!complete) throw InternalError("columns of a tree catalogue differ in length");
  for (std::size_t h = 0; h < n; ++h)
    if (c.level[h] >= c.redshift.size() || c.forest[h] >= c.forest_id.size())
      throw InternalError("a halo of a tree catalogue has a level or forest that does not exist");
}

Place worst_place(const std::array<float, 3>& position_cmpc, double box_cmpc) {
  Place worst;
  for (const float x : position_cmpc) {
    Place::Kind kind = Place::inside;
    const auto at = static_cast<double>(x);
    if (!std::isfinite(x) || (box_cmpc > 0.0 && !(at >= -box_cmpc && at <= 2.0 * box_cmpc)))
      kind = Place::none;
    else if (box_cmpc > 0.0 && !(x >= 0.0F && x < static_cast<float>(box_cmpc)))
      kind = Place::outside;
    if (kind > worst.kind || (worst.kind == Place::inside && kind == Place::inside)) worst = {kind, x};
  }
  return worst;
}

Links validate(const Catalogue& catalogue, const std::string& where, double box_cmpc) {
  return Checker(catalogue, where, box_cmpc).run();
}

void refuse_shared_ids(const Catalogue& catalogue, const std::string& where, const parallel::Communicator& ranks) {
  if (ranks.size() == 1) return;  // validate() sees all ids
  std::vector<std::vector<IdUse>> outgoing(static_cast<std::size_t>(ranks.size()));
  for (const IdUse& use : uses_of_ids(catalogue))
    outgoing[static_cast<std::uint64_t>(use.id) % outgoing.size()].push_back(use);
  std::vector<IdUse> mine = ranks.exchange(outgoing);
  std::sort(mine.begin(), mine.end());
  // Only the pair with the smallest id of all ranks is reported, as on one rank.
  std::vector<IdUse> pair;
  const auto same = [](const IdUse& a, const IdUse& b) { return a.id == b.id; };
  if (const auto first = std::adjacent_find(mine.begin(), mine.end(), same); first != mine.end())
    pair = {first[0], first[1]};
  if (const auto complaint = used_twice(ranks.gather_all(pair), catalogue, where)) throw InputError(*complaint);
}

std::vector<Halo> topological_order(std::span<const Halo> target) {
  std::vector<Halo> order;
  order.reserve(target.size());
  try {
    LinkGraph graph{target};
    boost::topological_sort(graph, std::back_inserter(order));
  } catch (const boost::not_a_dag&) {
    return {};
  }
  std::reverse(order.begin(), order.end());  // Boost.Graph gives what is pointed to first
  return order;
}

std::vector<Halo> circles_in(std::span<const Halo> target) {
  // Every halo points to one other at most: walk until a halo seen on an earlier walk (no circle) or on this one
  // (circle).
  std::vector<Halo> seen_on(target.size(), no_halo), found;
  for (Halo start = 0; start < target.size(); ++start) {
    Halo h = start;
    while (h != no_halo && seen_on[h] == no_halo) {
      seen_on[h] = start;
      h = target[h];
    }
    if (h != no_halo && seen_on[h] == start) found.push_back(h);
  }
  return found;
}

std::vector<Halo> circle_through(Halo start, std::span<const Halo> target) {
  std::vector<Halo> circle{start};
  for (Halo x = target[start]; x != start; x = target[x]) circle.push_back(x);
  return circle;
}

}  // namespace cecropia::tree

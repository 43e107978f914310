#include "cecropia/tree/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/graph/topological_sort.hpp>
#include <cmath>
#include <iterator>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/graph.hpp"
#include "cecropia/tree/id_index.hpp"

namespace cecropia::tree {
namespace {

/// The rules share the catalogue, the name of the source and the way a halo is named.
class Checker {
 public:
  Checker(const Catalogue& catalogue, const std::string& where) : c_(catalogue), where_(where) {}

  Links run() {
    shape();
    masses();
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

  void shape() const {  // a source that breaks this is a mistake of ours, not of the user
    const std::size_t n = c_.n_halos();
    if (n >= no_halo) throw InternalError("more halos on one rank than the 32-bit index holds: use more ranks");
    const bool complete = c_.descendant_id.size() == n && c_.host_id.size() == n && c_.level.size() == n &&
                          c_.m_vir_msun.size() == n && c_.flags.size() == n && c_.forest.size() == n &&
                          (c_.position_cmpc.empty() || c_.position_cmpc.size() == n) &&
                          (c_.n_progenitors_expected.empty() || c_.n_progenitors_expected.size() == n) &&
                          c_.forest_id.size() == c_.weight_per_cmpc3.size();
    if (!complete) throw InternalError("columns of a tree catalogue differ in length");
    for (std::size_t h = 0; h < n; ++h)
      if (c_.level[h] >= c_.redshift.size() || c_.forest[h] >= c_.forest_id.size())
        throw InternalError("a halo of a tree catalogue has a level or forest that does not exist");
  }

  void masses() const {
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (!(c_.m_vir_msun[h] > 0.0) || !std::isfinite(c_.m_vir_msun[h]))
        refuse(h, fmt::format("the mass of halo {} is {} Msun", c_.id[h], c_.m_vir_msun[h]), "a positive, finite mass",
               "choose another mass column (trees.mass_column) or remove the halo from its tree");
  }

  void unique() {
    index_.reset(c_.n_halos());
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (const Halo other = index_.insert(c_.id[h], h); other != no_halo)
        refuse(h, fmt::format("halo id {} occurs twice", c_.id[h]),
               fmt::format("unique ids; the other one is at z = {:.4f}, forest {}", c_.redshift[c_.level[other]],
                           c_.forest_id[c_.forest[other]]),
               "check that no tree file is given twice");
  }

  std::vector<Halo> find(const std::vector<std::int64_t>& wanted, const char* role) const {
    std::vector<Halo> found(wanted.size(), no_halo);
    for (Halo h = 0; h < wanted.size(); ++h) {
      if (wanted[h] < 0) continue;
      found[h] = index_.find(wanted[h]);
      if (found[h] == no_halo)
        refuse(h, fmt::format("the {} of halo {}, halo {}, does not exist", role, c_.id[h], wanted[h]),
               fmt::format("a halo of the same forest, or -1 for none"),
               "check that all tree files are there and complete; if they are, forests.list may separate trees that belong "
               "together (without it forests are found from the links)");
      if (c_.forest[found[h]] != c_.forest[h])
        refuse(h, fmt::format("the {} of halo {}, halo {}, belongs to another forest ({})", role, c_.id[h], wanted[h],
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
        const std::vector<Halo> circle = circle_in(descendant);
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
        refuse(h, fmt::format("halo {} should have {} progenitors, but {} are there", c_.id[h], c_.n_progenitors_expected[h],
                              found[h]),
               "as many progenitors as the source says",
               "the file may be cut: copy it again; for trees pruned on purpose set trees.check_progenitors to false");
  }

  void hosts(std::vector<Halo>& host) const {
    for (Halo h = 0; h < host.size(); ++h)
      if (host[h] != no_halo && c_.level[host[h]] != c_.level[h])
        refuse(h, fmt::format("the host of halo {}, halo {}, is at another time (z = {:.4f})", c_.id[h], c_.id[host[h]],
                              c_.redshift[c_.level[host[h]]]),
               "a host at the same time", "repair the host column (upid) of this halo");
    if (const std::vector<Halo> circle = circle_in(host); !circle.empty())
      refuse(circle.front(), fmt::format("the host links of halo {} run in a circle", c_.id[circle.front()]),
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
  IdIndex index_;
};

}  // namespace

Links validate(const Catalogue& catalogue, const std::string& where) { return Checker(catalogue, where).run(); }

void refuse_shared_ids(std::span<const std::int64_t> ids, const std::string& where, const parallel::Communicator& ranks) {
  if (ranks.size() == 1) return;
  std::vector<std::vector<std::int64_t>> outgoing(static_cast<std::size_t>(ranks.size()));
  for (const std::int64_t id : ids) outgoing[static_cast<std::uint64_t>(id) % outgoing.size()].push_back(id);
  std::vector<std::int64_t> mine = ranks.exchange(outgoing);
  std::sort(mine.begin(), mine.end());
  const auto twice = std::adjacent_find(mine.begin(), mine.end());
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  const std::int64_t smallest = -ranks.max(twice == mine.end() ? -none : -*twice);
  if (smallest == none) return;
  throw InputError({fmt::format("halo id {} occurs twice", smallest), fmt::format("{}, halo {}", where, smallest),
                    "unique ids; the two halos are in different forests", "check that no tree file is given twice"});
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

std::vector<Halo> circle_in(std::span<const Halo> target) {
  // Every halo points to one other at most: walk until a halo seen on an earlier walk (no circle) or on this one (circle).
  std::vector<Halo> seen_on(target.size(), no_halo);
  for (Halo start = 0; start < target.size(); ++start) {
    Halo h = start;
    while (h != no_halo && seen_on[h] == no_halo) {
      seen_on[h] = start;
      h = target[h];
    }
    if (h == no_halo || seen_on[h] != start) continue;
    std::vector<Halo> circle{h};
    for (Halo x = target[h]; x != h; x = target[x]) circle.push_back(x);
    return circle;
  }
  return {};
}

}  // namespace cecropia::tree

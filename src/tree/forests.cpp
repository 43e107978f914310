#include "cecropia/tree/forests.hpp"

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <limits>

namespace cecropia::tree {

std::vector<std::int64_t> forests_of(std::span<const std::int64_t> tree_ids, std::span<const TreeContact> contacts) {
  const std::size_t n = tree_ids.size();
  std::vector<std::size_t> rank(n), parent(n);
  boost::disjoint_sets sets(rank.data(), parent.data());
  for (std::size_t t = 0; t < n; ++t) sets.make_set(t);
  const auto place = [&](std::int64_t id) {
    const auto at = std::lower_bound(tree_ids.begin(), tree_ids.end(), id);
    return at != tree_ids.end() && *at == id ? static_cast<std::size_t>(at - tree_ids.begin()) : n;
  };
  for (const TreeContact& c : contacts) {
    const std::size_t a = place(c.tree_a), b = place(c.tree_b);
    if (a != n && b != n) sets.union_set(a, b);
  }
  std::vector<std::int64_t> smallest(n, std::numeric_limits<std::int64_t>::max()), forest(n);
  for (std::size_t t = 0; t < n; ++t) {
    std::int64_t& s = smallest[sets.find_set(t)];
    s = std::min(s, tree_ids[t]);
  }
  for (std::size_t t = 0; t < n; ++t) forest[t] = smallest[sets.find_set(t)];
  return forest;
}

}  // namespace cecropia::tree

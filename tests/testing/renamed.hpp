#pragma once
/// \file  The same halos in another order, or under other names.
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "cecropia/tree/catalogue.hpp"
#include "testing/drawn_world.hpp"

namespace cecropia::made {

/// 0 to n - 1 in an order that depends on `draw`.
inline std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t draw) {
  Chance chance(draw, 1000);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
  return order;
}

/// Row i of the result is row order[i] of `c`.
inline tree::Catalogue reordered(tree::Catalogue c, const std::vector<std::size_t>& order) {
  c.for_each_column_of_halos([&](auto& column) {
    if (column.empty()) return;
    const auto old = column;
    for (std::size_t i = 0; i < order.size(); ++i) column[i] = old[order[i]];
  });
  return c;
}

/// Gives the halos other ids, in another order of size. The result: new ids by old ones.
inline std::map<std::int64_t, std::int64_t> rename(tree::Catalogue& c, std::uint64_t draw) {
  const std::vector<std::size_t> place = shuffled(c.n_halos(), draw);
  std::map<std::int64_t, std::int64_t> name{{-1, -1}};
  for (std::size_t i = 0; i < c.n_halos(); ++i) name[c.id[i]] = 7 + 31 * static_cast<std::int64_t>(place[i]);
  for (auto* column : {&c.id, &c.descendant_id, &c.host_id})
    for (std::int64_t& id : *column) id = name.at(id);
  return name;
}

}  // namespace cecropia::made

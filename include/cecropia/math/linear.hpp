#pragma once
/// \file  A table of a few nodes, joined by straight lines.
#include <algorithm>
#include <cstddef>
#include <span>

namespace cecropia::math {

/// The value at x of straight lines through (nodes[i], values[i]); constant outside. Nodes ascend; as many values as
/// nodes, at least one.
inline double linear(std::span<const double> nodes, std::span<const double> values, double x) {
  if (x <= nodes.front()) return values.front();
  if (x >= nodes.back()) return values.back();
  const auto i = static_cast<std::size_t>(std::upper_bound(nodes.begin(), nodes.end(), x) - nodes.begin());
  const double way = (x - nodes[i - 1]) / (nodes[i] - nodes[i - 1]);
  return values[i - 1] + way * (values[i] - values[i - 1]);
}

}  // namespace cecropia::math

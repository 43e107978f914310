#pragma once
/// \file  Fits of the stellar tables are polynomials and tables of a few nodes; this is all they need.
#include <array>
#include <cstddef>
#include <span>

namespace cecropia::stars {

/// c[0] + c[1] x + ... by Horner's rule.
template <std::size_t N>
constexpr double polynomial(const std::array<double, N>& c, double x) {
  double sum = 0;
  for (std::size_t i = N; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// Linear interpolation of y over ascending nodes; constant outside.
inline double interpolate(std::span<const double> nodes, std::span<const double> y, double x) {
  if (x <= nodes.front()) return y.front();
  if (x >= nodes.back()) return y.back();
  std::size_t i = 1;
  while (nodes[i] < x) ++i;
  const double w = (x - nodes[i - 1]) / (nodes[i] - nodes[i - 1]);
  return y[i - 1] + w * (y[i] - y[i - 1]);
}

}  // namespace cecropia::stars

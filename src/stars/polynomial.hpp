#pragma once
/// \file  Fits of the stellar tables are polynomials, and tables of a few nodes (math/linear.hpp).
#include <array>
#include <cstddef>

namespace cecropia::stars {

/// c[0] + c[1] x + ... by Horner's rule.
template <std::size_t N>
constexpr double polynomial(const std::array<double, N>& c, double x) {
  double sum = 0;
  for (std::size_t i = N; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

}  // namespace cecropia::stars

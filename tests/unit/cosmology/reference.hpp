#pragma once
// How a reference number is compared: 1e-3 relative (or as stated), or half a unit of the last printed digit, whichever
// is larger. The numbers were worked out independently with the formulae of docs/theory in a short script of plain
// sums.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace cecropia::reference {

/// Half a unit of the last digit of a printed number such as "1.14268e4" or "75.498".
inline double half_last_digit(const std::string& printed) {
  const auto e = printed.find_first_of("eE");
  const std::string mantissa = printed.substr(0, e);
  const int exponent = e == std::string::npos ? 0 : std::atoi(printed.c_str() + e + 1);
  const auto dot = mantissa.find('.');
  const int decimals = dot == std::string::npos ? 0 : static_cast<int>(mantissa.size() - dot - 1);
  return 0.5 * std::pow(10.0, exponent - decimals);
}

inline testing::AssertionResult agrees(double value, const std::string& printed, double relative = 1e-3) {
  const double expected = std::atof(printed.c_str());
  const double allowed = std::max(relative * std::fabs(expected), half_last_digit(printed));
  if (std::fabs(value - expected) <= allowed) return testing::AssertionSuccess();
  return testing::AssertionFailure() << value << " differs from " << printed << " by " << value - expected
                                     << ", allowed " << allowed;
}

}  // namespace cecropia::reference

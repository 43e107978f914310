#include "cecropia/observe/likelihood.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::observe {

double log10_gaussian(double residual, double sigma) {
  return log10_gaussian_of_mean_square(residual * residual, sigma);
}

double log10_gaussian_of_mean_square(double mean_square, double sigma) {
  constexpr double log10_e = 0.43429448190325182765;
  return -0.5 * std::log10(2.0 * constants::pi * sigma * sigma) - 0.5 * log10_e * mean_square / (sigma * sigma);
}

double sigma_of(SigmaRule rule, double observed, double err_lo, double err_hi, double simulated) {
  switch (rule) {
    case SigmaRule::mean:
      return 0.5 * (err_lo + err_hi);
    case SigmaRule::facing:
      return simulated < observed ? err_lo : err_hi;
  }
  return 0.5 * (err_lo + err_hi);  // unreachable; -Wswitch reports a forgotten enumerator
}

}  // namespace cecropia::observe

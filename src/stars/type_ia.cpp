#include "cecropia/stars/type_ia.hpp"

#include <algorithm>
#include <cmath>

namespace cecropia::stars {

DelayTimes::DelayTimes(double min_myr, double max_myr, double slope)
    : min_(min_myr), max_(max_myr), power_(1.0 - slope), at_min_(std::pow(min_myr, power_)),
      span_(std::pow(max_myr, power_) - at_min_) {}

double DelayTimes::density_per_myr(double t) const {
  return t < min_ || t > max_ ? 0.0 : power_ * std::pow(t, power_ - 1.0) / span_;
}

double DelayTimes::cumulative(double t) const {
  return (std::pow(std::clamp(t, min_, max_), power_) - at_min_) / span_;
}

double DelayTimes::delay_myr(double u) const { return std::pow(at_min_ + u * span_, 1.0 / power_); }

Metals w7_yield_msun() {
  // Iwamoto et al. (1999), table 3, model W7, stable isotopes summed by element; Z is the sum over all elements.
  return {1.3681, 0.048301, 1.1613e-6, 0.143, 0.0045185, 0.0085723, 0.1566, 0.087004, 0.011936, 0.7463};
}

}  // namespace cecropia::stars

#include "cecropia/stars/type_ia.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

/// int_1^x y^-s dy, with full digits also near s = 1.
double power_span(double x, double s) {
  const double n = 1.0 - s, l = std::log(x);
  return std::fabs(n * l) < 1e-8 ? l * (1.0 + 0.5 * n * l) : std::expm1(n * l) / n;
}

}  // namespace

DelayTimes::DelayTimes(double t_low_myr, double t_up_myr, double slope)
    : t_low_(t_low_myr), t_up_(t_up_myr), slope_(slope), span_(power_span(t_up_myr / t_low_myr, slope)) {
  if (!(t_low_ > 0 && t_up_ > t_low_ && std::isfinite(t_up_) && std::isfinite(slope_)))
    throw InputError({fmt::format("delay times of Type Ia supernovae cannot run from {} to {} Myr", t_low_, t_up_),
                      "parameters type_ia.delay_min_myr and type_ia.delay_max_myr",
                      "0 < shortest < longest delay, unit Myr", "take the paper's values, 40 and 14000 Myr"});
}

double DelayTimes::density_per_myr(double t_myr) const {
  if (!(t_myr >= t_low_ && t_myr <= t_up_)) return 0.0;
  return std::pow(t_myr / t_low_, -slope_) / (span_ * t_low_);
}

double DelayTimes::cumulative(double t_myr) const {
  if (!(t_myr > t_low_)) return 0.0;
  if (t_myr >= t_up_) return 1.0;
  return power_span(t_myr / t_low_, slope_) / span_;
}

double DelayTimes::delay_myr(double u) const {
  const double n = 1.0 - slope_, area = u * span_;
  const double log_t = std::fabs(n * area) < 1e-8 ? area * (1.0 - 0.5 * n * area) : std::log1p(n * area) / n;
  return std::clamp(t_low_ * std::exp(log_t), t_low_, t_up_);
}

Metals w7_yield_msun() {
  // All elements from carbon on sum to 1.3681 Msun.
  return {1.3681, 0.048301, 1.1613e-06, 0.143, 0.0045185, 0.0085723, 0.1566, 0.087004, 0.011936, 0.7463};
}

}  // namespace cecropia::stars

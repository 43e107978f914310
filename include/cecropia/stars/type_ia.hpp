#pragma once
/// \file  Type Ia supernovae: delays and yields of one event. Theory manual: SNI-1.
#include "cecropia/core/elements.hpp"

namespace cecropia::stars {

/// SNI-1: delay-time distribution p(t) ~ t^-slope between two delays (Liu et al. 2025, appendix C: 40 Myr, 14 Gyr, 1.12).
class DelayTimes {
 public:
  /// 0 < min < max [Myr]; any slope but 1.
  DelayTimes(double min_myr, double max_myr, double slope);
  double density_per_myr(double delay_myr) const;  ///< p(t), zero outside [min, max]
  double cumulative(double delay_myr) const;       ///< fraction with shorter delays, 0 to 1
  double delay_myr(double u) const;                ///< inverse of cumulative, u in [0, 1]

 private:
  double min_, max_, power_, at_min_, span_;
};

/// Metals of one Type Ia supernova [Msun]: model W7, Iwamoto et al. (1999), stable totals after decay.
Metals w7_yield_msun();

}  // namespace cecropia::stars

#pragma once
/// \file  Type Ia supernovae: when they come and what they throw out. Theory manual: docs/theory/stars.md, SNI-1 to
/// SNI-4. Pure functions.
#include "cecropia/core/elements.hpp"

namespace cecropia::stars {

/// SNI-1: p(t) = A t^-slope on [t_low, t_up], 0 outside, of unit integral (Liu et al. 2025, appendix C). A plain value:
/// construct once, use many times.
class DelayTimes {
 public:
  /// 0 < t_low < t_up [Myr], any slope. Throws InputError otherwise.
  explicit DelayTimes(double t_low_myr = 40.0, double t_up_myr = 14000.0, double slope = 1.12);

  double t_low_myr() const { return t_low_; }
  double t_up_myr() const { return t_up_; }
  double slope() const { return slope_; }
  double density_per_myr(double t_myr) const;  ///< SNI-1: p(t) [Myr^-1]
  double cumulative(double t_myr) const;       ///< SNI-3: fraction exploded until age t, in [0, 1]
  double delay_myr(double u) const;            ///< SNI-2: delay [Myr] at which the fraction u in [0, 1] has exploded

 private:
  double t_low_, t_up_, slope_;
  double span_;  ///< (t_up^(1-s) - t_low^(1-s)) / (1-s) in units of t_low, or ln(t_up/t_low) if s = 1
};

/// SNI-4: metals of one event [Msun], model W7 after decay (Iwamoto et al. 1999; the same model as Nomoto et al. 1997).
/// The first entry is the sum of all elements with Z >= 6, 1.3681 Msun.
Metals w7_yield_msun();

inline constexpr double type_ia_energy_1e51_erg = 1.0;     ///< energy of one event (Liu et al. 2025, appendix C)
inline constexpr double type_ia_number_per_msun = 1.3e-3;  ///< events per Msun of stars formed (same)

}  // namespace cecropia::stars

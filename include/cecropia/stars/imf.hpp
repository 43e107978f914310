#pragma once
/// \file  Initial mass functions as broken power laws. Theory manual: docs/theory/imf.md,
/// IMF-1 to IMF-3.
#include <vector>

namespace cecropia::stars {

/// IMF-1: dN/dm = k_i m^-slope_i on [break_i, break_(i+1)], continuous, normalised to 1 Msun formed.
class Imf {
 public:
  /// `breaks` ascending, one more than `slopes`. Throws InputError otherwise.
  Imf(std::vector<double> breaks_msun, std::vector<double> slopes);
  /// IMF-2: Kroupa (2001), slopes 0.3, 1.3, 2.3 with breaks at 0.08 and 0.5 Msun; limits may lie on any side of them.
  static Imf kroupa(double m_min_msun, double m_max_msun);
  /// IMF-2: one power law, dN/dm ~ m^-slope.
  static Imf power_law(double m_min_msun, double m_max_msun, double slope);

  double m_min_msun() const { return breaks_.front(); }
  double m_max_msun() const { return breaks_.back(); }
  double density(double m_msun) const;  ///< dN/dm per Msun formed [Msun^-2]
  /// IMF-3: exact int m^power dN/dm dm over the part of [from, to] inside the limits, per Msun formed [Msun^(power-1)].
  double moment(double power, double from_msun, double to_msun) const;
  double number(double from_msun, double to_msun) const { return moment(0, from_msun, to_msun); }
  double mass(double from_msun, double to_msun) const { return moment(1, from_msun, to_msun); }

 private:
  std::vector<double> breaks_, slopes_, norm_;
};

}  // namespace cecropia::stars

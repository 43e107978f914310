#pragma once
/// \file  Initial mass functions as broken power laws. Theory manual: IMF-1 to IMF-3.
#include <vector>

namespace cecropia::stars {

/// dN/dm = k_i m^-slope_i on [break_i, break_(i+1)], continuous, normalised to 1 Msun formed.
class Imf {
 public:
  /// `breaks` ascending, one more than `slopes`. Throws InputError otherwise.
  Imf(std::vector<double> breaks_msun, std::vector<double> slopes);
  static Imf kroupa(double m_min_msun, double m_max_msun);                       ///< 0.3/1.3/2.3, breaks 0.08, 0.5
  static Imf power_law(double m_min_msun, double m_max_msun, double slope);      ///< dN/dm ~ m^-slope

  double m_min_msun() const { return breaks_.front(); }
  double m_max_msun() const { return breaks_.back(); }
  double density(double m_msun) const;                             ///< dN/dm per Msun formed [Msun^-2]
  double moment(double power, double from_msun, double to_msun) const;  ///< int m^power dN/dm dm, per Msun formed
  double number(double from_msun, double to_msun) const { return moment(0, from_msun, to_msun); }
  double mass(double from_msun, double to_msun) const { return moment(1, from_msun, to_msun); }

 private:
  std::vector<double> breaks_, slopes_, norm_;
};

}  // namespace cecropia::stars

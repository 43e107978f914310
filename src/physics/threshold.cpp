#include "cecropia/physics/threshold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cecropia::physics {

double j21_background(double z) { return std::pow(10.0, 2.0 - z / 5.0); }

double schauer_mass_msun(ThresholdFit fit, double j21, double v_streaming_sigma) {
  const double s = std::sqrt(j21);
  switch (fit) {
    case ThresholdFit::schauer_min:  // the slope is clipped at zero: streaming never lowers the threshold
      return std::pow(10.0, 5.562 * (1.0 + 0.279 * s) + std::max(0.0, 0.614 * (1.0 - 0.560 * s)) * v_streaming_sigma);
    case ThresholdFit::schauer_ave:
      return std::pow(10.0, 6.0174 * (1.0 + 0.166 * s) + 0.4159 * v_streaming_sigma);
    case ThresholdFit::atomic:
      return std::numeric_limits<double>::infinity();
  }
  return std::numeric_limits<double>::infinity();  // unreachable; -Wswitch reports a forgotten enumerator
}

double critical_mass_msun(ThresholdFit fit, double j21, double v_streaming_sigma, double m_atom_msun, bool ionised) {
  if (ionised) return m_atom_msun;
  return std::min(schauer_mass_msun(fit, j21, v_streaming_sigma), m_atom_msun);
}

}  // namespace cecropia::physics

#include "cecropia/physics/magnitude.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::physics {

double absolute_magnitude_ab(double l_nu_erg_s_hz) {
  constexpr double ten_parsec_cm = 10.0 * constants::pc_cm;
  const double f_nu = l_nu_erg_s_hz / (4.0 * constants::pi * ten_parsec_cm * ten_parsec_cm);
  return -2.5 * std::log10(f_nu) - 48.6;
}

}  // namespace cecropia::physics

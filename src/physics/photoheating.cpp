#include "cecropia/physics/photoheating.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::physics {

double photo_heating_msun_myr(double q_1e48_per_s, double cold_msun, double r_kpc, double hydrogen_fraction) {
  using namespace constants;
  if (!(q_1e48_per_s > 0.0) || !(cold_msun > 0.0)) return 0.0;
  constexpr double c_ii_cm_s = 1.14e6;  // sound speed of ionised gas, 11.4 km/s
  const double q = q_1e48_per_s * 1e48, r = r_kpc * kpc_cm;
  const double n_h = hydrogen_fraction * cold_msun * msun_g / (m_h_g * (4.0 / 3.0) * pi * r * r * r);
  const double t_rec = 1.0 / (alpha_b_cm3_s * n_h);
  const double t_exp = std::cbrt(3.0 * q / (4.0 * pi * alpha_b_cm3_s * n_h * n_h)) / c_ii_cm_s;
  return q * (m_h_g / hydrogen_fraction) / (1.0 + (2.0 / 3.0) * t_exp / t_rec) * (myr_s / msun_g);
}

}  // namespace cecropia::physics

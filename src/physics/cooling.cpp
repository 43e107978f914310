#include "cecropia/physics/cooling.hpp"

#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"

namespace cecropia::physics {

double h2_cooling_low_density(double t_k) {
  const double l = std::log10(t_k);
  return std::pow(10.0, -103.0 + l * (97.59 + l * (-48.05 + l * (10.80 - l * 0.9032))));
}

double h2_cooling_lte(double t_k) {
  const double t = t_k / 1e3, u = 0.13 / t;
  const double rotation = 9.5e-22 * std::pow(t, 3.76) / (1.0 + 0.12 * std::pow(t, 2.1)) * std::exp(-u * u * u) +
                          3e-24 * std::exp(-0.51 / t);
  return rotation + 6.7e-19 * std::exp(-5.86 / t) + 1.6e-18 * std::exp(-11.7 / t);
}

double h2_cooling_per_molecule(double t_k, double n_h_per_cm3) {
  const double low = h2_cooling_low_density(t_k) * n_h_per_cm3, lte = h2_cooling_lte(t_k);
  return low * lte / (low + lte);
}

double h2_fraction(double t_k) { return 3.5e-4 * std::pow(t_k / 1e3, 1.52); }

double h2_cooling_time_myr(double t_vir_mu06_k, double r_vir_kpc, double m_hot_msun, double hydrogen_fraction) {
  if (!(m_hot_msun > 0.0)) return std::numeric_limits<double>::infinity();
  const double t = t_vir_mu06_k * (1.22 / 0.6), r = r_vir_kpc * constants::kpc_cm;
  const double n_h =
      hydrogen_fraction * m_hot_msun * constants::msun_g / (constants::m_h_g * (4.0 / 3.0) * constants::pi * r * r * r);
  const double particles_per_h = 1.0 + (1.0 - hydrogen_fraction) / (4.0 * hydrogen_fraction);
  return 1.5 * particles_per_h * constants::k_b_erg_k * t / (h2_fraction(t) * h2_cooling_per_molecule(t, n_h)) /
         constants::myr_s;
}

}  // namespace cecropia::physics

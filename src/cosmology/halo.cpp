#include "cecropia/cosmology/halo.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::cosmology {

namespace k = constants;

double delta_c(const Cosmology& c, double z) {
  const double omega = c.omega_m_at(z);
  switch (c.parameters().overdensity) {
    case Overdensity::bryan_norman: {
      const double d = omega - 1.0;
      return 18.0 * k::pi * k::pi + 82.0 * d - 39.0 * d * d;
    }
    case Overdensity::mean_200:
      return 200.0 * omega;
    case Overdensity::critical_200:
      return 200.0;
  }
  throw InternalError("unknown overdensity");
}

double r_vir_kpc(const Cosmology& c, double m_vir_msun, double z) {
  const double rho_g_cm3 = delta_c(c, z) * c.rho_crit0_g_cm3() * c.e2(z);
  return std::cbrt(3.0 * m_vir_msun * k::msun_g / (4.0 * k::pi * rho_g_cm3)) / k::kpc_cm;
}

double v_c_km_s(const Cosmology& c, double m_vir_msun, double z) {
  return std::sqrt(k::g_kpc_km2_s2_msun * m_vir_msun / r_vir_kpc(c, m_vir_msun, z));
}

double t_vir_k(const Cosmology& c, double m_vir_msun, double z, double mu) {
  const double v2_km2_s2 = k::g_kpc_km2_s2_msun * m_vir_msun / r_vir_kpc(c, m_vir_msun, z);
  return 0.5 * mu * k::m_h_g / k::k_b_erg_k * v2_km2_s2 * k::km_cm * k::km_cm;
}

double mass_at_t_vir_msun(const Cosmology& c, double t_vir_k_, double z, double mu) {
  // T_vir grows as M^(2/3) at a given redshift, so one known point gives the whole relation.
  constexpr double pivot_msun = 1e8;
  return pivot_msun * std::pow(t_vir_k_ / t_vir_k(c, pivot_msun, z, mu), 1.5);
}

double concentration(const Cosmology& c, double m_vir_msun, double z) {
  const double z_used = std::min(z, c.parameters().concentration_z_cap);
  const double x = 1.0 + z_used, l = std::log10(m_vir_msun);
  double log_c = 0.0;
  if (z_used <= 4.0) {
    const double a = 1.7543 - 0.2766 * x + 0.02039 * x * x;
    const double b = 0.2753 + 0.00351 * x - 0.3038 * std::pow(x, 0.0269);
    const double g = -0.01537 + 0.02102 * std::pow(x, -0.1475);
    log_c = a + b * l * (1.0 + g * l * l);
  } else {
    const double a = 1.3081 - 0.1078 * x + 0.00398 * x * x;
    const double b = 0.0223 - 0.0944 * std::pow(x, -0.3907);
    log_c = a + b * l;
  }
  return std::max(1.0, std::pow(10.0, log_c));
}

double nfw_mass(double concentration) { return std::log1p(concentration) - concentration / (1.0 + concentration); }

}  // namespace cecropia::cosmology

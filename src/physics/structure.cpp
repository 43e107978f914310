#include "cecropia/physics/structure.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::physics {
namespace {

using constants::g_kpc3_msun_myr2;
/// G Msun/kpc as energy per mass [1e51 erg/Msun].
constexpr double g_bethe_kpc_msun2 = g_kpc3_msun_myr2 * constants::msun_kpc2_myr2_erg / constants::bethe_erg;

}  // namespace

double compact_radius_kpc(double coefficient, double r_vir_kpc, double concentration, double z) {
  return coefficient * r_vir_kpc * std::pow(concentration / 10.0, -0.7) * std::pow(1.0 + z, -0.2);
}

double binding_of_halo_gas(double c) {
  const double m = cosmology::nfw_mass(c), x = 1.0 + c;
  return c * (1.0 - 1.0 / (x * x) - 2.0 * std::log(x) / x) / (m * m);
}

double binding_in_halo(double y, double c) {
  const double edge = 1.0 / (1.0 + c);
  if (y < 1e-2) return 1.0 - 0.375 * y + 0.2 * y * y - edge;  // series: the closed form cancels to y^3
  return 3.0 / (y * y * y) * (0.5 * (y * y - 1.0) * std::log1p(y) - 0.25 * y * y + 0.5 * y) - edge;
}

double binding_by_galaxy(double cold_msun, double star_msun, double r_galaxy_kpc) {
  return 0.6 * g_bethe_kpc_msun2 * (cold_msun + 2.0 * star_msun) / r_galaxy_kpc;
}

HaloStructure halo_structure(const cosmology::Cosmology& cosmos, const StarFormation& p, double m_vir_msun, double z) {
  HaloStructure s{};
  s.r_vir_kpc = cosmology::r_vir_kpc(cosmos, m_vir_msun, z);
  const double v_c = std::sqrt(constants::g_kpc_km2_s2_msun * m_vir_msun / s.r_vir_kpc) * constants::km_cm;
  s.t_vir_k = 0.6 * constants::m_h_g * v_c * v_c / (2.0 * constants::k_b_erg_k);
  s.t_dyn_myr = dynamical_time_myr(s.r_vir_kpc, m_vir_msun);
  const double c = cosmology::concentration(cosmos, m_vir_msun, z);
  s.r_scale_kpc = s.r_vir_kpc / c;
  s.r_compact_kpc =
      p.radius == RadiusModel::compact ? compact_radius_kpc(p.radius_coefficient, s.r_vir_kpc, c, z) : s.r_scale_kpc;
  s.e_hot = g_bethe_kpc_msun2 * m_vir_msun / s.r_vir_kpc * binding_of_halo_gas(c);
  const double phi_0 = g_bethe_kpc_msun2 * m_vir_msun / (s.r_scale_kpc * cosmology::nfw_mass(c));
  s.phi_scale = phi_0 * binding_in_halo(1.0, c);
  s.phi_compact =
      p.radius == RadiusModel::compact ? phi_0 * binding_in_halo(s.r_compact_kpc / s.r_scale_kpc, c) : s.phi_scale;
  return s;
}

}  // namespace cecropia::physics

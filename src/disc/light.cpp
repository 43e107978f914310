#include "cecropia/disc/light.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/zeta.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "cecropia/core/constants.hpp"
#include "cecropia/disc/parameters.hpp"
#include "cecropia/physics/magnitude.hpp"

namespace cecropia::disc {
namespace {

namespace k = constants;
constexpr double nu_158_hz = k::c_cm_s / 158e-4;
/// Opacity at 158 micron [cm^2/g] and its power of frequency (DSC-24).
constexpr double opacity_158_cm2_g = 10.41, beta = 2.03;
constexpr double g_cm2_per_msun_pc2 = k::msun_g / (k::pc_cm * k::pc_cm);
constexpr double ujy_cgs = 1e-29;  ///< erg/s/cm^2/Hz

/// DSC-24: power per mass of dust over T^(4 + beta) [erg/s/g/K^(4+beta)].
double emission_constant() {
  static const double value = 8.0 * k::pi / (k::c_cm_s * k::c_cm_s) * opacity_158_cm2_g / std::pow(nu_158_hz, beta) *
                              std::pow(k::k_b_erg_k, 4.0 + beta) / std::pow(k::h_erg_s, 3.0 + beta) *
                              boost::math::zeta(4.0 + beta) * boost::math::tgamma(4.0 + beta);
  return value;
}

double magnitude_or_nan(double l_uv_erg_s) {
  return l_uv_erg_s > 0.0 ? magnitude_1500(l_uv_erg_s) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Attenuation attenuation_of(const Sight& sight) {
  Attenuation a;
  a.depth_factor = sight.depth_factor;
  a.displacement = sight.displacement;
  if (sight.geometry == Geometry::cover) a.covering = sight.covering;
  if (sight.grain_radius_um > 0.0) a.opacity_1500_cm2_g = large_grain_opacity_cm2_g(sight.grain_radius_um);
  a.two_faces = sight.two_faces;
  return a;
}

double uv_efficiency(double o_over_h) {
  return std::pow(10.0, -3.463 + 0.601 / (1.0 + std::exp((o_over_h + 1.308) / 0.335)));
}

double magnitude_1500(double l_uv_erg_s) { return physics::absolute_magnitude_ab(l_uv_erg_s / nu_1500_hz); }

double slab_escape(double tau) { return tau > 0.0 ? -std::expm1(-tau) / tau : 1.0; }

double escape(double tau, const std::optional<double>& covering) {
  if (!covering) return slab_escape(tau);
  if (!(*covering > 0.0)) return 1.0;
  return (1.0 - *covering) + *covering * slab_escape(tau / *covering);
}

double large_grain_opacity_cm2_g(double grain_radius_um) {
  constexpr double grain_density_g_cm3 = 2.95, cm_per_um = 1e-4;
  return 3.0 / (4.0 * grain_density_g_cm3 * grain_radius_um * cm_per_um);
}

double depth_1500(const Attenuation& p, double dust_msun_pc2) {
  return p.depth_factor / (p.displacement * p.displacement) * p.opacity_1500_cm2_g * dust_msun_pc2 * g_cm2_per_msun_pc2;
}

double dust_temperature_k(double absorbed_erg_s_cm2, double dust_g_cm2) {
  if (!(absorbed_erg_s_cm2 > 0.0 && dust_g_cm2 > 0.0)) return 0.0;
  return std::pow(absorbed_erg_s_cm2 / (emission_constant() * dust_g_cm2), 1.0 / (4.0 + beta));
}

double with_background_k(double t_dust_k, double t_cmb0_k, double z) {
  constexpr double power = 4.0 + beta;
  return std::pow(std::pow(t_dust_k, power) + std::pow(t_cmb0_k, power) * (std::pow(1.0 + z, power) - 1.0),
                  1.0 / power);
}

double planck_158(double t_k) {
  return 2.0 * k::h_erg_s * nu_158_hz * nu_158_hz * nu_158_hz / (k::c_cm_s * k::c_cm_s) /
         std::expm1(k::h_erg_s * nu_158_hz / (k::k_b_erg_k * t_k));
}

Light light_of_disc(const RingGrid& grid, std::span<const Ring> rings, const cosmology::Cosmology& c, double z,
                    const Attenuation& p) {
  const std::size_t n = rings.size();
  const double t_cmb0_k = c.parameters().t_cmb_k, t_cmb_k = t_cmb0_k * (1.0 + z);
  const double distance_cm = (1.0 + z) * c.comoving_distance_cmpc(z) * k::mpc_cm;
  // Surface brightness of one face times area counts for two faces: 4 pi int I R dR = 2 sum I A.
  const double both_faces_cm2 = 2.0 * k::pc_cm * k::pc_cm;
  Light light;
  std::vector<double> shining(n), stars(n);
  double depth = 0.0, depth_intrinsic = 0.0, flux = 0.0, heat = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const Ring& ring = rings[i];
    const double weight = both_faces_cm2 * grid.areas_pc2()[i];
    const double o_over_h = std::log10(std::max(ring.metallicity() / z_sun, 1e-8));
    const double energy_g_cm2_s = ring.star_formation_msun_myr_pc2 * g_cm2_per_msun_pc2 / k::myr_s;
    const double face = 0.5 * uv_efficiency(o_over_h) * energy_g_cm2_s * k::c_cm_s * k::c_cm_s;
    const double tau = depth_1500(p, ring.dust_msun_pc2), leaving = escape(tau, p.covering);
    shining[i] = face;
    stars[i] = ring.stars_msun_pc2;
    light.l_uv_intrinsic_erg_s += weight * face;
    light.l_uv_erg_s += weight * face * leaving;
    depth += weight * face * leaving * tau;
    depth_intrinsic += weight * face * tau;
    light.depth_highest = std::max(light.depth_highest, tau);

    const double dust_g_cm2 = ring.dust_msun_pc2 * g_cm2_per_msun_pc2;
    const double absorbed = (1.0 - leaving) * face * (p.two_faces ? 2.0 : 1.0);
    const double t_k = with_background_k(dust_temperature_k(absorbed, dust_g_cm2), t_cmb0_k, z);
    const double here = weight * 0.5 * (1.0 + z) / (distance_cm * distance_cm) * opacity_158_cm2_g * dust_g_cm2 *
                        std::max(0.0, planck_158(t_k) - planck_158(t_cmb_k));
    flux += here;
    heat += here * t_k;
  }
  light.m_uv_intrinsic = magnitude_or_nan(light.l_uv_intrinsic_erg_s);
  light.m_uv = magnitude_or_nan(light.l_uv_erg_s);
  light.r_half_pc = half_radius_pc(grid, shining);
  light.r_half_stars_pc = half_radius_pc(grid, stars);
  if (light.l_uv_erg_s > 0.0) light.depth = depth / light.l_uv_erg_s;
  if (light.l_uv_intrinsic_erg_s > 0.0) light.depth_intrinsic = depth_intrinsic / light.l_uv_intrinsic_erg_s;
  if (flux > 0.0) light.t_dust_k = heat / flux;
  light.flux_158_ujy = flux / ujy_cgs;
  return light;
}

}  // namespace cecropia::disc

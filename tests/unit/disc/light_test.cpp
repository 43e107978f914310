// Light of a disc, dust in its way, and what the dust radiates.
#include "cecropia/disc/light.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/constants.hpp"
#include "model.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

namespace k = constants;
using testing_disc::planck;
using testing_rows::row_below;
using testing_rows::row_near;

constexpr double erg_s_per_msun_yr = k::msun_g * k::c_cm_s * k::c_cm_s / k::yr_s;
constexpr double g_cm2_per_msun_pc2 = k::msun_g / (k::pc_cm * k::pc_cm);

/// Rings of equal metallicity with an exponential star formation rate of 1 Msun/yr in all and dust in proportion.
std::vector<Ring> exponential_disc(const RingGrid& grid, double h_pc, double z, double dust_msun) {
  std::vector<double> parts(grid.size());
  grid.exponential_parts(h_pc, parts);
  std::vector<Ring> rings(grid.size());
  for (std::size_t i = 0; i < rings.size(); ++i) {
    rings[i].gas_msun_pc2 = 1e9 * parts[i] / grid.areas_pc2()[i];
    rings[i].metals_msun_pc2 = z * rings[i].gas_msun_pc2;
    rings[i].dust_msun_pc2 = dust_msun * parts[i] / grid.areas_pc2()[i];
    rings[i].star_formation_msun_myr_pc2 = 1e6 * parts[i] / grid.areas_pc2()[i];
  }
  return rings;
}

// DSC-19, DSC-20
TEST(DiscLight, OneSolarMassPerYearHasTheReferenceMagnitude) {
  const auto magnitude = [](double o_over_h) { return magnitude_1500(uv_efficiency(o_over_h) * erg_s_per_msun_yr); };
  EXPECT_NEAR(magnitude(0.0), -18.38 - 2.5 * 0.601 / (1.0 + std::exp(1.308 / 0.335)), 0.01);
  row_near("4.18", "M_UV of 1 Msun/yr, metal-rich limit", magnitude(3.0), -18.38, 0.01);
  row_near("4.18", "M_UV of 1 Msun/yr, metal-free limit", magnitude(-8.0), -19.88, 0.01);
  const RingGrid grid{Mesh{}};
  const auto rings = exponential_disc(grid, 300.0, z_sun, 0.0);
  const Light light = light_of_disc(grid, rings, planck(), 7.0);
  EXPECT_NEAR(light.m_uv_intrinsic, magnitude(0.0), 1e-6);  // two faces of half the light each
  EXPECT_EQ(light.m_uv, light.m_uv_intrinsic);
}

TEST(DiscLight, ADiscWithoutStarsIsDark) {
  const RingGrid grid{Mesh{}};
  const Light light = light_of_disc(grid, std::vector<Ring>(grid.size()), planck(), 7.0);
  EXPECT_TRUE(std::isnan(light.m_uv));
  EXPECT_EQ(light.l_uv_erg_s, 0.0);
  EXPECT_EQ(light.r_half_pc, 0.0);
  EXPECT_EQ(light.depth, 0.0);
  EXPECT_EQ(light.flux_158_ujy, 0.0);
}

// DSC-21
TEST(DiscLight, ASlabLetsLessThroughTheDeeperItIs) {
  EXPECT_EQ(slab_escape(0.0), 1.0);
  EXPECT_NEAR(slab_escape(1e-9), 1.0 - 0.5e-9, 1e-15);
  EXPECT_NEAR(slab_escape(1.0), 1.0 - std::exp(-1.0), 1e-15);
  EXPECT_NEAR(slab_escape(100.0), 0.01, 1e-15);
  const RingGrid grid{Mesh{}};
  double before = 0.0, brightest_ratio = 0.0;
  for (const double dust : {0.0, 1e4, 1e5, 1e6, 1e7}) {
    const Light light = light_of_disc(grid, exponential_disc(grid, 300.0, z_sun, dust), planck(), 7.0);
    EXPECT_TRUE(dust == 0.0 || light.l_uv_erg_s < before) << dust;
    if (dust > 0.0) brightest_ratio = std::max(brightest_ratio, light.l_uv_erg_s / before);
    EXPECT_LE(light.depth, light.depth_intrinsic);  // deep rings count less once they are dark
    EXPECT_LE(light.depth_intrinsic, light.depth_highest);
    before = light.l_uv_erg_s;
  }
  row_below("4.19", "largest ratio of light to that at a tenth of the dust", brightest_ratio, 1.0);
  EXPECT_NEAR(depth_1500({}, 1.0), 1.26e5 * 2.0885e-4, 0.01);
}

// DSC-22
TEST(DiscLight, StarsAwayFromTheDustShineUnhindered) {
  EXPECT_EQ(escape(50.0, 0.0), 1.0);
  EXPECT_EQ(escape(50.0, 1.0), slab_escape(50.0));
  EXPECT_EQ(escape(50.0, {}), slab_escape(50.0));
  EXPECT_NEAR(escape(50.0, 0.1), 0.9 + 0.1 * slab_escape(500.0), 1e-15);
  const RingGrid grid{Mesh{}};
  Attenuation none;
  none.covering = 0.0;
  const auto rings = exponential_disc(grid, 300.0, z_sun, 1e7);
  const Light light = light_of_disc(grid, rings, planck(), 7.0, none);
  row_near("4.19", "light over intrinsic light for f_c = 0", light.l_uv_erg_s / light.l_uv_intrinsic_erg_s, 1.0, 0.0);
  Attenuation part;
  part.covering = 0.5;
  EXPECT_GT(light_of_disc(grid, rings, planck(), 7.0, part).l_uv_erg_s, 0.5 * light.l_uv_erg_s);
}

// DSC-23
TEST(DiscLight, LargeGrainsThinDustAndDustFarOutHideLess) {
  row_near("4.19", "kappa of grains of 0.5 micron [cm^2/g]", large_grain_opacity_cm2_g(0.5), 5085.0, 1.0);
  EXPECT_NEAR(large_grain_opacity_cm2_g(1.0), 5085.0 / 2, 1.0);
  Attenuation p;
  p.opacity_1500_cm2_g = large_grain_opacity_cm2_g(0.5);
  EXPECT_NEAR(depth_1500(p, 1.0) / depth_1500({}, 1.0), 0.04, 0.001);
  p = {};
  p.depth_factor = 0.1;
  EXPECT_NEAR(depth_1500(p, 1.0) / depth_1500({}, 1.0), 0.1, 1e-12);
  p = {};
  p.displacement = 5.0;
  EXPECT_NEAR(depth_1500(p, 1.0) / depth_1500({}, 1.0), 1.0 / 25.0, 1e-12);
}

TEST(DiscLight, HalfOfItComesFromInside1678ScaleRadii) {
  const RingGrid grid{Mesh{}};
  for (const double h : {30.0, 300.0, 1200.0}) {
    const std::string check = "half-light radius over scale radius, h = " + testing_rows::text(h) + " pc";
    row_near("4.20", check.c_str(),
             light_of_disc(grid, exponential_disc(grid, h, z_sun, 1e6), planck(), 7.0).r_half_pc / h, 1.678, 0.01678);
  }
}

// DSC-24
TEST(DiscDust, RadiatesWhatItAbsorbs) {
  // Theta of the paper with the factor zeta(4 + beta) that its text names: 4.92e-6 in cgs
  EXPECT_NEAR(1.0 / std::pow(dust_temperature_k(1.0, 1.0), 6.03), 4.92e-6, 0.01e-6);
  // The integral of 4 pi kappa_nu B_nu over frequency, by the trapezoid: both faces of optically thin dust
  const double t_k = 40.0, nu_158 = k::c_cm_s / 158e-4;
  double power = 0.0;
  for (double x = 0.005; x < 60.0; x += 0.01) {
    const double nu = x * k::k_b_erg_k * t_k / k::h_erg_s;
    const double planck_nu = 2 * k::h_erg_s * nu * nu * nu / (k::c_cm_s * k::c_cm_s) / std::expm1(x);
    power += 4 * k::pi * 10.41 * std::pow(nu / nu_158, 2.03) * planck_nu * 0.01 * k::k_b_erg_k * t_k / k::h_erg_s;
  }
  row_near("4.21", "temperature of dust that absorbs what it radiates at 40 K [K]",
           dust_temperature_k(power * 1e-5, 1e-5), t_k, 0.01);
  EXPECT_EQ(dust_temperature_k(0.0, 1.0), 0.0);
}

TEST(DiscDust, AbsorbsFromTwoFacesOrFromOne) {
  const RingGrid grid{Mesh{}};
  const auto rings = exponential_disc(grid, 300.0, z_sun, 1e6);
  Attenuation two;
  two.two_faces = true;
  const double one_k = light_of_disc(grid, rings, planck(), 5.0).t_dust_k;
  const double two_k = light_of_disc(grid, rings, planck(), 5.0, two).t_dust_k;
  EXPECT_NEAR(two_k / one_k, std::pow(2.0, 1.0 / 6.03), 0.01);
}

// DSC-25, DSC-26
TEST(DiscDust, IsNoColderThanTheMicrowaveBackgroundAndThenInvisible) {
  row_near("4.21", "T_d over T_CMB without light, z = 7", with_background_k(0.0, 2.7255, 7.0) / (2.7255 * 8.0), 1.0,
           1e-5);
  EXPECT_GT(with_background_k(20.0, 2.7255, 7.0), 2.7255 * 8.0);
  EXPECT_NEAR(with_background_k(50.0, 2.7255, 5.0), 50.0, 0.5);
  const RingGrid grid{Mesh{}};
  auto rings = exponential_disc(grid, 300.0, z_sun, 1e6);
  for (Ring& ring : rings) ring.star_formation_msun_myr_pc2 = 0.0;
  row_near("4.21", "flux of dust without light [micro-Jy]", light_of_disc(grid, rings, planck(), 7.0).flux_158_ujy, 0.0,
           0.0);
}

// DSC-26
TEST(DiscDust, AThinDiscOfOneTemperatureHasTheFluxOfItsMass) {
  // F = (1+z) M_dust kappa (B(T) - B(T_cmb)) / d_L^2 for all the dust at one temperature: a single ring.
  const RingGrid grid{Mesh{1, 100.0, 200.0}};
  const double z = 6.0, dust = 0.01;
  std::vector<Ring> rings(1);
  rings[0].gas_msun_pc2 = 100.0;
  rings[0].metals_msun_pc2 = 2.0;
  rings[0].dust_msun_pc2 = dust;
  rings[0].star_formation_msun_myr_pc2 = 0.1;
  const Light light = light_of_disc(grid, rings, planck(), z);
  const double d_l = 7.0 * planck().comoving_distance_cmpc(z) * k::mpc_cm;
  const double m_g = dust * grid.areas_pc2()[0] * k::msun_g;
  const double difference = planck_158(light.t_dust_k) - planck_158(2.7255 * 7.0);
  row_near("4.21", "flux of a thin disc of one temperature over its equation",
           light.flux_158_ujy / (7.0 * m_g * 10.41 * difference / (d_l * d_l) / 1e-29), 1.0, 1e-12);
  const double absorbed = 0.5 * (1 - slab_escape(depth_1500({}, dust))) * uv_efficiency(0.0) * 0.1 *
                          g_cm2_per_msun_pc2 / k::myr_s * k::c_cm_s * k::c_cm_s;
  EXPECT_NEAR(light.t_dust_k, with_background_k(dust_temperature_k(absorbed, dust * g_cm2_per_msun_pc2), 2.7255, z),
              1e-9);
  EXPECT_NEAR(planck_158(10.0) / (2 * k::h_erg_s * std::pow(k::c_cm_s / 158e-4, 3) / (k::c_cm_s * k::c_cm_s)),
              1.0 / (std::exp(k::h_erg_s * (k::c_cm_s / 158e-4) / (k::k_b_erg_k * 10.0)) - 1.0), 1e-12);
}

}  // namespace
}  // namespace cecropia::disc

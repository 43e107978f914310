// Reference numbers: an independent evaluation of the equations (uncapped concentration).
#include "cecropia/physics/structure.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "testing/feature_row.hpp"

namespace {
using namespace cecropia;
constexpr double bethe = constants::bethe_erg;

cosmology::Cosmology uncapped() {
  cosmology::Parameters p;
  p.concentration_z_cap = 100.0;
  return cosmology::Cosmology(p);
}

struct Row {
  double m, z, t_vir, r_scale, r_galaxy, t_dyn;
};

TEST(Structure, RadiiTemperaturesAndTimesAgreeWithAnIndependentEvaluation) {
  const auto c = uncapped();
  for (const Row& r :
       {Row{1e6, 20, 1012.3, 0.02679, 0.02679, 28.633}, Row{1e8, 10, 1.14268e4, 0.44665, 0.09695, 75.498},
        Row{1e9, 8, 4.3406e4, 1.13706, 0.25952, 101.976}, Row{1e10, 6, 1.5680e5, 2.94265, 0.72067, 148.530},
        Row{1e11, 4.5, 5.7254e5, 7.74469, 2.01433, 212.872}}) {
    const auto s = physics::halo_structure(c, {}, r.m, r.z);
    EXPECT_NEAR(s.t_vir_k / r.t_vir, 1.0, 1e-3) << r.m;
    EXPECT_NEAR(s.r_scale_kpc / r.r_scale, 1.0, 1e-3) << r.m;
    EXPECT_NEAR((s.t_vir_k <= 1e4 ? s.r_scale_kpc : s.r_compact_kpc) / r.r_galaxy, 1.0, 1e-3) << r.m;
    EXPECT_NEAR(s.t_dyn_myr / r.t_dyn, 1.0, 1e-3) << r.m;
  }
}

TEST(Structure, HaloGasBindingAgreesWithAnIndependentEvaluation) {
  const double expected[][2] = {{2, 1.67738}, {3, 1.81060}, {4, 1.93058}, {5, 2.04102}, {10, 2.50731}};
  for (const auto& e : expected) EXPECT_NEAR(physics::binding_of_halo_gas(e[0]), e[1], 5e-6 * e[1]) << "c = " << e[0];
}

TEST(Structure, BindingEnergiesOfTheWorkedExampleAgree) {
  // M = 1e10 Msun, z = 6, hot/cold/star = 7.86662e8/1.57332e8/7.86662e7 Msun
  const auto s = physics::halo_structure(uncapped(), {}, 1e10, 6.0);
  EXPECT_NEAR(s.e_hot * 7.86662e8 * bethe / 1.2536e56, 1.0, 1e-3);
  const double e_cold = s.phi_compact + physics::binding_by_galaxy(1.57332e8, 7.86662e7, s.r_compact_kpc);
  EXPECT_NEAR(e_cold * 1.57332e8 * bethe / 4.8196e55, 1.0, 1e-3);
}

TEST(Structure, BindingInTheHaloIsTheMeanPotentialOfAUniformSphere) {
  // Second road: integrate phi(r) = ln(1+x)/x - 1/(1+c) over the sphere.
  for (double y : {1e-3, 0.009, 0.011, 0.2, 1.0, 3.0}) {
    const double c = 3.5;
    const auto f = [&](double x) { return 3.0 * x * x * (std::log1p(x) / x - 1.0 / (1.0 + c)); };
    const double direct =
        boost::math::quadrature::gauss_kronrod<double, 31>::integrate(f, 1e-12, y, 10, 1e-12) / (y * y * y);
    EXPECT_NEAR(physics::binding_in_halo(y, c) / direct, 1.0, 1e-6) << "y = " << y;
  }
}

TEST(Structure, TheHaloBindsTheGasOfMinihalosByItsMeanPotentialInsideTheScaleRadius) {
  // Second road: the potential of the NFW profile in cgs, integrated over the sphere of radius R_s.
  const auto cosmos = uncapped();
  const double m = 1e6, z = 20.0, c = cosmology::concentration(cosmos, m, z);
  const auto s = physics::halo_structure(cosmos, {}, m, z);
  const double g_cgs = 6.6743e-8, r_s_cm = s.r_vir_kpc / c * constants::kpc_cm;
  const double depth = g_cgs * m * constants::msun_g / (r_s_cm * (std::log1p(c) - c / (1.0 + c)));  // [erg/g]
  const auto shell = [&](double x) { return 3.0 * x * x * depth * (std::log1p(x) / x - 1.0 / (1.0 + c)); };
  const double erg_per_g = boost::math::quadrature::gauss_kronrod<double, 31>::integrate(shell, 1e-12, 1.0, 10, 1e-12);
  EXPECT_NEAR(s.phi_scale * bethe / (erg_per_g * constants::msun_g), 1.0, 1e-5);
}

TEST(Structure, TheOldModelPutsEveryGalaxyInsideTheScaleRadius) {
  const auto s =
      physics::halo_structure(cosmology::Cosmology{}, {.radius = physics::RadiusModel::scale_radius}, 1e10, 6.0);
  EXPECT_EQ(s.r_compact_kpc, s.r_scale_kpc);
  EXPECT_EQ(s.phi_compact, s.phi_scale);
}

// GAL-1
TEST(Structure, CompactGalaxiesAreFourTimesSmallerThanTheScaleRadius) {
  const auto s = physics::halo_structure(uncapped(), {}, 1e10, 6.0);  // Liu et al. 2025, section 2.2: "a factor ~4"
  EXPECT_NEAR(s.r_scale_kpc / s.r_compact_kpc, 4.1, 0.05);
}

TEST(Structure, TheInnerDynamicalTimeOfTheWorkedExampleAgrees) {
  const auto s = physics::halo_structure(uncapped(), {}, 1e10, 6.0);
  EXPECT_NEAR(physics::dynamical_time_myr(s.r_compact_kpc, 1.57332e8 + 7.86662e7) / 18.7766, 1.0, 1e-3);
  EXPECT_TRUE(std::isinf(physics::dynamical_time_myr(1.0, 0.0)));
  EXPECT_DOUBLE_EQ(physics::dynamical_time_myr(1.0, 0.5), 2.0 * physics::dynamical_time_myr(1.0, 2.0));
}

TEST(Structure, AGalaxyOfHalfTheRadiusFormsStarsInAThirdOfTheTime) {
  const cosmology::Cosmology c;
  const auto wide = physics::halo_structure(c, {.radius_coefficient = 0.05}, 1e10, 6.0),
             compact = physics::halo_structure(c, {.radius_coefficient = 0.025}, 1e10, 6.0);
  testing_rows::row_near("0.8", "free-fall time of a galaxy of half the radius times 2^1.5, over that of the other",
                         std::pow(2.0, 1.5) * physics::dynamical_time_myr(compact.r_compact_kpc, 1e8) /
                             physics::dynamical_time_myr(wide.r_compact_kpc, 1e8),
                         1.0, 1e-12);
}

TEST(Structure, InterpolationEndsAtItsEnds) {
  const cosmology::Cosmology c;
  const auto a = physics::halo_structure(c, {}, 1e9, 8.0), b = physics::halo_structure(c, {}, 2e9, 7.5);
  EXPECT_EQ(physics::interpolate(a, b, 0.0).r_vir_kpc, a.r_vir_kpc);
  EXPECT_DOUBLE_EQ(physics::interpolate(a, b, 1.0).e_hot, b.e_hot);
  EXPECT_DOUBLE_EQ(physics::interpolate(a, b, 0.5).t_vir_k, 0.5 * (a.t_vir_k + b.t_vir_k));
}
}  // namespace

// Star formation, outflow and dust of one ring.
#include "cecropia/disc/cycle.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/cosmology/halo.hpp"
#include "cecropia/physics/structure.hpp"
#include "model.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::planck;
using testing_rows::Largest;
using testing_rows::row_below;
using testing_rows::row_near;

Cycle weak() {
  Cycle p;
  p.weak_feedback = true;
  return p;
}

// DSC-6
TEST(RingLaw, StarFormationFollowsTheSurfaceDensityOfGas) {
  const SurfaceLaw law({}, mass_loading({}, 1e11));
  EXPECT_NEAR(law.star_formation(1.0), 2.5e-4, 1e-18);
  EXPECT_NEAR(law.star_formation(1e3) / law.star_formation(1e2), std::pow(10.0, 1.4), 1e-9);
  Cycle boosted;
  boosted.boost = 10.0;
  EXPECT_NEAR(SurfaceLaw(boosted, 5.0).star_formation(50.0), 10.0 * law.star_formation(50.0), 1e-12);
}

// DSC-7
TEST(RingLaw, MassLoadingHasTwoSlopes) {
  const Cycle p;
  row_near("4.4", "eta(1e11 Msun)", mass_loading(p, 1e11), 5.0, 1e-12);
  row_near("4.4", "eta(2.56e11 Msun)", mass_loading(p, 2.56e11), 2.72, 0.0272);
  const auto slope = [&](double m) {
    return std::log(mass_loading(p, 1.01 * m) / mass_loading(p, m)) / std::log(1.01);
  };
  row_near("4.4", "slope at low mass", slope(1e3), -1.1, 0.005);
  row_near("4.4", "slope at high mass", slope(1e20), -0.33, 0.005);
}

// DSC-27
TEST(RingLaw, MassLoadingCanFollowTheEnergyOfSupernovae) {
  Cycle p;
  p.loading = LoadingLaw::energy;
  p.energy.alpha_out = 0.5;
  p.energy.m_out0_msun = 3e9;
  // by hand: 0.01e51 erg per Msun over 1.1 G M/R_vir g(c) and (M/M_out0)^0.5
  const double m = 1e11, z = 7.0, g_cgs = 6.6743e-8, msun_g = 1.98841e33, kpc_cm = 3.0856776e21;
  const double binding_erg = 1.1 * g_cgs * m * msun_g * msun_g / (cosmology::r_vir_kpc(planck(), m, z) * kpc_cm) *
                             physics::binding_of_halo_gas(cosmology::concentration(planck(), m, z));
  const double by_hand = 0.01e51 / (binding_erg * std::sqrt(m / 3e9));
  row_near("4.4", "energy law at 1e11 Msun, z = 7, over its equation", mass_loading_of(p, planck(), m, z) / by_hand,
           1.0, 1e-4);
  EXPECT_EQ(mass_loading_of({}, planck(), m, z), mass_loading({}, m));
  EXPECT_LT(mass_loading_of(p, planck(), 1e12, z), 0.2 * mass_loading_of(p, planck(), 1e11, z));
}

// DSC-8
TEST(RingLaw, WeakFeedbackSparesDenseGasAndLetsItFormMoreStars) {
  const SurfaceLaw law(weak(), mass_loading(weak(), 1e11));
  EXPECT_NEAR(law.mass_loading(1e3), 2.5, 1e-12);
  EXPECT_NEAR(law.mass_loading(1e-3), 5.0, 1e-5);
  EXPECT_NEAR(law.star_formation(1e3), 5.5 * 2.5e-4 * std::pow(1e3, 1.4), 1e-9);
  EXPECT_NEAR(law.star_formation(1e4), 10.0 * 2.5e-4 * std::pow(1e4, 1.4), 1e-6);
  EXPECT_NEAR(law.star_formation(1.0) / 2.5e-4, 1.0 + 9.0 / (1.0 + std::exp(4.995)), 1e-9);
}

// DSC-14
TEST(RingLaw, TheGasAfterAStepSolvesTheImplicitEquation) {
  Cycle strong;
  strong.mass_loading = 100.0;
  for (const Cycle& p : {Cycle{}, weak(), strong})
    for (const double m_halo : {6e7, 1e10, 1e12, 1e14})
      for (const double supplied : {1e-12, 1e-3, 1.0, 300.0, 1e3, 3e4, 1e7})
        for (const double step : {0.25, 1.0, 10.0}) {
          const SurfaceLaw law(p, mass_loading(p, m_halo));
          const double root = law.gas_after(supplied, step);
          for (const double before : {0.0, 1e-6 * supplied, 0.3 * supplied, root, 0.999 * supplied, 2.0 * supplied}) {
            const double gas = law.gas_after(supplied, step, before);
            EXPECT_GT(gas, 0.0);
            EXPECT_LE(gas, supplied);
            const double used = step * (1.0 + law.mass_loading(gas)) * law.star_formation(gas);
            EXPECT_NEAR((gas + used) / supplied, 1.0, 1e-13) << m_halo << ", " << supplied << ", " << step;
            EXPECT_NEAR(gas / root, 1.0, 1e-14) << m_halo << ", " << supplied << ", " << step << ", " << before;
          }
        }
  EXPECT_EQ(SurfaceLaw({}, mass_loading({}, 1e11)).gas_after(0.0, 1.0), 0.0);
}

// DSC-13 to DSC-15
TEST(RingStep, MovesMassAndMetalsWithoutLoss) {
  Ring ring{100.0, 20.0, 0.5, 0.01};
  const Ring before = ring;
  const Supply supply{3.0, 0.5, 0.004, 0.02, 1e-4};
  const double dt = 2.0;
  advance(ring, SurfaceLaw({}, mass_loading({}, 1e11)), {}, supply, dt);
  EXPECT_NEAR(ring.gas_msun_pc2 + ring.stars_msun_pc2 + dt * ring.outflow_msun_myr_pc2,
              before.gas_msun_pc2 + before.stars_msun_pc2 + dt * supply.inflow_msun_myr_pc2, 1e-12);
  const double gone = dt * (ring.star_formation_msun_myr_pc2 + ring.outflow_msun_myr_pc2) * ring.metallicity();
  EXPECT_NEAR(ring.metals_msun_pc2 + gone,
              before.metals_msun_pc2 + dt * (supply.recycled_metals_msun_myr_pc2 + supply.new_metals_msun_myr_pc2),
              1e-13);
  EXPECT_NEAR(ring.outflow_msun_myr_pc2 / ring.star_formation_msun_myr_pc2, 5.0, 1e-12);
  EXPECT_EQ(ring.returned_msun_myr_pc2, 0.5);
}

TEST(RingStep, AnEmptyRingStaysEmpty) {
  Ring ring;
  advance(ring, SurfaceLaw({}, mass_loading({}, 1e11)), {}, {}, 1.0);
  EXPECT_EQ(ring.gas_msun_pc2, 0.0);
  EXPECT_EQ(ring.stars_msun_pc2, 0.0);
  EXPECT_EQ(ring.dust_msun_pc2, 0.0);
}

// DSC-16
TEST(DustOfARing, GrowsAsALogisticCurveWhileNothingElseHappens) {
  const double metals = 2.0, growth = 0.1, d0 = 0.01;
  double dust = d0;
  Largest off;
  const int n = 200000;
  const double step = 60.0 / n;
  for (int i = 1; i <= n; ++i) {
    dust = dust_after(dust, 0.0, 0.0, growth, metals, step);
    const double exact = metals / (1.0 + (metals / d0 - 1.0) * std::exp(-growth * step * i));
    if (i % (n / 10) == 0) {
      EXPECT_NEAR(dust / exact, 1.0, 1e-3) << step * i << " Myr";
      off.add(dust / exact - 1.0);
    }
  }
  row_below("4.8", "growth alone against the logistic curve", off.value(), 1e-3);
}

TEST(DustOfARing, ReachesTheBalanceOfGrowthAndLossInOneLongStep) {
  // k D = g D (1 - D/Z): D = Z (1 - k/g)
  EXPECT_NEAR(dust_after(0.1, 0.0, 0.03, 0.1, 2.0, 1e9), 2.0 * 0.7, 1e-6);
  EXPECT_LT(dust_after(0.1, 0.0, 0.1, 0.03, 2.0, 1e9), 1e-6);  // lost faster than it grows
  EXPECT_NEAR(dust_after(0.1, 0.5, 0.0, 0.0, 2.0, 1.0), 0.6, 1e-15);
  EXPECT_EQ(dust_after(0.1, 5.0, 0.0, 0.0, 2.0, 1.0), 2.0);  // never more than the metals
  EXPECT_EQ(dust_after(0.1, 0.5, 0.0, 0.1, 0.0, 1.0), 0.0);
}

// DSC-16, DSC-17: a box fed with gas and supernovae at a constant rate
TEST(DustOfARing, SettlesBelowItsMetalsInABoxOfConstantStarFormation) {
  double last = 0.0;
  for (const double tau_0 : {50.0, 5.0}) {
    Dust p;
    p.accretion_myr = tau_0;
    Ring ring;
    const Supply supply{10.0, 1.0, 0.0, 0.2, 0.012};
    const SurfaceLaw law({}, mass_loading({}, 1e12));
    for (int i = 0; i < 30000; ++i) advance(ring, law, p, supply, 1.0);
    const double d = ring.dust_msun_pc2 / ring.gas_msun_pc2, z = ring.metallicity();
    row_below("4.8",
              tau_0 < 10.0 ? "D/Z of a box of constant star formation, tau_0 = 5 Myr"
                           : "D/Z of a box of constant star formation, tau_0 = 50 Myr",
              d / z, 1.0);
    EXPECT_GT(d / z, last);
    last = d / z;
    const double loss = (ring.star_formation_msun_myr_pc2 + ring.outflow_msun_myr_pc2) / ring.gas_msun_pc2 +
                        (1.0 - 0.5) * 0.03 * 6.8e3 * supply.supernovae_myr_pc2 / ring.gas_msun_pc2;
    const double growth = 0.5 * (z / 0.02) / tau_0;
    EXPECT_NEAR(0.1 * supply.supernovae_myr_pc2 + growth * (1.0 - d / z) * ring.dust_msun_pc2,
                loss * ring.dust_msun_pc2, 1e-9 * loss * ring.dust_msun_pc2);
  }
}

}  // namespace
}  // namespace cecropia::disc

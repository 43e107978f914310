// Reference numbers: an independent evaluation of the equations.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "cecropia/core/constants.hpp"
#include "cecropia/physics/cooling.hpp"
#include "cecropia/physics/merged_gas.hpp"
#include "cecropia/physics/outflow.hpp"
#include "cecropia/physics/photoheating.hpp"
#include "cecropia/physics/star_formation.hpp"
#include "cecropia/physics/structure.hpp"
#include "cecropia/physics/update.hpp"
#include "testing/feature_row.hpp"

namespace {
using namespace cecropia;

// COO-1
TEST(Cooling, MolecularRatesAgreeWithAnIndependentEvaluation) {
  EXPECT_NEAR(physics::h2_cooling_low_density(1000) / 5.765e-25, 1.0, 1e-3);
  EXPECT_NEAR(physics::h2_cooling_low_density(2000) / 6.213e-24, 1.0, 1e-3);
  const double lte[][2] = {{200, 1.926856e-24}, {500, 7.355241e-23}, {1000, 2.771758e-21}, {3000, 1.541984e-19}};
  for (const auto& e : lte) EXPECT_NEAR(physics::h2_cooling_lte(e[0]) / e[1], 1.0, 1e-6) << e[0] << " K";
  EXPECT_NEAR(physics::h2_fraction(2058.3) / 1.049e-3, 1.0, 1e-3);
}

TEST(Cooling, TimesOfPrimordialHalosAgreeWithAnIndependentEvaluation) {
  const cosmology::Cosmology c;
  const double expected[][3] = {{3e5, 20, 153.0}, {1e6, 20, 6.471}, {2e6, 20, 1.075}, {1e7, 15, 0.207}};
  for (const auto& e : expected) {
    const double t = physics::h2_cooling_time_myr(
        cosmology::t_vir_k(c, e[0], e[1]), cosmology::r_vir_kpc(c, e[0], e[1]), c.baryon_fraction() * e[0], 0.76);
    EXPECT_NEAR(t / e[2], 1.0, e[0] == 1e7 ? 0.0025 : 1e-3) << e[0];  // 0.207: half a unit of the last printed digit
  }
  EXPECT_TRUE(std::isinf(physics::h2_cooling_time_myr(1000, 0.1, 0.0, 0.76)));
}

// The bounds that keep empty reservoirs from being divided by are at zero, not at a solar mass.
TEST(Cooling, ThinGasCoolsInInverseProportionToItsMassHoweverLittleThereIs) {
  const auto time_myr = [](double m_hot_msun) { return physics::h2_cooling_time_myr(1000, 0.1, m_hot_msun, 0.76); };
  EXPECT_NEAR(time_myr(0.25) / time_myr(0.5), 2.0, 1e-3);
  EXPECT_NEAR(time_myr(0.25) / time_myr(25.0), 100.0, 0.1);
}

TEST(PhotoHeating, RatesAgreeWithAnIndependentEvaluation) {
  EXPECT_NEAR(physics::photo_heating_msun_myr(1e5, 1e8, 0.3, 0.76) / 1.698e6, 1.0, 1e-3);    // Q = 1e53 /s
  EXPECT_NEAR(physics::photo_heating_msun_myr(1e2, 5e4, 0.035, 0.76) / 2.480e4, 1.0, 1e-3);  // Q = 1e50 /s
}

TEST(PhotoHeating, NeverExceedsThePhotonLimit) {
  const double limit = 1e48 * constants::m_h_g / 0.76 * constants::myr_s / constants::msun_g;
  for (double cold : {1e-3, 1.0, 1e6}) EXPECT_LE(physics::photo_heating_msun_myr(1.0, cold, 10.0, 0.76), limit);
  EXPECT_EQ(physics::photo_heating_msun_myr(0.0, 1e6, 1.0, 0.76), 0.0);
  EXPECT_EQ(physics::photo_heating_msun_myr(1.0, 0.0, 1.0, 0.76), 0.0);
  // thin gas hardly recombines: all photons count, those of half a star on half a solar mass, too
  EXPECT_NEAR(physics::photo_heating_msun_myr(0.5, 0.5, 10.0, 0.76) / (0.5 * limit), 1.0, 5e-3);
}

TEST(Outflow, EfficiencyFollowsBothFormsOfThePaper) {
  EXPECT_DOUBLE_EQ(physics::gamma_out({.alpha = 0.0, .m_out0_msun = 3e9}, 1e8), 10.0 / 3.0);
  EXPECT_DOUBLE_EQ(physics::gamma_out({.alpha = 0.5, .m_out0_msun = 1e9}, 4e9), 2.0);
  EXPECT_DOUBLE_EQ(physics::gamma_out({.alpha = 1.0, .m_out0_msun = 3e9}, 3e9), 1.0);
}

TEST(Outflow, LateValuesHoldBelowTheirRedshiftAndNowhereByDefault) {
  const auto law = [](const physics::Feedback& p, double z) {
    const physics::OutflowLaw l = physics::outflow_law(p, z);
    return std::pair(l.alpha, l.m_out0_msun);
  };
  physics::Feedback p{.alpha_out = 0.25, .m_out0_msun = 2e9, .alpha_out_late = 0.75, .m_out0_late_msun = 7e9};
  for (double z : {0.0, 6.0, 30.0}) EXPECT_EQ(law(p, z), std::pair(0.25, 2e9)) << z;
  p.z_late = 6.0;
  EXPECT_EQ(law(p, 6.0), std::pair(0.25, 2e9));
  EXPECT_EQ(law(p, 5.999), std::pair(0.75, 7e9));
  EXPECT_EQ(law(p, 0.0), std::pair(0.75, 7e9));
}

TEST(Outflow, TheWorkedExampleOfEquation5Agrees) {
  cosmology::Parameters p;
  p.concentration_z_cap = 100.0;
  const auto s = physics::halo_structure(cosmology::Cosmology(p), {}, 1e10, 6.0);
  const double hot = 7.86662e8, cold = 1.57332e8, star = 7.86662e7;
  const double e_cold = s.phi_compact + physics::binding_by_galaxy(cold, star, s.r_compact_kpc);
  const auto out = physics::unbound_msun(1e3, hot, cold, s.e_hot, e_cold, 10.0 / 3.0);  // 1e54 erg
  EXPECT_NEAR(out.hot_msun / 1.74814e6, 1.0, 1e-3);
  EXPECT_NEAR(out.cold_msun / 6.99256e4, 1.0, 1e-3);
  const double f_hot = s.e_hot * hot * hot / (s.e_hot * hot * hot + e_cold * cold * cold);
  EXPECT_NEAR(f_hot, 0.928599, 1e-5);
  // All the energy is spent on unbinding.
  EXPECT_NEAR((out.hot_msun * s.e_hot + out.cold_msun * e_cold) * 10.0 / 3.0, 1e3, 1e-9);
}

TEST(Outflow, StaysFiniteWhenAReservoirIsEmpty) {
  const auto a = physics::unbound_msun(1.0, 0.0, 1e6, 1e-9, 1e-9, 1.0);
  EXPECT_EQ(a.hot_msun, 0.0);
  EXPECT_GT(a.cold_msun, 0.0);
  const auto b = physics::unbound_msun(1.0, 0.0, 0.0, 1e-9, 1e-9, 1.0);
  EXPECT_EQ(b.hot_msun + b.cold_msun, 0.0);
}

TEST(Outflow, FollowsTheEnergyDownToTheSmallestGalaxies) {
  const auto large = physics::unbound_msun(1e3, 8e8, 2e8, 1e-9, 3e-9, 3.0);
  const auto small = physics::unbound_msun(1e-3, 8e2, 2e2, 1e-9, 3e-9, 3.0);  // a millionth of everything
  EXPECT_NEAR(small.hot_msun / large.hot_msun, 1e-6, 1e-18);
  EXPECT_NEAR(small.cold_msun / large.cold_msun, 1e-6, 1e-18);
}

// OUT-5
TEST(Outflow, NothingLeavesAnEmptyReservoirAndNoMoreThanTheLastBitAnother) {
  for (const double nothing : {0.0, -1e-9}) {  // rounding may leave less than nothing
    const auto o = physics::limited({10.0, 50.0}, nothing, nothing);
    EXPECT_EQ(o.cold_msun, 0.0);
    EXPECT_EQ(o.hot_msun, 0.0);
  }
  const auto rest = physics::limited({0.5, 0.5}, 0.25, 0.125);
  EXPECT_DOUBLE_EQ(rest.cold_msun, 0.25);
  EXPECT_DOUBLE_EQ(rest.hot_msun, 0.125);
}

// OUT-5
TEST(Outflow, WhatColdGasCannotGiveIsAskedOfTheHotGas) {
  const auto o = physics::limited({10.0, 50.0}, 30.0, 100.0);
  EXPECT_DOUBLE_EQ(o.cold_msun, 30.0);
  EXPECT_DOUBLE_EQ(o.hot_msun, 30.0);
  const auto all = physics::limited({1e9, 1e9}, 30.0, 100.0);
  EXPECT_DOUBLE_EQ(all.cold_msun, 30.0);
  EXPECT_DOUBLE_EQ(all.hot_msun, 100.0);
}

// SFR-1
TEST(StarFormation, FreeFallTimeIsTwiceTheDynamicalTime) {
  EXPECT_NEAR(physics::free_fall_over_dynamical, std::sqrt(4.0 * constants::pi / 3.0), 1e-15);
  EXPECT_NEAR(physics::free_fall_over_dynamical * 18.7766 / 38.4292, 1.0, 1e-4);
}

// CON-1, SFR-2
TEST(StarFormation, DrainsNoMoreThanThereIsAndLinearlyAtFirst) {
  EXPECT_LE(physics::drained_msun(5.0, 1e9, 1.0), 5.0);
  EXPECT_NEAR(physics::drained_msun(5.0, 1e-6, 1.0), 5e-6, 1e-11);
  EXPECT_EQ(physics::drained_msun(5.0, 1.0, std::numeric_limits<double>::infinity()), 0.0);
}

TEST(StarFormation, TheCriticalMetallicityIsAboutOneTenMillionth) {
  // Liu et al. 2025, footnote 17: "critical metallicity ~1e-7": iron alone at [Fe/H] = -5.07, carbon alone at [C/H] =
  // -2.77.
  const double x = 0.76, fe_sun = std::pow(10.0, 7.50 - 12.0) * 55.845 / 1.008 * x,
               c_sun = std::pow(10.0, 8.43 - 12.0) * 12.011 / 1.008 * x;
  EXPECT_NEAR(std::log10(physics::dust_and_carbon_abundance(0.0, fe_sun * std::pow(10.0, -5.07), x)), -5.07, 1e-9);
  EXPECT_NEAR(std::log10(physics::dust_and_carbon_abundance(c_sun * std::pow(10.0, -2.77), 0.0, x)), -5.07, 1e-9);
}

TEST(StarFormation, SolarOxygenIsZeroOnTheSolarScale) {
  const double o_sun = std::pow(10.0, 8.69 - 12.0) * 15.999 / 1.008 * 0.76;
  EXPECT_NEAR(physics::abundance_over_solar(metal_o, o_sun, 0.76), 0.0, 1e-12);
  EXPECT_NEAR(physics::abundance_over_solar(metal_o, 0.1 * o_sun, 0.76), -1.0, 1e-12);
}

TEST(Mixing, DrawsHaveTheMeanAndScatterOfTheirKindAndDoNotDependOnTheSubStep) {
  const physics::Mixing p{
      .internal_mean_dex = 0.1, .internal_sigma_dex = 0.3, .external_mean_dex = -0.8, .external_sigma_dex = 0.5};
  double sum = 0, sum2 = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double d = physics::mixing_offset_dex(p, false, {1, 2}, i, 7);
    sum += d;
    sum2 += d * d;
  }
  EXPECT_NEAR(sum / n, -0.8, 4 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(sum2 / n - sum / n * sum / n), 0.5, 0.5 * 4 / std::sqrt(2.0 * n));
  EXPECT_EQ(physics::mixing_offset_dex(p, true, {1, 2}, 5, 7), physics::mixing_offset_dex(p, true, {1, 2}, 5, 7));
  EXPECT_NE(physics::mixing_offset_dex(p, true, {1, 2}, 5, 7), physics::mixing_offset_dex(p, true, {1, 2}, 5, 8));
  testing_rows::Largest off;
  for (std::int64_t i = 0; i < 1000; ++i)
    off.add(physics::mixing_offset_dex({.internal_sigma_dex = 0.0}, true, {1, 2}, i, 7));
  testing_rows::row_near("2.1", "largest of 1000 offsets of star-forming gas, width 0 [dex]", off.value(), 0.0, 0.0);
  EXPECT_EQ(physics::mixing_offset_dex({.internal_mean_dex = 0.25, .internal_sigma_dex = 0.0}, true, {1, 2}, 5, 7),
            0.25);
  const physics::Mixing wide{.internal_sigma_dex = 1.0};
  EXPECT_NE(physics::mixing_offset_dex(wide, true, {1, 2}, 5, 7), physics::mixing_offset_dex(wide, true, {1, 2}, 5, 8));
}

// MIX-2
TEST(MergedGas, HasTheMetalsOfBothInTheMeanAndThoseOfOneInAnyInterval) {
  Metals poor{}, rich{};
  for (std::size_t e = 0; e < n_metals; ++e) {
    poor[e] = 1e-5 * 7e8 / static_cast<double>(e + 1);
    rich[e] = 3e-3 * 2e8 / static_cast<double>(2 * e + 1);
  }
  const physics::MergedGas gas = physics::merged_gas(7e8, poor, 2e8, rich, 100.0);
  testing_rows::Largest off;
  double mean = 0.0;
  std::set<double> seen;
  const double last = 1.0 - 1e-16;  // a draw of the poor gas; 0 is one of the rich
  for (const Metal e : {metal_z, metal_c, metal_o, metal_fe}) {
    const double z = (poor[e] + rich[e]) / 9e8;
    const double of_rich = gas.fraction_at(0.0, e, z), of_poor = gas.fraction_at(last, e, z);
    off.add((gas.share * of_rich + (1.0 - gas.share) * of_poor) / z - 1.0);
    off.add(of_rich / (rich[e] / 2e8) - 1.0);
    off.add(of_poor / (poor[e] / 7e8) - 1.0);
  }
  testing_rows::row_below("2.2",
                          "metals of two gases that merged: their mean, and each of them, over the truth, minus 1",
                          off.value(), 1e-12);
  const double mean_o = (poor[metal_o] + rich[metal_o]) / 9e8;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double fraction = gas.fraction_at(physics::merged_gas_draw({1, 2}, 5, i), metal_o, mean_o);
    mean += fraction / n;
    seen.insert(fraction);
  }
  testing_rows::row_near("2.2", "abundances of which stars form before the gas has mixed",
                         static_cast<double>(seen.size()), 2.0, 0.0);
  EXPECT_NEAR(mean, mean_o, 4.0 * std::sqrt(gas.share * (1.0 - gas.share) / n) * (*seen.rbegin() - *seen.begin()));
  EXPECT_EQ(physics::merged_gas(0.0, {}, 2e8, rich, 100.0).fraction_at(0.3, metal_o, 0.01), 0.01)
      << "there is one gas only";
}

// MIX-2
TEST(MergedGas, WhatDiffersFromMostIsTheGasOfTheLighterGalaxyWhicheverIsRicher) {
  Metals rich{};
  for (double& m : rich) m = 1e6;
  EXPECT_NEAR(physics::merged_gas(7e8, {}, 2e8, rich, 100.0).differing_msun(9e8) / 2e8, 1.0, 1e-12);
  EXPECT_NEAR(physics::merged_gas(2e8, {}, 7e8, rich, 100.0).differing_msun(9e8) / 2e8, 1.0, 1e-12);
  EXPECT_NEAR(physics::merged_gas(2e8, rich, 7e8, {}, 100.0).differing_msun(9e8) / 2e8, 1.0, 1e-12);
}

// MIX-2. The bug: metals that came later went to each gas in proportion to those it had, so that pristine gas stayed
// pristine whatever exploded in it.
TEST(MergedGas, BugLaterMetalsWentToTheRichGasAlone) {
  Metals pristine{}, rich{};
  for (double& m : rich) m = 1e-3 * 4e8;
  physics::MergedGas gas = physics::merged_gas(6e8, pristine, 4e8, rich, 100.0);
  const double last = 1.0 - 1e-16;
  EXPECT_NEAR(gas.fraction_at(last, metal_o, 4e5 / 1e9), 0.0, 1e-18);
  // dying stars return 1e8 Msun of gas with 1e6 Msun of oxygen, 60 % of it into the pristine gas
  gas.dilute(1e9, 1.1e9);
  const double mean = (4e5 + 1e6) / 1.1e9;
  EXPECT_NEAR(gas.fraction_at(last, metal_o, mean) / (0.6e6 / 6.6e8), 1.0, 1e-12);
  EXPECT_NEAR(gas.fraction_at(0.0, metal_o, mean) / ((4e5 + 0.4e6) / 4.4e8), 1.0, 1e-12);
  gas.dilute(1e9, 9e8);  // gas that leaves takes from both alike
  EXPECT_NEAR(gas.fraction_at(last, metal_o, mean) / (0.6e6 / 6.6e8), 1.0, 1e-12);
}

TEST(SubStep, ResolvesTheShortestTimeAndIsCappedOnlyWhereAskedTo) {
  const physics::StarFormation p;
  EXPECT_DOUBLE_EQ(physics::sub_step_myr(p, 20.0, 2.0, 50.0, true), 0.4);
  EXPECT_DOUBLE_EQ(physics::sub_step_myr(p, 20.0, 50.0, 50.0, true), 1.0);
  EXPECT_DOUBLE_EQ(physics::sub_step_myr(p, 20.0, 50.0, 50.0, false), 10.0);
  EXPECT_DOUBLE_EQ(physics::sub_step_myr(p, 0.3, 50.0, 50.0, false), 0.3);
  EXPECT_DOUBLE_EQ(physics::sub_step_myr(p, 20.0, 1e-9, 50.0, true), 1e-3);
}

// UPD-1
TEST(Update, MassIsMovedNotMade) {
  const physics::Reservoirs r{1e8, 3e7, 2e7, 5e8};
  for (bool minihalo : {false, true}) {
    const physics::Flows f{.accreted = 1e6,
                           .condensed = 2e6,
                           .formed = 3e5,
                           .heated = 4e5,
                           .out_hot = 5e5,
                           .out_cold = 6e5,
                           .returned = 7e4,
                           .minihalo = minihalo};
    const auto n = physics::updated(r, f);
    const double before = r.hot + r.cold + r.star + r.out, after = n.hot + n.cold + n.star + n.out;
    EXPECT_NEAR(after, before + f.accreted + f.returned, 1e-15 * after);
    EXPECT_NEAR(n.out - r.out, f.out_hot + f.out_cold + (minihalo ? f.heated : 0.0), 1e-6);
  }
}

TEST(Update, AReservoirThatGivesAllIsEmpty) {
  const auto n = physics::updated(
      {5.0, 7.0, 0.0, 0.0},
      {.condensed = 2.0, .formed = 3.0, .heated = 1.0, .out_hot = 3.0, .out_cold = 3.0, .minihalo = true});
  EXPECT_EQ(n.hot, 0.0);
  EXPECT_EQ(n.cold, 2.0) << "what has condensed just now";
}

TEST(Update, MetalsAreSharedByMassHoweverLittleThereIs) {
  physics::MetalStore m;
  m.gas[metal_z] = 1e-9;
  physics::share_metals(m, {}, 6e-5, 3e-5, 1e-5);
  EXPECT_NEAR(m.gas[metal_z], 6e-10, 1e-24);
  EXPECT_NEAR(m.out[metal_z], 3e-10, 1e-24);
  EXPECT_NEAR(m.locked[metal_z], 1e-10, 1e-24);
  EXPECT_EQ(m.gas[metal_o], 0.0) << "an element that nobody made";
}

TEST(Update, MetalsAreSharedByMassAndNoneIsLost) {
  physics::MetalStore m;
  m.gas[metal_z] = 100.0;
  Metals added{};
  added[metal_z] = 20.0;
  physics::share_metals(m, added, 6e3, 3e3, 1e3);
  EXPECT_NEAR(m.gas[metal_z], 72.0, 1e-12);
  EXPECT_NEAR(m.out[metal_z], 36.0, 1e-12);
  EXPECT_NEAR(m.locked[metal_z], 12.0, 1e-12);
  physics::share_metals(m, added, 0.0, 0.0, 0.0);  // nothing to hold them: kept, not lost
  EXPECT_NEAR(m.gas[metal_z] + m.out[metal_z] + m.locked[metal_z], 140.0, 1e-12);
}
}  // namespace

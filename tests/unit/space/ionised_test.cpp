#include "cecropia/space/ionised.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace {
using namespace cecropia;
const cosmology::Cosmology cosmos;

/// A source of constant rate.
double steady(double volume_cmpc3, double escaping_1e48_per_s, double dt_myr, const space::IonisationRates& rates) {
  return space::ionised_volume_after(volume_cmpc3, escaping_1e48_per_s * space::effective_time_myr(dt_myr, rates),
                                     dt_myr, rates);
}

TEST(IonisedRegion, TheReferenceRegionAgrees) {
  // f_esc Q = 1.75e52 photons/s, z = 10, C = 3, 10 Myr from nothing
  const auto rates = space::ionisation_rates(cosmos, 3.0, 10.0);
  const double v = steady(0.0, 1.75e4, 10.0, rates);
  EXPECT_NEAR(v, 0.9581, 0.5e-4 + 1e-3 * 0.9581);
  EXPECT_NEAR(space::region_radius_cmpc(v), 0.61156, 1e-3 * 0.61156);
  EXPECT_NEAR(1.0 / rates.recombination_per_myr, 161.07, 1e-3 * 161.07);
}

TEST(IonisedRegion, WithoutRecombinationEveryPhotonIonisesOneAtom) {
  const auto rates = space::ionisation_rates(cosmos, 0.0, 8.0);
  const double v = steady(0.2, 3e3, 7.0, rates) - 0.2;
  const double atoms = v * std::pow(constants::mpc_cm, 3) * cosmos.n_h0_per_cm3();
  EXPECT_NEAR(atoms / (3e51 * 7.0 * constants::myr_s), 1.0, 1e-12);
}

TEST(IonisedRegion, ItDecaysWhenItsStarsAreGone) {
  const auto rates = space::ionisation_rates(cosmos, 3.0, 9.0);
  EXPECT_NEAR(space::ionised_volume_after(2.0, 0.0, 30.0, rates), 2.0 * std::exp(-30.0 * rates.recombination_per_myr),
              1e-12);
}

TEST(IonisedRegion, ManyShortStepsAreOneLongStep) {
  const auto rates = space::ionisation_rates(cosmos, 3.0, 7.0);
  double v = 0.1;
  for (int i = 0; i < 1000; ++i) v = steady(v, 500.0, 0.02, rates);
  EXPECT_NEAR(v / steady(0.1, 500.0, 20.0, rates), 1.0, 1e-11);
}

TEST(IonisedRegion, SourcesThatComeAndGoAddUp) {
  // one from 3 to 11 Myr of a step of 20, in pieces and at once: what it would emit to the end less what it does not
  const auto rates = space::ionisation_rates(cosmos, 5.0, 12.0);
  const double pieces = steady(steady(steady(0.1, 0.0, 3.0, rates), 700.0, 8.0, rates), 0.0, 9.0, rates);
  const double myr = space::effective_time_myr(17.0, rates) - space::effective_time_myr(9.0, rates);
  EXPECT_NEAR(space::ionised_volume_after(0.1, 700.0 * myr, 20.0, rates) / pieces, 1.0, 1e-12);
}

TEST(IonisedRegion, ItSettlesWherePhotonsBalanceRecombinations) {
  const auto rates = space::ionisation_rates(cosmos, 3.0, 15.0);
  const double balance = 10.0 * rates.cmpc3_per_1e48_photons_s_myr / rates.recombination_per_myr;
  EXPECT_NEAR(steady(0.0, 10.0, 1e4, rates) / balance, 1.0, 1e-12);
}

TEST(IonisedRegion, RandomRegionsOverlap) {
  EXPECT_EQ(space::covered_fraction(0.0), 0.0);
  EXPECT_NEAR(space::covered_fraction(1e-9), 1e-9, 1e-17);
  EXPECT_NEAR(space::covered_fraction(1.0), 1.0 - std::exp(-1.0), 1e-15);
  EXPECT_LE(space::covered_fraction(100.0), 1.0);
}

TEST(IonisedRegion, RadiusAndVolumeBelongTogether) {
  EXPECT_NEAR(space::region_radius_cmpc(space::sphere_volume_cmpc3(0.37)), 0.37, 1e-15);
  EXPECT_EQ(space::region_radius_cmpc(0.0), 0.0);
}
}  // namespace

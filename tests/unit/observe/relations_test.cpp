// The observed relations and the Gaussian of one observation, against numbers worked out from the papers' formulae.
#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/observe/likelihood.hpp"
#include "cecropia/observe/observations.hpp"
#include "cecropia/observe/relations.hpp"

namespace cecropia::observe {
namespace {

const std::filesystem::path folder = std::filesystem::path(CECROPIA_SOURCE_DIR) / "params/observations";

TEST(ObservedRelations, TacchellaStellarMassesHaveTheirReferenceValues) {
  EXPECT_NEAR(shmr_m_star_msun(1e10, 6) / 2.4861e7, 1, 1e-4);
  EXPECT_NEAR(shmr_m_star_msun(1e11, 6) / 1.6552e9, 1, 1e-4);
}

TEST(ObservedRelations, FundamentalMetallicityAtAKnownGalaxy) {
  const double mu = mu_of(std::pow(10, 8.5), 1.0, 0.66);
  EXPECT_NEAR(fmr_oh(mu, {0.43, -4.11}), -0.4550, 5e-5);
  // Ten times the star formation at equal mass: 0.43 * 0.66 dex less oxygen.
  EXPECT_NEAR(fmr_oh(mu_of(std::pow(10, 8.5), 10.0, 0.66), {0.43, -4.11}), -0.4550 - 0.2838, 5e-5);
}

// OBS-4, OBS-5
TEST(ObservedRelations, ShippedFitsGiveThePublishedDensities) {
  const Observations o = read_observations(folder);
  EXPECT_NEAR(o.sfrd_fit.at(10), -2.749, 5e-4);
  EXPECT_NEAR(o.csmd.at(8), 5.760, 5e-4);
  EXPECT_NEAR(o.csmd.at(6), 6.766, 5e-4);
  EXPECT_NEAR(o.csmd.at(12), 3.220, 5e-4);
}

TEST(ObservedRelations, MassMetallicityIsRaisedByTheSfrBias) {
  const Observations o = read_observations(folder);
  ASSERT_EQ(o.mzr.size(), 2u);
  EXPECT_NEAR(mzr_oh(9, o.mzr[0].relation, 0.16), 0.28 * 9 - 3.12 + 0.16, 1e-12);
  EXPECT_NEAR(mzr_oh(9, o.mzr[1].relation, 0.16), 0.23 * 9 - 2.70 + 0.16, 1e-12);
}

TEST(Gaussian, IsNormalisedSoItsIntegralIsOne) {
  double integral = 0;
  const double sigma = 0.13, h = 1e-3;
  for (int i = -2000; i <= 2000; ++i) integral += h * std::pow(10, log10_gaussian(i * h, sigma));
  EXPECT_NEAR(integral, 1, 1e-9);
}

TEST(Gaussian, EveryFurtherSigmaCostsHalfTheSquareInNaturalUnits) {
  EXPECT_NEAR(log10_gaussian(0, 0.5) - log10_gaussian(0.5, 0.5), 0.5 / std::log(10), 1e-12);
  EXPECT_NEAR(log10_gaussian(0, 0.5) - log10_gaussian(-1.0, 0.5), 2.0 / std::log(10), 1e-12);
  EXPECT_NEAR(log10_gaussian(0, 0.13), std::log10(1 / (std::sqrt(2 * M_PI) * 0.13)), 1e-12);
}

TEST(Gaussian, OfTheMeanSquareIsTheMeanOverGalaxies) {
  const double residuals[] = {0.1, -0.3, 0.05}, weights[] = {1, 2, 0.5};
  WeightedMean one_by_one;
  double square = 0, weight = 0;
  for (int i = 0; i < 3; ++i) {
    one_by_one.add(log10_gaussian(residuals[i], 0.2), weights[i]);
    square += weights[i] * residuals[i] * residuals[i];
    weight += weights[i];
  }
  EXPECT_NEAR(log10_gaussian_of_mean_square(square / weight, 0.2), one_by_one.value(), 1e-14);
}

TEST(AsymmetricErrors, MeanOfBothSidesOrTheSideThatFacesTheSimulation) {
  EXPECT_DOUBLE_EQ(sigma_of(SigmaRule::mean, -2.8, 0.2, 0.13, -5), 0.165);
  EXPECT_DOUBLE_EQ(sigma_of(SigmaRule::facing, -2.8, 0.2, 0.13, -5), 0.2);
  EXPECT_DOUBLE_EQ(sigma_of(SigmaRule::facing, -2.8, 0.2, 0.13, -1), 0.13);
}

}  // namespace
}  // namespace cecropia::observe

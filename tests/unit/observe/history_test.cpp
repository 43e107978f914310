// Light-cone shells, the window in time, interpolation, the optical depth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/observe/history.hpp"

namespace cecropia::observe {
namespace {

TEST(LightCone, ShellsEqualTheDirectIntegralOverRedshift) {
  const cosmology::Cosmology cosmology;
  const std::vector<double> z{10, 9, 8, 6.5, 4.5};
  const auto shells = shell_volumes_cmpc3(z, cosmology);
  EXPECT_EQ(shells[0], 0);
  for (std::size_t i = 1; i < z.size(); ++i) {
    const int n = 2000;  // Simpson on 4 pi D^2 c/H
    const double h = (z[i - 1] - z[i]) / n;
    double integral = 0;
    for (int k = 0; k <= n; ++k) {
      const double at = z[i] + h * k, d = cosmology.comoving_distance_cmpc(at);
      const double dd_dz = constants::c_cm_s / cosmology.hubble_per_s(at) / constants::mpc_cm;
      integral += (k == 0 || k == n ? 1 : k % 2 == 1 ? 4 : 2) * h / 3 * 4 * constants::pi * d * d * dd_dz;
    }
    EXPECT_NEAR(shells[i] / integral, 1, 1e-6);
  }
}

TEST(LightCone, ShellsAddUpToTheWholeRange) {
  const cosmology::Cosmology cosmology;
  const auto fine = shell_volumes_cmpc3(std::vector<double>{8, 7, 6, 5}, cosmology);
  const auto coarse = shell_volumes_cmpc3(std::vector<double>{8, 5}, cosmology);
  EXPECT_NEAR((fine[1] + fine[2] + fine[3]) / coarse[1], 1, 1e-12);
}

// OBS-7
TEST(Window, TrailingMeanOfALinearHistoryIsItsValueHalfAWindowEarlier) {
  std::vector<double> t, f;
  for (int i = 0; i <= 30; ++i) {
    t.push_back(100 + 23.0 * i);
    f.push_back(2e-4 * t.back());
  }
  const auto smoothed = smooth(t, f, Window::trailing, 100);
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] - t[0] < 100) continue;
    EXPECT_NEAR(smoothed[i], 2e-4 * (t[i] - 50), 1e-15);
  }
}

TEST(Window, CentredMeanOfALinearHistoryIsTheHistoryAwayFromTheEnds) {
  std::vector<double> t, f;
  for (int i = 0; i <= 40; ++i) {
    t.push_back(10.0 * i);
    f.push_back(3.0 * t.back());
  }
  const auto smoothed = smooth(t, f, Window::centred, 100);
  for (std::size_t i = 5; i + 5 < t.size(); ++i) EXPECT_NEAR(smoothed[i], f[i], 1e-10);
  // At the last level only the past half is known: the mean of the 50 Myr before it.
  EXPECT_NEAR(smoothed.back(), 3.0 * (400 - 25), 1e-10);
}

TEST(Window, NothingFormedBeforeTheFirstLevel) {
  const auto smoothed =
      smooth(std::vector<double>{100, 125, 150, 200, 300}, std::vector<double>{1, 1, 1, 1, 1}, Window::trailing, 100);
  EXPECT_THAT(smoothed, testing::ElementsAre(testing::DoubleEq(0), testing::DoubleEq(0.25), testing::DoubleEq(0.5),
                                             testing::DoubleEq(1), testing::DoubleEq(1)));
}

TEST(Window, ABurstIsSpreadOverTheFollowingHundredMyr) {
  std::vector<double> t, f;
  for (int i = 0; i <= 60; ++i) {
    t.push_back(5.0 * i);
    f.push_back(i == 20 ? 10 : 0);  // a triangle of area 50 around t = 100
  }
  const auto smoothed = smooth(t, f, Window::trailing, 100);
  EXPECT_DOUBLE_EQ(smoothed[18], 0);
  EXPECT_DOUBLE_EQ(smoothed[20], 0.25);
  EXPECT_DOUBLE_EQ(smoothed[30], 0.5);
  EXPECT_NEAR(smoothed[40], 0.25, 1e-12);
  EXPECT_NEAR(smoothed[45], 0, 1e-12);
  EXPECT_EQ(smooth(t, f, Window::none, 100), f);
}

// The bug: where a relation did not exist at early levels, its mean over a window did not exist at any.
TEST(Window, BugAGapHidAllThatCameAfterIt) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto smoothed = smooth(std::vector<double>{100, 150, 200, 250, 300, 350, 400},
                               std::vector<double>{none, none, 2, 2, 2, 4, 4}, Window::trailing, 100);
  for (int i : {0, 1, 2, 3}) EXPECT_TRUE(std::isnan(smoothed[static_cast<std::size_t>(i)])) << i;
  EXPECT_DOUBLE_EQ(smoothed[4], 2);
  EXPECT_DOUBLE_EQ(smoothed[5], 2.5);
  EXPECT_DOUBLE_EQ(smoothed[6], 3.5);
}

// OBS-8
TEST(Interpolation, IsLinearInRedshiftAndSilentOutsideTheLevels) {
  const std::vector<double> z{10, 8, 5}, v{0.01, 0.1, 1};
  EXPECT_NEAR(*interpolate(z, v, 9), 0.055, 1e-15);
  EXPECT_NEAR(*interpolate(z, v, 9, Interpolation::logarithm), std::sqrt(1e-3), 1e-15);
  EXPECT_EQ(*interpolate(z, v, 8), 0.1);
  EXPECT_EQ(*interpolate(z, v, 10), 0.01);
  EXPECT_EQ(*interpolate(z, v, 5), 1);
  EXPECT_FALSE(interpolate(z, v, 10.1));
  EXPECT_FALSE(interpolate(z, v, 4.9));
  EXPECT_FALSE(interpolate(z, std::vector<double>{0, 0.1, 1}, 9, Interpolation::logarithm));
  EXPECT_TRUE(interpolate(z, std::vector<double>{0, 0.1, 1}, 7, Interpolation::logarithm));
}

TEST(OpticalDepth, FullIonisationSinceRedshiftSixMatchesTheClosedForm) {
  // Matter and Lambda: int (1+z)^2/H dz = 2/(3 Om H0) [E(z2) - E(z1)], helium doubly ionised below z = 3.
  const cosmology::Cosmology cosmology;
  const auto& p = cosmology.parameters();
  std::vector<double> z, q;
  for (double at = 6; at >= 4.49; at -= 0.1) {
    z.push_back(at);
    q.push_back(1);
  }
  const double h0 = cosmology.hubble_per_s(0), he = (1 - p.hydrogen_fraction) / (4 * p.hydrogen_fraction);
  const auto e = [&](double at) { return std::sqrt(cosmology.e2(at)); };
  const double closed = constants::c_cm_s * constants::sigma_t_cm2 * cosmology.n_h0_per_cm3() * 2 /
                        (3 * p.omega_m * h0) * ((1 + 2 * he) * (e(3) - e(0)) + (1 + he) * (e(6) - e(3)));
  EXPECT_NEAR(optical_depth(z, q, cosmology) / closed, 1, 1e-5);
  EXPECT_EQ(optical_depth(z, std::vector<double>(z.size(), 0.0), cosmology), 0);
}

TEST(OpticalDepth, ALevelAcrossRedshiftThreeHasHeliumOfBothKinds) {
  // Constant q: the same integral wherever the levels lie, as exact as Simpson's rule is over the time without levels.
  const cosmology::Cosmology cosmology;
  const auto tau = [&](const std::vector<double>& z) {
    return optical_depth(z, std::vector<double>(z.size(), 1.0), cosmology);
  };
  const double without_a_level_there = tau({6, 5});
  EXPECT_NEAR(tau({6, 5, 4, 3, 2, 1}) / without_a_level_there, 1, 1e-5);
  EXPECT_NEAR(tau({6, 5, 4, 2, 1}) / without_a_level_there, 1, 1e-5);
  // And q linear across z = 3 is the same with and without a level at it.
  const double split =
      optical_depth(std::vector<double>{5, 3.5, 3, 2}, std::vector<double>{0, 0.5, 0.6, 0.8}, cosmology);
  EXPECT_NEAR(optical_depth(std::vector<double>{5, 3.5, 2}, std::vector<double>{0, 0.5, 0.8}, cosmology) / split, 1,
              1e-5);
}

}  // namespace
}  // namespace cecropia::observe

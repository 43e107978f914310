// What Toyouchi et al. (2025) state of their galaxies, on our discs.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::follow;
using testing_disc::masses_of_21_halos;
using testing_disc::Moment;

/// Efficiency of star formation at mass `m` out of a list whose masses ascend, on a straight line in log mass.
double efficiency_at(const std::vector<Moment>& moments, double m) {
  for (std::size_t i = 1; i < moments.size(); ++i)
    if (moments[i].m_halo_msun >= m) {
      const double way =
          std::log(m / moments[i - 1].m_halo_msun) / std::log(moments[i].m_halo_msun / moments[i - 1].m_halo_msun);
      return moments[i - 1].efficiency() + way * (moments[i].efficiency() - moments[i - 1].efficiency());
    }
  return moments.back().efficiency();
}

std::vector<std::vector<Moment>> all_at(const Parameters& p, const std::vector<double>& z) {
  std::vector<std::vector<Moment>> by_redshift(z.size());
  for (const double m : masses_of_21_halos()) {
    const auto moments = follow(p, m, z);
    for (std::size_t i = 0; i < z.size(); ++i) by_redshift[i].push_back(moments[i]);
  }
  return by_redshift;
}

TEST(DiscStatements, StarFormationIsMostEfficientNear1e12Msun) {
  const std::vector<double> z{12.0, 10.0, 8.0, 7.0, 6.0, 5.0};
  const auto discs = all_at({}, z);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const Moment* peak = &discs[i].front();
    for (const Moment& is : discs[i]) {
      if (is.efficiency() > peak->efficiency()) peak = &is;
      if (is.m_halo_msun >= 1e11 && is.m_halo_msun <= 1e12) {
        EXPECT_LE(is.efficiency(), 0.25) << z[i];
      }
    }
    if (z[i] <= 7.0) {
      EXPECT_GE(peak->efficiency(), 0.15) << z[i];
      EXPECT_LE(peak->efficiency(), 0.25) << z[i];
      EXPECT_GE(peak->m_halo_msun, 3e11) << z[i];
      EXPECT_LE(peak->m_halo_msun, 2e12) << z[i];
    }
  }
}

TEST(DiscStatements, TheStarFormationLawHardlyChangesTheStarFormationRate) {
  const auto rate = [](const std::function<void(Parameters&)>& change) {
    Parameters p;
    change(p);
    return follow(p, 1e12, {10.0}).front().sfr_msun_yr();
  };
  const double fiducial = rate([](Parameters&) {});
  EXPECT_LT(std::fabs(std::log10(rate([](Parameters& p) { p.cycle.boost = 10.0; }) / fiducial)), 0.15);
  EXPECT_LT(std::fabs(std::log10(rate([](Parameters& p) { p.inflow.angular_momentum_ratio = 0.1; }) / fiducial)), 0.15);
  EXPECT_GT(std::log10(rate([](Parameters& p) { p.cycle.mass_loading = 1.0; }) / fiducial), 0.3);
}

TEST(DiscStatements, OutflowsSetTheEfficiency) {
  const std::pair<double, double> expected[] = {{1.0, 0.42}, {5.0, 0.18}, {20.0, 0.061}};
  for (const auto& [eta_0, efficiency] : expected) {
    Parameters p;
    p.cycle.mass_loading = eta_0;
    EXPECT_NEAR(follow(p, 1e12, {7.0}).front().efficiency() / efficiency, 1.0, 0.10) << eta_0;
  }
}

TEST(DiscStatements, FastGrowthOfGrainsMakesDustyGalaxies) {
  Parameters slow;
  slow.dust.accretion_myr = 50.0;
  EXPECT_GT(follow({}, 1e12, {5.0}).front().totals.dust_msun / follow(slow, 1e12, {5.0}).front().totals.dust_msun, 5.0);
}

TEST(DiscStatements, WeakFeedbackInDenseGasRaisesTheEfficiency) {
  Parameters weak;
  weak.cycle.weak_feedback = true;
  const auto with = all_at(weak, {7.0}).front(), without = all_at({}, {7.0}).front();
  double peak = 0.0;
  for (const Moment& is : with) peak = std::max(peak, is.efficiency());
  EXPECT_GE(peak, 0.3);
  EXPECT_LE(peak, 0.65);
  EXPECT_GT(efficiency_at(with, 5e11) / efficiency_at(without, 5e11), 1.5);
}

}  // namespace
}  // namespace cecropia::disc

// What Toyouchi et al. (2025) state of their galaxies, on our discs.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::follow;
using testing_disc::masses_of_21_halos;
using testing_disc::Moment;
using testing_rows::row_above;
using testing_rows::row_below;
using testing_rows::row_between;
using testing_rows::row_near;

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
  double highest = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const Moment* peak = &discs[i].front();
    for (const Moment& is : discs[i]) {
      if (is.efficiency() > peak->efficiency()) peak = &is;
      if (is.m_halo_msun >= 1e11 && is.m_halo_msun <= 1e12) {
        EXPECT_LE(is.efficiency(), 0.25) << z[i];
        highest = std::max(highest, is.efficiency());
      }
    }
    if (z[i] <= 7.0) {
      EXPECT_GE(peak->efficiency(), 0.15) << z[i];
      EXPECT_LE(peak->efficiency(), 0.25) << z[i];
      EXPECT_GE(peak->m_halo_msun, 3e11) << z[i];
      EXPECT_LE(peak->m_halo_msun, 2e12) << z[i];
      const std::string at = " at z = " + testing_rows::text(z[i]);
      row_between("4.13", ("highest f_* of 21 halos" + at).c_str(), peak->efficiency(), 0.15, 0.25);
      row_between("4.13", ("mass of that halo" + at + " [Msun]").c_str(), peak->m_halo_msun, 3e11, 2e12);
    }
  }
  row_below("4.13", "highest f_* of halos of 1e11 to 1e12 Msun, z = 5 to 12", highest, 0.25);
}

TEST(DiscStatements, TheStarFormationLawHardlyChangesTheStarFormationRate) {
  const auto rate = [](const std::function<void(Parameters&)>& change) {
    Parameters p;
    change(p);
    return follow(p, 1e12, {10.0}).front().sfr_msun_yr();
  };
  const double fiducial = rate([](Parameters&) {});
  row_below("4.14", "|dlog SFR| for F_b = 10 at z = 10",
            std::fabs(std::log10(rate([](Parameters& p) { p.cycle.boost = 10.0; }) / fiducial)), 0.15);
  EXPECT_LT(std::fabs(std::log10(rate([](Parameters& p) { p.inflow.angular_momentum_ratio = 0.1; }) / fiducial)), 0.15);
  EXPECT_GT(std::log10(rate([](Parameters& p) { p.cycle.mass_loading = 1.0; }) / fiducial), 0.3);
}

TEST(DiscStatements, OutflowsSetTheEfficiency) {
  const std::pair<double, double> expected[] = {{1.0, 0.42}, {5.0, 0.18}, {20.0, 0.061}};
  for (const auto& [eta_0, efficiency] : expected) {
    Parameters p;
    p.cycle.mass_loading = eta_0;
    const std::string check = "f_* at z = 7 for eta_0 = " + testing_rows::text(eta_0);
    row_near("4.14", check.c_str(), follow(p, 1e12, {7.0}).front().efficiency(), efficiency, 0.10 * efficiency);
  }
}

TEST(DiscStatements, FastGrowthOfGrainsMakesDustyGalaxies) {
  Parameters slow;
  slow.dust.accretion_myr = 50.0;
  row_above("4.8", "M_d(tau_0 = 5 Myr) / M_d(50 Myr) of 1e12 Msun at z = 5",
            follow({}, 1e12, {5.0}).front().totals.dust_msun / follow(slow, 1e12, {5.0}).front().totals.dust_msun, 5.0);
}

TEST(DiscStatements, WeakFeedbackInDenseGasRaisesTheEfficiency) {
  Parameters weak;
  weak.cycle.weak_feedback = true;
  const auto with = all_at(weak, {7.0}).front(), without = all_at({}, {7.0}).front();
  double peak = 0.0;
  for (const Moment& is : with) peak = std::max(peak, is.efficiency());
  row_between("4.15", "highest f_* with weak feedback at z = 7", peak, 0.3, 0.65);
  row_above("4.15", "f_* over that without, at 5e11 Msun", efficiency_at(with, 5e11) / efficiency_at(without, 5e11),
            1.5);
}

}  // namespace
}  // namespace cecropia::disc

// How halos grow: the mean law, and the branches of a tree at equal steps.
#include "cecropia/cosmology/halo_history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::cosmology {
namespace {

using testing_rows::Largest;
using testing_rows::row_below;
using testing_rows::row_near;

/// The cosmology of Toyouchi et al. (2025).
const Cosmology& toyouchi() {
  static const Cosmology c([] {
    Parameters p;
    p.omega_m = 0.3111;
    p.omega_b = 0.0489;
    p.h = 0.6766;
    return p;
  }());
  return c;
}

// HAL-7, HAL-8
TEST(MeanGrowth, ItsClosedFormIsTheIntegralOfTheRate) {
  const auto& c = toyouchi();
  const double begin_myr = c.age_myr(20.0);
  Largest difference;
  for (const double m0 : {6e7, 6e8, 5e9})
    for (const double z : {16.0, 13.0, 10.0, 8.0, 6.5, 5.0}) {
      const int n = 4000;
      const double h = (c.age_myr(z) - begin_myr) / n;
      double m = m0;
      for (int i = 0; i < n; ++i) {  // Runge-Kutta of fourth order
        const double t = begin_myr + h * i;
        const auto rate = [&](double at_myr, double mass) {
          return mean_growth_msun_myr(c, mass, c.redshift_at(at_myr));
        };
        const double k1 = rate(t, m), k2 = rate(t + h / 2, m + h / 2 * k1), k3 = rate(t + h / 2, m + h / 2 * k2);
        m += h / 6 * (k1 + 2 * k2 + 2 * k3 + rate(t + h, m + h * k3));
      }
      EXPECT_NEAR(mean_mass_msun(c, m0, 20.0, z) / m, 1.0, 1e-6) << "M(20) = " << m0 << ", z = " << z;
      difference.add(mean_mass_msun(c, m0, 20.0, z) / m - 1.0);
    }
  row_below("4.1", "closed form against Runge-Kutta, 6 redshifts", difference.value(), 1e-6);
}

TEST(MeanGrowth, AHaloOf1e12MsunAtRedshift5HasTheReferenceMassAtRedshift20) {
  const auto& c = toyouchi();
  row_near("4.1", "M_h(z=20) of 1e12 Msun at z=5", mean_mass_msun(c, 1e12, 5.0, 20.0), 5.99e8, 0.005e8);
  EXPECT_NEAR(mean_mass_msun(c, mean_mass_msun(c, 1e12, 5.0, 20.0), 20.0, 5.0) / 1e12, 1.0, 1e-12);
  EXPECT_THROW(mean_mass_msun(c, 1e25, 20.0, 0.0), InternalError);
}

TEST(HaloRadius, IsThatOfTheReferenceHalos) {
  const auto& c = toyouchi();
  row_near("4.2", "r_vir of 1e12 Msun at z=5 [kpc], Bryan-Norman", r_vir_kpc(c, 1e12, 5.0), 53.9, 0.539);
  EXPECT_NEAR(r_vir_kpc(c, 2.56e11, 7.0), 25.7, 0.26);
  EXPECT_NEAR(r_vir_kpc(c, 1.6e10, 12.0), 6.28, 0.07);
  Parameters critical = c.parameters();
  critical.overdensity = Overdensity::critical_200;
  row_near("4.2", "r_200c over r_vir at z=5", r_vir_kpc(Cosmology(critical), 1e12, 5.0) / r_vir_kpc(c, 1e12, 5.0), 0.96,
           0.01);
}

TEST(MeanGrowth, StepsAreEqualAndNoLongerThanAskedFor) {
  MeanGrowth growth;
  growth.longest_step_myr = 3.0;
  const HaloHistory h = mean_halo_history(toyouchi(), growth);
  EXPECT_LE(h.step_myr, 3.0);
  EXPECT_GT(h.step_myr, 2.9);
  for (std::size_t i = 1; i < h.redshift.size(); ++i)
    EXPECT_NEAR(toyouchi().age_myr(h.redshift[i]) - toyouchi().age_myr(h.redshift[i - 1]), h.step_myr, 1e-8);
  growth.longest_step_myr = 0.0;
  EXPECT_THROW(mean_halo_history(toyouchi(), growth), InternalError);
}

double grown(const BranchHistory& b) {
  const auto& g = b.history.growth_msun_myr;
  return std::accumulate(g.begin(), g.end(), 0.0) * b.history.step_myr;
}

// HAL-9
TEST(BranchHistory, GrowsByWhatTheBranchGainsAndNeverShrinks) {
  const TimeGrid grid = time_grid(200.0, 1000.0, 1.0);
  const std::vector<Branch> one{{{200.0, 333.3, 500.7, 601.2, 1000.0}, {1e9, 4e9, 3e9, 5e9, 2e10}, {}, 0.0}};
  Branching free;
  free.first_mass_is_growth = false;
  const BranchHistory b = branch_histories(toyouchi(), one, grid, free).front();
  ASSERT_EQ(b.history.n_steps(), 800u);
  EXPECT_NEAR(grown(b) / 1.9e10, 1.0, 1e-12);
  EXPECT_NEAR(grown(branch_histories(toyouchi(), one, grid).front()) / 2e10, 1.0, 1e-12);
  for (const double rate : b.history.growth_msun_myr) EXPECT_GE(rate, 0.0);
  const auto mass_at = [&](double age) { return b.history.m_halo_msun[static_cast<std::size_t>(age - 200.0)]; };
  EXPECT_NEAR(mass_at(200.0) / 1e9, 1.0, 1e-12);
  EXPECT_NEAR(mass_at(1000.0) / 2e10, 1.0, 1e-12);
  EXPECT_NEAR(mass_at(800.0), 5e9 * std::pow(4.0, (800.0 - 601.2) / (1000.0 - 601.2)), 1e2);  // straight in the log
  // while the mass is below its peak nothing comes in, and what is won back is not counted twice
  double after_the_loss = 0.0;
  for (std::size_t i = 135; i <= 300; ++i) after_the_loss += b.history.growth_msun_myr[i];
  EXPECT_EQ(after_the_loss, 0.0);
}

// HAL-10
TEST(BranchHistory, WhatMergesHasGrownOnce) {
  const TimeGrid grid = time_grid(200.0, 1000.0, 1.5);
  // the main branch jumps by the merger at 600 Myr; another merger at 900 Myr brings more than it gains
  const std::vector<Branch> tree{
      {{200.0, 400.0, 600.0, 800.0, 900.0, 1000.0}, {1e9, 2e9, 6e9, 7e9, 7.5e9, 1e10}, {}, 0.0},
      {{250.0, 400.0}, {5e8, 3e9}, 0, 600.0},
      {{500.0, 800.0}, {1e9, 2e9}, 0, 900.0},
      {{300.0, 390.0}, {1e8, 2e8}, 1, 400.0},
      {{800.0}, {5e8}, 0, 900.0}};
  const auto histories = branch_histories(toyouchi(), tree, grid);
  double sum = 0.0;
  for (const BranchHistory& b : histories) {
    sum += grown(b);
    EXPECT_GT(b.history.n_steps(), 0u);
    for (const double rate : b.history.growth_msun_myr) EXPECT_GE(rate, 0.0);
    if (b.into) {
      const BranchHistory& taker = histories[*b.into];
      const std::size_t end = b.first_step + b.history.n_steps();
      EXPECT_GT(end, taker.first_step);
      EXPECT_LE(end, taker.first_step + taker.history.n_steps());
    }
  }
  // 2.5e9 at 900 Myr are 2e9 more than the main branch gains there; by 1000 Myr it has paid
  EXPECT_NEAR(sum / 1e10, 1.0, 1e-12);
  EXPECT_NEAR(grown(histories[1]) / (3e9 - 2e8), 1.0, 1e-12);
  std::vector<Branch> wrong = tree;
  wrong[3].into = 4;
  EXPECT_THROW(branch_histories(toyouchi(), wrong, grid), InternalError);
  wrong = tree;
  wrong[1].merges_myr = 1100.0;
  EXPECT_THROW(branch_histories(toyouchi(), wrong, grid), InternalError);
  wrong = tree;
  wrong[1].age_myr.clear();
  EXPECT_THROW(branch_histories(toyouchi(), wrong, grid), InternalError);
}

}  // namespace
}  // namespace cecropia::cosmology

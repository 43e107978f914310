// Bathtubs along the histories of halos.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "cecropia/bathtub/bathtub.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::bathtub {
namespace {

const cosmology::Cosmology planck;

// BTH-15
TEST(BathtubInAHalo, TakesInTheBaryonsOfItsGrowth) {
  const cosmology::HaloHistory h = cosmology::mean_halo_history(
      planck, {.m_halo_msun = 1e11, .z_known = 6.0, .z_begin = 20.0, .z_end = 6.0, .longest_step_myr = 1.0});
  const double f_b = planck.baryon_fraction();
  std::size_t n = 0;
  for (const LoadingMass mass : {LoadingMass::of_stars, LoadingMass::of_halo}) {
    Parameters p;
    p.loading_mass = mass;
    const Bathtub end = evolve(p, h, f_b, [&](std::size_t i, const Bathtub& galaxy, double inflow) {
      EXPECT_EQ(inflow, f_b * h.growth_msun_myr[i]);
      const Activity a = galaxy.activity(inflow, h.m_halo_msun[i]);
      EXPECT_NEAR(a.accretion_efficiency * inflow / a.sfr_msun_myr, 1.0, 1e-12);
      ++n;
    });
    const Budget& b = end.budget();
    EXPECT_NEAR((end.state().gas_msun + end.state().stars_msun + b.outflow_msun) / (b.begun_msun + b.inflow_msun), 1.0,
                1e-10);
    EXPECT_NEAR(b.inflow_msun / (f_b * (1e11 - h.m_halo_msun.front())), 1.0, 0.01);
    EXPECT_GT(end.state().stars_msun, 1e7);
    EXPECT_LT(end.state().stars_msun, f_b * 1e11);
  }
  EXPECT_EQ(n, 2 * h.n_steps());
}

// BTH-16
TEST(BathtubInATree, NothingIsLostWhenGalaxiesMerge) {
  const cosmology::TimeGrid grid = cosmology::time_grid(300.0, 1000.0, 1.0);
  const std::vector<cosmology::Branch> tree{{{300.0, 600.0, 800.0, 1000.0}, {1e9, 2e10, 5e10, 8e10}, {}, 0.0},
                                            {{350.0, 700.0}, {1e9, 1e10}, 0, 800.0},
                                            {{400.0, 500.0}, {5e8, 2e9}, 1, 600.0}};
  const auto branches = cosmology::branch_histories(planck, tree, grid);
  const double f_b = planck.baryon_fraction();
  Parameters p;
  p.inflow_metallicity = 1e-5;
  double stars_before = 0.0, jump = 0.0;
  const Bathtub end = evolve_tree(p, branches, f_b, [&](std::size_t i, const Bathtub& galaxy, double) {
    if (i == 501) jump = galaxy.state().stars_msun / stars_before;
    stars_before = galaxy.state().stars_msun;
  });
  const State& s = end.state();
  const Budget& b = end.budget();
  EXPECT_NEAR(b.inflow_msun / (f_b * 8e10), 1.0, 1e-12);
  EXPECT_NEAR(b.begun_msun / (3 * (1e6 + 10.0)), 1.0, 1e-12);  // of three galaxies
  EXPECT_NEAR((s.gas_msun + s.stars_msun + b.outflow_msun) / (b.begun_msun + b.inflow_msun), 1.0, 1e-10);
  EXPECT_NEAR(
      (s.metals_msun + b.metals_locked_msun + b.metals_outflow_msun) / (b.metals_inflow_msun + b.metals_made_msun), 1.0,
      1e-10);
  EXPECT_GT(jump, 1.05);  // the step after the merger at 800 Myr
  std::vector<cosmology::BranchHistory> headless(branches.begin() + 1, branches.end());
  EXPECT_THROW(evolve_tree(p, headless, f_b), InternalError);
  EXPECT_THROW(evolve_tree(p, {}, f_b), InternalError);
}

}  // namespace
}  // namespace cecropia::bathtub

// Galaxies that live alone in their halos, in one halo.
#include <gtest/gtest.h>

#include <vector>

#include "cecropia/model/galaxy_models.hpp"
#include "cecropia/model/walk.hpp"
#include "testing/one_halo.hpp"

namespace {
using namespace cecropia;

// Once, what a galaxy had formed was remembered for 100 Myr only, and a longer level counted all its stars as new.
TEST(GalaxiesAlone, StarFormationOfALevelOfMoreThan100MyrIsThatOfTheLevel) {
  const cosmology::Cosmology c;
  const tree::Forest forest = made::one_branch(c, {12.0, 9.0, 7.0, 5.5, 4.5}, {2e9, 2e10, 6e10, 2e11, 5e11});
  const parallel::Communicator self = parallel::Communicator::self();
  model::Walk walk(forest, model::bathtub_galaxies(forest, c, {}, {}), self);
  double before_msun = 0.0;
  while (!walk.is_done()) {
    const model::LevelView view = walk.next();
    ASSERT_EQ(view.galaxies.size(), 1u);
    const model::Galaxy& g = view.galaxies[0];
    if (view.level.index > 0) {
      EXPECT_GT(view.level.step_myr, 150.0);
      // a level ends with the step that ends nearest: a step of 1 Myr in these
      EXPECT_NEAR(g.sfr_step_msun_yr * view.level.step_myr * 1e6 / (g.m_star_msun - before_msun), 1.0, 0.01);
    }
    before_msun = g.m_star_msun;
  }
}

// HAL-11: what a halo brings when its galaxy begins is a choice.
TEST(GalaxiesAlone, BeginWithTheGasOfTheirHaloOrWithNothing) {
  const cosmology::Cosmology c;
  const tree::Forest forest = made::one_branch(c, {12.0, 11.0, 10.0, 9.0}, {2e9, 3e9, 4e9, 6e9});
  const parallel::Communicator self = parallel::Communicator::self();
  const auto accreted_msun = [&](model::FirstMass first) {
    model::Parameters walked;
    walked.first_mass = first;
    bathtub::Parameters p;
    p.m_gas_begin_msun = 1.0;  // of its own; a bathtub cannot begin empty
    model::Walk walk(forest, model::bathtub_galaxies(forest, c, walked, p), self);
    double inflow_msun = 0.0;
    while (!walk.is_done()) {
      const model::LevelView view = walk.next();
      for (const model::Galaxy& g : view.galaxies) {
        inflow_msun += g.inflow_step_msun_yr * view.level.step_myr * 1e6;
        if (g.m_star_msun > 0.0) {
          EXPECT_GT(g.age_first_stars_myr, 0.0);
          EXPECT_LT(g.age_first_stars_myr, forest.age_myr[view.level.index] - forest.age_myr[0]);
          EXPECT_GT(g.outflow_step_msun_yr, 0.0);
        }
      }
    }
    const double found = walk.result().budget.accreted_msun;
    EXPECT_NEAR(inflow_msun / found, 1.0, 0.02);  // a level ends with the step that ends nearest
    return found;
  };
  EXPECT_NEAR(accreted_msun(model::FirstMass::gas) / (c.baryon_fraction() * 6e9), 1.0, 1e-7);
  EXPECT_NEAR(accreted_msun(model::FirstMass::nothing) / (c.baryon_fraction() * 4e9), 1.0, 1e-7);
}

}  // namespace

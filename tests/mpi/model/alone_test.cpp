// Discs and bathtubs on merger trees: the same to the last bit on 1, 2, 3 and 4 ranks, books that close.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>

#include "cecropia/core/error.hpp"
#include "cecropia/model/galaxy_models.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/stars/yield_rows.hpp"
#include "cecropia/tree/source.hpp"

namespace {
using namespace cecropia;

struct Fingerprint {
  std::int64_t halo_id, descendant_id;
  double m_star, m_cold, m_out, metals, sfr_10, sfr_100, m_uv, m_dust, r_half, m_living, inflow, outflow, first_stars;
};

struct Outcome {
  std::vector<Fingerprint> galaxies;
  model::WalkResult result;
};

const cosmology::Cosmology& cosmos() {
  static const cosmology::Cosmology c;
  return c;
}

tree::Forest forest_on(const parallel::Communicator& ranks, bool simple = false) {
  tree::EpsParameters eps;
  eps.trees_per_bin = 1;
  eps.bins_per_dex = 2;
  eps.log10_m_root_min = 10.0;
  eps.log10_m_root_max = 12.0;
  eps.resolution_relative = 1e-3;
  eps.mass_noise = simple ? 0.0 : 0.07;
  eps.satellite_delay = simple ? 0.0 : 0.5;
  return tree::load({}, eps, cosmos(), {3, 0}, ranks);
}

using Make = std::function<std::unique_ptr<model::GalaxyModel>(const tree::Forest&)>;

std::unique_ptr<model::GalaxyModel> discs_of(const tree::Forest& forest, double spin_scatter) {
  static const auto yields =
      stars::read_yield_rows(std::string(CECROPIA_SOURCE_DIR) + "/params/yields/nomoto2013_elements.csv");
  disc::Parameters p;
  p.inflow.spin_scatter = spin_scatter;
  p.mesh.n_rings = 12;
  model::Parameters walked;
  walked.max_step_myr = 5.0;
  return model::disc_galaxies(forest, cosmos(), walked, p, disc::Ejecta(yields, p.stars.massive_ejecta), {3, 0});
}

std::unique_ptr<model::GalaxyModel> discs(const tree::Forest& forest) { return discs_of(forest, 0.5); }

std::unique_ptr<model::GalaxyModel> bathtubs(const tree::Forest& forest) {
  return model::bathtub_galaxies(forest, cosmos(), {}, {});
}

Outcome walk(const parallel::Communicator& ranks, const Make& make, std::size_t break_after = 0) {
  const tree::Forest forest = forest_on(ranks);
  auto walk = std::make_unique<model::Walk>(forest, make(forest), ranks);
  Outcome o;
  while (!walk->is_done()) {
    const model::LevelView view = walk->next();
    EXPECT_EQ(view.resolved.size(), view.galaxies.size());
    std::vector<Fingerprint> mine;
    for (std::size_t i = 0; i < view.galaxies.size(); ++i) {
      const model::Galaxy& g = view.galaxies[i];
      const model::ResolvedGalaxy& r = view.resolved[i];
      const auto or_zero = [](double x) { return x == x ? x : 0.0; };
      mine.push_back({g.halo_id, g.descendant_id, g.m_star_msun, g.m_cold_msun, g.m_out_msun, g.metals_gas_msun[0],
                      g.sfr_10_msun_yr, g.sfr_100_msun_yr, or_zero(g.m_uv_ab), or_zero(r.m_dust_msun),
                      or_zero(r.r_half_light_kpc), r.m_living_msun, g.inflow_step_msun_yr, g.outflow_step_msun_yr,
                      or_zero(g.age_first_stars_myr)});
    }
    const auto all = ranks.gather_all(mine);
    o.galaxies.insert(o.galaxies.end(), all.begin(), all.end());
    if (walk->levels_done() != break_after) continue;
    const model::WalkState state = walk->save();
    walk = std::make_unique<model::Walk>(forest, make(forest), ranks);
    walk->restore(state);
  }
  o.result = walk->result();
  return o;
}

void expect_equal(const Outcome& together, const Outcome& alone) {
  EXPECT_GT(alone.galaxies.size(), 500u);
  ASSERT_EQ(together.galaxies.size(), alone.galaxies.size());
  EXPECT_EQ(std::memcmp(together.galaxies.data(), alone.galaxies.data(), alone.galaxies.size() * sizeof(Fingerprint)),
            0);
  EXPECT_EQ(together.result.budget.content_msun, alone.result.budget.content_msun);
  EXPECT_EQ(together.result.budget.metals_content_msun, alone.result.budget.metals_content_msun);
  EXPECT_EQ(together.result.sub_steps, alone.result.sub_steps);
  EXPECT_EQ(together.result.galaxy_levels, alone.result.galaxy_levels);
}

class GalaxiesAlone : public testing::TestWithParam<const char*> {
 protected:
  Make make() const { return std::strcmp(GetParam(), "disc") == 0 ? Make(discs) : Make(bathtubs); }
};
INSTANTIATE_TEST_SUITE_P(Models, GalaxiesAlone, testing::Values("disc", "bathtub"),
                         [](const auto& named) { return std::string(named.param); });

TEST_P(GalaxiesAlone, AreTheSameOnAnyNumberOfRanksAndTheirBooksClose) {
  const Outcome together = walk(parallel::Communicator::world(), make());
  expect_equal(together, walk(parallel::Communicator::self(), make()));
  const model::Budget& b = together.result.budget;
  EXPECT_GT(b.accreted_msun, 1e10);
  EXPECT_GT(b.made_metals_msun, 1e6);
  EXPECT_LT(b.mass_relative_error, 1e-10);
  EXPECT_LT(b.metal_relative_error, 1e-10);
}

// The bug: the parameter was read, and all halos kept one spin.
TEST(Discs, BugTheScatterOfSpinsChangedNothing) {
  const auto self = parallel::Communicator::self();
  const Outcome scattered = walk(self, discs),
                equal = walk(self, [](const tree::Forest&forest) { return discs_of(forest, 0.0); });
  ASSERT_EQ(scattered.galaxies.size(), equal.galaxies.size());
  EXPECT_NE(std::memcmp(scattered.galaxies.data(), equal.galaxies.data(), equal.galaxies.size() * sizeof(Fingerprint)),
            0);
}

TEST_P(GalaxiesAlone, GoOnAfterABreakAsIfThereHadBeenNone) {
  const auto world = parallel::Communicator::world();
  const Outcome whole = walk(parallel::Communicator::self(), make());
  for (const std::size_t level : {std::size_t{1}, std::size_t{40}}) expect_equal(walk(world, make(), level), whole);
}

// A halo gets f_b times the mass of its tree, whether it came smoothly or in galaxies. In trees without noise and
// satellites: where halos lose mass, what they had been given before stays with them, and a satellite counts in its
// host until the two merge (HAL-11).
TEST_P(GalaxiesAlone, TakeInTheBaryonsOfTheirHalos) {
  const auto self = parallel::Communicator::self();
  const tree::Forest forest = forest_on(self, true);
  double peaks_msun = 0.0;
  model::Walk walk(forest, make()(forest), self);
  while (!walk.is_done()) {
    const model::LevelView view = walk.next();
    for (const model::Galaxy& g : view.galaxies)
      if (g.descendant_id < 0) peaks_msun += g.m_peak_msun;
  }
  const double expected = cosmos().baryon_fraction() * peaks_msun, found = walk.result().budget.accreted_msun;
  if (std::strcmp(GetParam(), "disc") == 0) {
    EXPECT_LT(found, expected);  // massive halos take in less
    EXPECT_GT(found, 0.5 * expected);
  } else {
    EXPECT_NEAR(found / expected, 1.0, 0.01);  // a galaxy begins with 1e6 Msun of gas of its own
  }
}

}  // namespace

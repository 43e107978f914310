// The same galaxies to the last bit, however the forest is shared out. Run on 1, 2, 3 and 4 ranks.
#include "cecropia/model/walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/source.hpp"

namespace {
using namespace cecropia;

/// What is compared of a galaxy, bit by bit.
struct Fingerprint {
  std::int64_t halo_id, descendant_id;
  double m_star, m_hot, m_out, sfr_10, oxygen, ia, q_ion, q_lw, l_uv, collapsed, inflow, outflow, first_stars;
};

struct Outcome {
  std::vector<Fingerprint> galaxies;  // of all levels, canonical order inside each level
  model::WalkResult result;
};

tree::Forest forest_on(const parallel::Communicator& ranks) {
  tree::EpsParameters eps;
  eps.trees_per_bin = 1;
  eps.bins_per_dex = 4;
  eps.log10_m_root_max = 11.5;
  eps.mass_noise = 0.07;
  eps.satellite_delay = 0.5;
  return tree::load({}, eps, cosmology::Cosmology(), {3, 0}, ranks);
}

/// A walk that is kept after `break_after` levels and goes on in new objects; 0: without a break. What stood between
/// comes out in `kept`.
Outcome walk(const parallel::Communicator& ranks, const space::AllParameters& around, std::size_t break_after = 0,
             model::WalkState* kept = nullptr, const physics::Parameters& p = {}) {
  const cosmology::Cosmology cosmos;
  const tree::Forest forest = forest_on(ranks);
  static const stars::Tables tables = stars::build({});
  const model::Physics physics(p, {}, cosmos, tables, stars::Imf::kroupa(0.01, 250.0),
                               stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, forest.age_myr.back(), {3, 0});
  auto surroundings = std::make_unique<space::Surroundings>(around, cosmos, 0.0, random::Seed{3, 0}, ranks);
  auto walk = std::make_unique<model::Walk>(forest, physics, *surroundings, ranks);
  Outcome o;
  while (!walk->is_done()) {
    const model::LevelView view = walk->next();
    std::vector<Fingerprint> mine;
    for (const model::Galaxy& g : view.galaxies)
      mine.push_back({g.halo_id, g.descendant_id, g.m_star_msun, g.m_hot_msun, g.m_out_msun, g.sfr_10_msun_yr,
                      g.metals_gas_msun[metal_o], g.ia_events, g.q_ion_per_s, g.q_lw_ii_per_s + g.q_lw_iii_per_s,
                      g.l_uv_erg_s_hz, g.fsn_events + g.dbh_events + g.ppisn_events + g.pisn_iii_events,
                      g.inflow_step_msun_yr, g.outflow_step_msun_yr,
                      g.m_star_msun > 0.0 ? g.age_first_stars_myr : 0.0});
    const auto all = ranks.gather_all(mine);
    o.galaxies.insert(o.galaxies.end(), all.begin(), all.end());
    if (walk->levels_done() != break_after) continue;
    model::WalkState state = walk->save();
    walk.reset();
    surroundings = std::make_unique<space::Surroundings>(around, cosmos, 0.0, random::Seed{3, 0}, ranks);
    walk = std::make_unique<model::Walk>(forest, physics, *surroundings, ranks);
    walk->restore(state);
    if (kept != nullptr) *kept = std::move(state);
  }
  o.result = walk->result();
  return o;
}

void expect_equal(const Outcome& together, const Outcome& alone) {
  EXPECT_GT(alone.galaxies.size(), 1000u);
  EXPECT_EQ(together.galaxies.size(), alone.galaxies.size());
  const std::size_t n = std::min(together.galaxies.size(), alone.galaxies.size());
  EXPECT_EQ(std::memcmp(together.galaxies.data(), alone.galaxies.data(), n * sizeof(Fingerprint)), 0);
  EXPECT_EQ(together.result.sub_steps, alone.result.sub_steps);
  EXPECT_EQ(together.result.halo_levels, alone.result.halo_levels);
  EXPECT_EQ(together.result.budget.content_msun, alone.result.budget.content_msun);
  EXPECT_EQ(together.result.budget.metals_content_msun, alone.result.budget.metals_content_msun);
  const model::StarCount &shared = together.result.budget.stars, &own = alone.result.budget.stars;
  EXPECT_GT(shared.born, 1000000);
  EXPECT_EQ(shared.missing(), 0);
  EXPECT_EQ(shared.born, own.born);
  EXPECT_EQ(shared.alive, own.alive);
  using Fates = model::FateCount;
  for (auto fate : {&Fates::wd, &Fates::ccsn, &Fates::ppisn, &Fates::pisn, &Fates::fsn, &Fates::dbh, &Fates::pisn_iii})
    EXPECT_EQ(shared.died.*fate, own.died.*fate);
  EXPECT_LT(together.result.budget.mass_relative_error, 1e-12);
  EXPECT_LT(together.result.budget.metal_relative_error, 1e-12);
}

void expect_one_walk(const space::AllParameters& around) {
  expect_equal(walk(parallel::Communicator::world(), around), walk(parallel::Communicator::self(), around));
}

TEST(WalkOnRanks, GivesTheSameGalaxiesAsOneRankToTheLastBit) {
  space::AllParameters around;
  around.surroundings = {.metals = space::MetalSource::uniform,
                         .ionisation = space::Ionisation::uniform,
                         .redshift = {5.0, 15.0},
                         .z_igm = {1e-4, 0.0},
                         .ionised_fraction = {1.0, 0.0}};
  expect_one_walk(around);
}

TEST(WalkOnRanks, NeighboursOnOtherRanksAreFeltLikeThoseOnTheSame) {
  space::AllParameters around;
  around.lyman_werner.source = space::LymanWernerSource::self_consistent;
  expect_one_walk(around);
}

TEST(WalkOnRanks, ABreakBetweenTwoLevelsChangesNothingAndIsTheSameOnAnyNumberOfRanks) {
  space::AllParameters around;
  around.lyman_werner.source = space::LymanWernerSource::self_consistent;
  const auto world = parallel::Communicator::world();
  const auto self = parallel::Communicator::self();
  for (const std::size_t level : {std::size_t{1}, std::size_t{25}}) {
    model::WalkState shared, own;
    const Outcome together = walk(world, around, level, &shared);
    walk(self, around, level, &own);
    expect_equal(together, walk(self, around));
    EXPECT_EQ(shared.common, world.is_root() ? own.common : "");
    EXPECT_EQ(world.gather_all(shared.halo_id), own.halo_id);
    EXPECT_EQ(world.gather_all(shared.bytes), own.bytes);
    const std::vector<char> mine(shared.halos.begin(), shared.halos.end());
    EXPECT_EQ(world.gather_all(mine), std::vector<char>(own.halos.begin(), own.halos.end()));
    if (level > 1) {
      EXPECT_GT(own.halos.size(), 24 * own.halo_id.size());  // there are galaxies
    }
  }
}

// MIX-2: what has not mixed is part of the state.
TEST(WalkOnRanks, GasOfMergersThatHasNotMixedOutlastsABreak) {
  physics::Parameters apart;
  apart.mixing.merger_myr = 200.0;
  const auto self = parallel::Communicator::self();
  const Outcome whole = walk(self, {}, 0, nullptr, apart), mixed = walk(self, {});
  ASSERT_EQ(whole.galaxies.size(), mixed.galaxies.size());
  EXPECT_NE(std::memcmp(whole.galaxies.data(), mixed.galaxies.data(), mixed.galaxies.size() * sizeof(Fingerprint)), 0);
  expect_equal(walk(parallel::Communicator::world(), {}, 40, nullptr, apart), whole);
}

TEST(WalkOnRanks, AStateOfOtherHalosIsRefused) {
  const auto self = parallel::Communicator::self();
  model::WalkState state;
  walk(self, {}, 25, &state);
  const auto refused = [&](auto&& spoil) {
    model::WalkState bad = state;
    spoil(bad);
    const cosmology::Cosmology cosmos;
    const tree::Forest forest = forest_on(self);
    const stars::Tables tables = stars::build({});
    const model::Physics physics({}, {}, cosmos, tables, stars::Imf::kroupa(0.01, 250.0),
                                 stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, forest.age_myr.back(), {3, 0});
    space::Surroundings surroundings({}, cosmos, 0.0, {3, 0}, self);
    model::Walk fresh(forest, physics, surroundings, self);
    EXPECT_THROW(fresh.restore(bad), InputError);
  };
  refused([](model::WalkState& s) { s.halo_id[3] += 1; });
  refused([](model::WalkState& s) { s.halo_id.pop_back(); });
  refused([](model::WalkState& s) { s.halos.pop_back(); });
  refused([](model::WalkState& s) { s.halos += "x"; });
  refused([](model::WalkState& s) { s.common.resize(40); });
  refused([](model::WalkState& s) { s.levels_done = 0; });
  refused([](model::WalkState& s) { s.levels_done = 1000; });
}
}  // namespace

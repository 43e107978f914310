// The same galaxies to the last bit, however the forest is shared out. Run on 1, 2, 3 and 4 ranks.
#include "cecropia/model/walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/source.hpp"

namespace {
using namespace cecropia;

/// What is compared of a galaxy, bit by bit.
struct Fingerprint {
  std::int64_t halo_id, descendant_id;
  double m_star, m_hot, m_out, sfr_10, oxygen, ia, q_ion, q_lw, l_uv, collapsed;
};

struct Outcome {
  std::vector<Fingerprint> galaxies;  // of all levels, canonical order inside each level
  model::WalkResult result;
};

Outcome walk(const parallel::Communicator& ranks, const space::AllParameters& around) {
  const cosmology::Cosmology cosmos;
  tree::EpsParameters eps;
  eps.trees_per_bin = 1;
  eps.bins_per_dex = 4;
  eps.log10_m_root_max = 11.5;
  eps.mass_noise = 0.07;
  eps.satellite_delay = 0.5;
  const tree::Forest forest = tree::load({}, eps, cosmos, {3, 0}, ranks);
  static const stars::Tables tables = stars::build({});
  const model::Physics physics({}, {}, cosmos, tables, stars::Imf::kroupa(0.01, 250.0),
                               stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, forest.age_myr.back(), {3, 0});
  space::Surroundings surroundings(around, cosmos, 0.0, {3, 0}, ranks);
  Outcome o;
  o.result = model::walk(
      forest, physics, surroundings, ranks,
      [&](const model::LevelView& v) {
        std::vector<Fingerprint> mine;
        for (const model::Galaxy& g : v.galaxies)
          mine.push_back({g.halo_id, g.descendant_id, g.m_star_msun, g.m_hot_msun, g.m_out_msun, g.sfr_10_msun_yr,
                          g.metals_gas_msun[metal_o], g.ia_events, g.q_ion_per_s, g.q_lw_ii_per_s + g.q_lw_iii_per_s,
                          g.l_uv_erg_s_hz, g.fsn_events + g.dbh_events + g.ppisn_events});
        const auto all = ranks.gather_all(mine);
        o.galaxies.insert(o.galaxies.end(), all.begin(), all.end());
      },
      [](std::size_t, std::size_t) { return false; });
  return o;
}

void expect_one_walk(const space::AllParameters& around) {
  const Outcome together = walk(parallel::Communicator::world(), around);
  const Outcome alone = walk(parallel::Communicator::self(), around);
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
  for (auto fate : {&Fates::wd, &Fates::ccsn, &Fates::ppisn, &Fates::pisn, &Fates::fsn, &Fates::dbh})
    EXPECT_EQ(shared.died.*fate, own.died.*fate);
  EXPECT_LT(together.result.budget.mass_relative_error, 1e-12);
  EXPECT_LT(together.result.budget.metal_relative_error, 1e-12);
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
}  // namespace

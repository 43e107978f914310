// Sources lie on many ranks; what a halo finds around it must not depend on where they lie.
#include "cecropia/space/surroundings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cecropia/core/constants.hpp"
#include "cecropia/space/ionised.hpp"
#include "cecropia/space/streaming.hpp"

namespace {
using namespace cecropia;
using parallel::Communicator;
using space::Point;
using space::Source;
using space::Surroundings;

constexpr double box = 5.0;
const cosmology::Cosmology cosmos;

/// The same sources on every rank; source i belongs to rank (i * i) mod size.
std::vector<Source> all_sources(std::size_t n) {
  std::vector<Source> sources;
  random::Stream dice({5, 0}, 1, 0, 0, random::Purpose::test);
  for (std::size_t i = 0; i < n; ++i) {
    Source s;
    s.halo_id = static_cast<std::int64_t>(7919 * i % 100003);
    s.descendant_id = 500000 + s.halo_id;
    s.weight_per_cmpc3 = 1.0 / (box * box * box);
    for (float& x : s.position_cmpc) x = static_cast<float>(box * dice.uniform());
    if (i % 5 != 0) s.bubble_radius_cmpc = static_cast<float>(0.05 * std::exp(random::normal(dice)));
    if (i % 3 != 0) s.region_radius_cmpc = static_cast<float>(0.1 * std::exp(random::normal(dice)));
    for (std::size_t e = 0; e < n_metals; ++e) s.bubble_fractions[e] = static_cast<float>(1e-4 * dice.uniform());
    sources.push_back(s);
  }
  return sources;
}

std::vector<Source> mine_of(const std::vector<Source>& all, const Communicator& ranks) {
  std::vector<Source> mine;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (static_cast<int>(i * i % static_cast<std::size_t>(ranks.size())) == ranks.rank()) mine.push_back(all[i]);
  return mine;
}

Point random_point(random::Stream& dice) { return {box * dice.uniform(), box * dice.uniform(), box * dice.uniform()}; }

TEST(BoxField, IsTheSameForAnyNumberOfRanksAndOnePerNode) {
  const Communicator ranks = Communicator::world(), node = ranks.split_by_node(), self = Communicator::self();
  const auto all = all_sources(2000);
  const space::BoxField alone(box, all, self, self);
  const auto mine = mine_of(all, ranks);
  // beside the true node, nodes of two ranks are pretended: heads must talk to each other
  const Communicator pair = ranks.split(ranks.rank() / 2);
  const space::BoxField spread(box, mine, ranks, node), shared(box, mine, ranks, node, 0);
  const space::BoxField on_pairs(box, mine, ranks, pair, 0);
  random::Stream dice({6, 0}, 1, 0, 0, random::Purpose::test);
  int enriched = 0, ionised = 0;
  for (int k = 0; k < 500; ++k) {
    const Point p = random_point(dice);
    const std::int64_t id = all[static_cast<std::size_t>(k)].descendant_id;
    const Metals expected = alone.metal_fractions(p, id, false);
    EXPECT_EQ(spread.metal_fractions(p, id, false), expected);
    EXPECT_EQ(shared.metal_fractions(p, id, false), expected);
    EXPECT_EQ(on_pairs.metal_fractions(p, id, false), expected);
    const bool flag = alone.is_ionised(p, id, 0.01);
    EXPECT_EQ(spread.is_ionised(p, id, 0.01), flag);
    EXPECT_EQ(shared.is_ionised(p, id, 0.01), flag);
    EXPECT_EQ(on_pairs.is_ionised(p, id, 0.01), flag);
    enriched += expected[metal_z] > 0.0;
    ionised += flag;
  }
  EXPECT_GT(enriched, 20);
  EXPECT_GT(ionised, 20);
  EXPECT_LT(ionised, 480);
}

TEST(BoxField, TwoBubblesOverOneHaloAddAndItsOwnCountsOnlyIfAskedFor) {
  const Communicator self = Communicator::self();
  Source own, other, far;
  own.halo_id = 1, own.descendant_id = 11, own.position_cmpc = {0.1f, 2, 2}, own.bubble_radius_cmpc = 0.3f;
  other.halo_id = 2, other.descendant_id = 12, other.position_cmpc = {4.9f, 2, 2}, other.bubble_radius_cmpc = 0.3f;
  far.halo_id = 3, far.descendant_id = 13, far.position_cmpc = {2.5f, 2, 2}, far.bubble_radius_cmpc = 0.3f;
  own.bubble_fractions[metal_z] = 0.5f, other.bubble_fractions[metal_z] = 0.25f, far.bubble_fractions[metal_z] = 8.0f;
  const std::vector<Source> sources{own, other, far};
  const space::BoxField field(box, sources, self, self);
  EXPECT_EQ(field.metal_fractions({0.05, 2, 2}, 11, false)[metal_z], 0.25);
  EXPECT_EQ(field.metal_fractions({0.05, 2, 2}, 11, true)[metal_z], 0.75);
  EXPECT_EQ(field.metal_fractions({0.05, 2, 2}, 99, false)[metal_z], 0.75);
  EXPECT_EQ(field.metal_fractions({0.05, 2.5, 2}, 99, false)[metal_z], 0.0);
}

TEST(BoxField, BubblesOfAHalosSatellitesAreItsOwn) {
  const Communicator self = Communicator::self();
  Source satellite;
  satellite.halo_id = 1, satellite.descendant_id = 11, satellite.host_descendant_id = 20;
  satellite.position_cmpc = {1, 1, 1}, satellite.bubble_radius_cmpc = 0.3f;
  satellite.bubble_fractions[metal_z] = 0.5f;
  const space::BoxField field(box, std::vector<Source>{satellite}, self, self);
  EXPECT_EQ(field.metal_fractions({1, 1, 1}, 11, false)[metal_z], 0.0) << "of itself";
  EXPECT_EQ(field.metal_fractions({1, 1, 1}, 20, false)[metal_z], 0.0) << "of its host";
  EXPECT_EQ(field.metal_fractions({1, 1, 1}, 20, true)[metal_z], 0.5);
  EXPECT_EQ(field.metal_fractions({1, 1, 1}, 30, false)[metal_z], 0.5) << "of a stranger";
}

TEST(BoxField, AHalosOwnRegionCountsIfItIsLargerThanTheHalo) {
  const Communicator self = Communicator::self();
  Source s;
  s.halo_id = 1, s.descendant_id = 11, s.position_cmpc = {1, 1, 1}, s.region_radius_cmpc = 0.02f;
  const space::BoxField field(box, std::vector<Source>{s}, self, self);
  EXPECT_TRUE(field.is_ionised({1, 1, 1}, 11, 0.01));
  EXPECT_FALSE(field.is_ionised({1, 1, 1}, 11, 0.03));
  EXPECT_TRUE(field.is_ionised({1, 1, 1}, 12, 0.03));
}

TEST(Surroundings, TheOwnRegionOfAHaloCountsWhereTheUserSays) {
  const Communicator ranks = Communicator::world();
  Source s;
  s.halo_id = 1, s.descendant_id = 11, s.position_cmpc = {1, 1, 1}, s.region_radius_cmpc = 0.02f;
  s.weight_per_cmpc3 = 1e-9;
  Surroundings::Place own;
  own.halo_id = 11, own.position_cmpc = {1, 1, 1}, own.r_vir_cmpc = 0.01, own.own_region_cmpc = 0.02;
  Surroundings::Place small = own, other = own;
  small.r_vir_cmpc = 0.03;  // the region is inside of the halo
  other.halo_id = 12, other.own_region_cmpc = 0.0;
  using space::OwnRegion;
  for (const OwnRegion choice : {OwnRegion::box, OwnRegion::always, OwnRegion::never}) {
    space::AllParameters p;
    p.reionisation.own_region = choice;
    for (const double side : {0.0, box}) {
      Surroundings around(p, cosmos, side, {1, 0}, ranks);
      around.update(mine_of({s}, ranks), 9.0, 550.0, 0.0, ranks);
      const bool counts = choice == OwnRegion::always || (choice == OwnRegion::box && side > 0.0);
      EXPECT_EQ(around.is_ionised(own), counts) << side;
      EXPECT_FALSE(around.is_ionised(small)) << side;
      EXPECT_EQ(around.is_ionised(other), side > 0.0);
      EXPECT_EQ(around.asks_for_own_region(), choice == OwnRegion::always && side == 0.0);
    }
  }
}

TEST(MeanField, DrawsBubblesInProportionToTheSpaceTheyFill) {
  const Communicator ranks = Communicator::world(), node = ranks.split_by_node();
  std::vector<Source> all(3);
  for (std::size_t i = 0; i < 3; ++i) {
    all[i].halo_id = static_cast<std::int64_t>(3 - i);
    all[i].weight_per_cmpc3 = 0.1 * static_cast<double>(i + 1);
    all[i].bubble_radius_cmpc = 0.1f;
    all[i].bubble_fractions[metal_z] = static_cast<float>(i + 1);
  }
  for (const std::size_t node_bytes : {std::size_t{1} << 20, std::size_t{0}}) {
    const space::MeanField field(mine_of(all, ranks), ranks, node, node_bytes);
    EXPECT_NEAR(field.filling() / (0.6 * space::sphere_volume_cmpc3(static_cast<double>(0.1f))), 1.0, 1e-14);
    int count[4] = {};
    for (int k = 0; k < 6000; ++k) ++count[static_cast<int>(field.drawn((k + 0.5) / 6000)->fractions[metal_z])];
    EXPECT_EQ(count[1], 1000);
    EXPECT_EQ(count[2], 2000);
    EXPECT_EQ(count[3], 3000);
  }
  EXPECT_EQ(space::MeanField({}, ranks, node).drawn(0.5), nullptr);
}

space::AllParameters eps_like() {
  space::AllParameters p;
  p.bubbles.clustering = 1.0;
  return p;
}

/// For trees with or without places.
space::AllParameters parameters_for(double side) { return side > 0.0 ? space::AllParameters{} : eps_like(); }

TEST(Surroundings, BeforeTheFirstGalaxiesSpaceIsPristineAndNeutral) {
  const Communicator ranks = Communicator::world();
  for (const double side : {0.0, box}) {
    const Surroundings around(parameters_for(side), cosmos, side, {1, 0}, ranks);
    EXPECT_EQ(around.igm_metal_fractions({})[metal_z], 0.0);
    EXPECT_FALSE(around.is_ionised({}));
    EXPECT_EQ(around.q_hii(), 0.0);
    EXPECT_EQ(around.q_metal(), 0.0);
    EXPECT_FALSE(around.own_j21().has_value());
  }
}

TEST(Surroundings, TreesWithoutPlacesAreEnrichedAndIonisedByTheFillingFactors) {
  const Communicator ranks = Communicator::world();
  auto all = all_sources(4000);
  Surroundings around(eps_like(), cosmos, 0.0, {1, 0}, ranks);
  around.update(mine_of(all, ranks), 8.0, 600.0, 0.0, ranks);
  double metals = 0, ionised = 0;
  for (const Source& s : all) {
    metals += s.weight_per_cmpc3 * space::sphere_volume_cmpc3(static_cast<double>(s.bubble_radius_cmpc));
    ionised += s.weight_per_cmpc3 * space::sphere_volume_cmpc3(static_cast<double>(s.region_radius_cmpc));
  }
  EXPECT_NEAR(around.metal_filling() / metals, 1.0, 1e-12);
  EXPECT_NEAR(around.ionised_filling() / ionised, 1.0, 1e-12);
  EXPECT_DOUBLE_EQ(around.q_hii(), std::min(1.0, around.ionised_filling()));
  int enriched = 0, lit = 0;
  const int n = 20000;
  for (int k = 0; k < n; ++k) {
    Surroundings::Place place;
    place.branch_id = k;
    enriched += around.igm_metal_fractions(place)[metal_z] > 0.0;
    lit += around.is_ionised(place);
  }
  const auto expect_share = [&](int found, double share) {
    EXPECT_NEAR(found, n * share, 5.0 * std::sqrt(n * share * (1 - share)) + 1);
  };
  expect_share(enriched, 1.0 - std::exp(-metals));
  expect_share(lit, 1.0 - std::exp(-ionised));
}

// The bug: trees without places did not know whose bubble was drawn, and the largest ones met themselves most often.
TEST(Surroundings, BugAHaloInATreeWithoutPlacesDrewItsOwnBubble) {
  const Communicator ranks = Communicator::world();
  std::vector<Source> all(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].halo_id = static_cast<std::int64_t>(i);
    all[i].descendant_id = 10 + all[i].halo_id;
    all[i].weight_per_cmpc3 = 100.0;
    all[i].bubble_radius_cmpc = i == 0 ? 1.0f : 0.5f;  // most of the filling is the own one
    all[i].bubble_fractions[metal_z] = static_cast<float>(i + 1);
  }
  all[1].host_descendant_id = 10;  // of a satellite
  auto p = eps_like();
  Surroundings around(p, cosmos, 0.0, {1, 0}, ranks);
  around.update(mine_of(all, ranks), 8.0, 600.0, 0.0, ranks);
  int count[5] = {}, of_another[5] = {};
  for (int k = 0; k < 4000; ++k) {
    Surroundings::Place place;
    place.branch_id = k;
    place.halo_id = 10;
    ++count[static_cast<int>(around.igm_metal_fractions(place)[metal_z])];
    place.halo_id = 99;
    ++of_another[static_cast<int>(around.igm_metal_fractions(place)[metal_z])];
  }
  EXPECT_EQ(count[1], 0);
  EXPECT_EQ(count[2], 0);
  EXPECT_NEAR(count[3], 2000, 5 * std::sqrt(1000.0));
  EXPECT_EQ(count[3] + count[4], 4000);
  EXPECT_GT(of_another[1], 2000);
  EXPECT_GT(of_another[2], 0);
  // nobody else's: nothing
  Surroundings lonely(p, cosmos, 0.0, {1, 0}, ranks);
  lonely.update(mine_of({all[0]}, ranks), 8.0, 600.0, 0.0, ranks);
  Surroundings::Place place;
  place.halo_id = 10;
  EXPECT_EQ(lonely.igm_metal_fractions(place)[metal_z], 0.0);
}

TEST(Surroundings, ABranchOnceEnrichedStaysSoWhileBubblesGrow) {
  const Communicator ranks = Communicator::world();
  auto all = all_sources(1000);
  Surroundings around(eps_like(), cosmos, 0.0, {1, 0}, ranks);
  std::vector<char> was(3000, 0);
  int gained = 0;
  for (int level = 0; level < 5; ++level) {
    for (Source& s : all) s.bubble_radius_cmpc *= 1.2f;
    around.update(mine_of(all, ranks), 10.0 - level, 500.0 + 20 * level, 0.0, ranks);
    for (std::size_t k = 0; k < was.size(); ++k) {
      Surroundings::Place place;
      place.branch_id = static_cast<std::int64_t>(k);
      const bool is = around.igm_metal_fractions(place)[metal_z] > 0.0;
      EXPECT_TRUE(is || !was[k]) << "branch " << k;
      gained += is && !was[k];
      was[k] = is;
    }
  }
  EXPECT_GT(gained, 10);
}

TEST(Surroundings, ClusteringRaisesTheChanceOfEnrichmentOnly) {
  const Communicator ranks = Communicator::world();
  const auto all = all_sources(300);
  auto p = eps_like();
  Surroundings plain(p, cosmos, 0.0, {1, 0}, ranks);
  p.bubbles.clustering = 7.0;
  Surroundings boosted(p, cosmos, 0.0, {1, 0}, ranks);
  for (Surroundings* s : {&plain, &boosted}) s->update(mine_of(all, ranks), 8.0, 600.0, 0.0, ranks);
  EXPECT_EQ(plain.metal_filling(), boosted.metal_filling());
  EXPECT_EQ(plain.q_metal(), boosted.q_metal());
  int few = 0, many = 0, lit = 0, lit_boosted = 0;
  for (int k = 0; k < 5000; ++k) {
    Surroundings::Place place;
    place.branch_id = k;
    few += plain.igm_metal_fractions(place)[metal_z] > 0.0;
    many += boosted.igm_metal_fractions(place)[metal_z] > 0.0;
    lit += plain.is_ionised(place);
    lit_boosted += boosted.is_ionised(place);
  }
  EXPECT_GT(many, few);
  EXPECT_EQ(lit, lit_boosted);
}

TEST(Surroundings, RareBubblesAreMoreOftenWhereHalosAreTheSmallerTheIndex) {
  const Communicator ranks = Communicator::world();
  auto all = all_sources(300);
  for (Source& s : all) s.weight_per_cmpc3 *= 0.01;
  auto p = eps_like();
  p.bubbles.clustering = 3.2;
  double before = 0.0;
  for (const double index : {1.0, 0.37}) {
    p.bubbles.clustering_index = index;
    Surroundings around(p, cosmos, 0.0, {1, 0}, ranks);
    around.update(mine_of(all, ranks), 8.0, 600.0, 0.0, ranks);
    const double wanted = -std::expm1(-3.2 * std::pow(around.metal_filling(), index));
    const int n = 20000;
    int enriched = 0;
    for (int k = 0; k < n; ++k) {
      Surroundings::Place place;
      place.branch_id = k;
      enriched += around.igm_metal_fractions(place)[metal_z] > 0.0;
    }
    ASSERT_GT(wanted, 0.0);
    ASSERT_LT(wanted, 1.0);
    EXPECT_NEAR(static_cast<double>(enriched) / n, wanted, 5.0 * std::sqrt(wanted * (1.0 - wanted) / n));
    EXPECT_GT(wanted, 1.5 * before);
    before = wanted;
  }
}

TEST(Surroundings, UniformTablesGoOnWorkingInABox) {
  const Communicator ranks = Communicator::world();
  space::AllParameters p;
  p.surroundings.metals = space::MetalSource::uniform;
  p.surroundings.ionisation = space::Ionisation::uniform;
  p.surroundings.redshift = {5.0, 10.0};
  p.surroundings.z_igm = {1e-5, 0.0};
  p.surroundings.ionised_fraction = {1.0, 0.0};
  Surroundings around(p, cosmos, box, {1, 0}, ranks);
  around.update(mine_of(all_sources(50), ranks), 7.5, 700.0, 0.0, ranks);
  EXPECT_NEAR(around.igm_metal_fractions({})[metal_z], 5e-6, 1e-18);
  EXPECT_DOUBLE_EQ(around.q_hii(), 0.5);
  EXPECT_EQ(around.q_metal(), 1.0);
}

TEST(Surroundings, TheRateOfPhotonsOfAllSourcesIsConservedInTheFillingFactor) {
  // no recombination: the ionised volume times the density of hydrogen is the number of photons
  const Communicator ranks = Communicator::world();
  auto all = all_sources(100);
  const auto rates = space::ionisation_rates(cosmos, 0.0, 9.0);
  double photons_1e48_per_s = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double q = 1e2 * static_cast<double>(i + 1);
    photons_1e48_per_s += q;
    all[i].region_radius_cmpc =
        static_cast<float>(space::region_radius_cmpc(space::ionised_volume_after(0.0, q * 10.0, 10.0, rates)));
  }
  Surroundings around({}, cosmos, box, {1, 0}, ranks);
  around.update(mine_of(all, ranks), 9.0, 550.0, 0.0, ranks);
  const double atoms = cosmos.n_h0_per_cm3() * std::pow(constants::mpc_cm * box, 3);
  const double share = photons_1e48_per_s * 1e48 * 10.0 * constants::myr_s / atoms;
  EXPECT_NEAR(around.ionised_filling() / share, 1.0, 1e-6);  // radii travel in single precision
}

TEST(Surroundings, WhatEndedTreesLeaveBehindIsTheSameOnAnyNumberOfRanks) {
  const Communicator ranks = Communicator::world(), self = Communicator::self();
  const auto all = all_sources(600);
  const auto live = [&](const Communicator& who) {
    Surroundings around({}, cosmos, box, {1, 0}, who);
    const auto mine = mine_of(all, who);
    for (const Source& s : mine)
      if (s.halo_id % 3 == 0) around.leave_behind(s);
    around.update(mine, 9.0, cosmos.age_myr(9.0), 0.0, who);
    around.update({}, 8.5, cosmos.age_myr(8.5), 0.0, who);
    around.update({}, 8.0, cosmos.age_myr(8.0), 0.0, who);
    return around;
  };
  const Surroundings together = live(ranks), alone = live(self);
  std::vector<Source> ended;
  double regions = 0, bubbles = 0;
  const double volume = box * box * box;
  double left = 1.0;
  for (const double z : {9.0, 8.5}) {  // rates at the middle of each level's time, as for living galaxies
    const double begin = cosmos.age_myr(z), end = cosmos.age_myr(z - 0.5);
    const double middle = cosmos.redshift_at(0.5 * (begin + end));
    left *= std::exp(-space::ionisation_rates(cosmos, 3.0, middle).recombination_per_myr * (end - begin));
  }
  for (const Source& s : all) {
    if (s.halo_id % 3 != 0) continue;
    ended.push_back(s);
    regions += left * space::sphere_volume_cmpc3(static_cast<double>(s.region_radius_cmpc)) / volume;
    bubbles += space::sphere_volume_cmpc3(static_cast<double>(s.bubble_radius_cmpc)) / volume;
  }
  EXPECT_GT(ended.size(), 100u);
  EXPECT_EQ(together.n_sources(), ended.size());
  EXPECT_EQ(together.ionised_filling(), alone.ionised_filling());
  EXPECT_NEAR(together.ionised_filling() / regions, 1.0, 1e-6);
  EXPECT_NEAR(together.metal_filling() / bubbles, 1.0, 1e-12);
  for (const Source& s : ended) {
    Surroundings::Place place;
    place.halo_id = s.descendant_id;  // no longer its own
    for (std::size_t k = 0; k < 3; ++k) place.position_cmpc[k] = static_cast<double>(s.position_cmpc[k]);
    place.r_vir_cmpc = 100.0;
    EXPECT_EQ(together.is_ionised(place), alone.is_ionised(place));
    EXPECT_EQ(together.igm_metal_fractions(place), alone.igm_metal_fractions(place));
    EXPECT_TRUE(together.is_ionised(place) || s.region_radius_cmpc == 0.0f);
  }
}

TEST(Streaming, SpeedsFollowMaxwellAndBelongToRegions) {
  double mean2 = 0, mean = 0;
  const int n = 20000;
  for (int r = 0; r < n; ++r) {
    const double v = space::streaming_speed_sigma({3, 0}, r);
    mean += v / n;
    mean2 += v * v / n;
  }
  EXPECT_NEAR(mean2, 1.0, 0.02);
  EXPECT_NEAR(mean, std::sqrt(8.0 / (3.0 * constants::pi)), 0.01);
  EXPECT_EQ(space::streaming_region({0.5, 0.5, 0.5}, 12.0, 3.0), space::streaming_region({2.9, 0.1, 2.0}, 12.0, 3.0));
  EXPECT_NE(space::streaming_region({0.5, 0.5, 0.5}, 12.0, 3.0), space::streaming_region({3.1, 0.1, 2.0}, 12.0, 3.0));
  EXPECT_EQ(space::streaming_region({12.5, 0.5, 0.5}, 12.0, 3.0), space::streaming_region({0.5, 0.5, 0.5}, 12.0, 3.0));
  EXPECT_EQ(space::streaming_region({1, 2, 3}, 4.0, 6.0), 0);  // a box smaller than a region
}
}  // namespace

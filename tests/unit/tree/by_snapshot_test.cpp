// Sets in tables per snapshot: forests are collected out of them, however small the window of what is kept.
#include "cecropia/tree/by_snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "testing/refusal.hpp"

namespace cecropia::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

/// Forest f: halos 100 f + 10 l at levels 0 to 2, each the descendant of the one before, and at the last level a
/// satellite 100 f + 21. Rows of a level lie in falling order of forests or rising, by turns.
struct Chains : SnapshotSource {
  std::int64_t n_forests = 5;
  bool named = false;
  std::vector<SnapshotRow> extra;  ///< further rows of level 1
  mutable std::size_t rows_read = 0;
  std::size_t level_out_of_reach = 3;  ///< reading more than links there throws

  SetFacts facts() const override {
    SetFacts f;
    f.scale = {0.1, 0.2, 0.3};
    return f;
  }
  std::vector<SnapshotRow> rows(std::size_t level) const {
    std::vector<SnapshotRow> all;
    const auto l = static_cast<std::int64_t>(level);
    for (std::int64_t i = 0; i < n_forests; ++i) {
      const std::int64_t f = level % 2 == 0 ? i : n_forests - 1 - i, id = 100 * f + 10 * l;
      const auto at = static_cast<std::uint32_t>(level);
      const HaloRow central{id, level == 2 ? -1 : id + 10, -1, at, 1e9, {1.0F, 2.0F, 3.0F}, 0};
      all.push_back({central, level == 0 ? -1 : id - 10});
      if (level == 2) all.push_back({HaloRow{id + 1, -1, id, at, 1e8, {}, 0}, -1});
    }
    if (level == 1) all.insert(all.end(), extra.begin(), extra.end());
    return all;
  }
  std::size_t n_halos(std::size_t level) const override { return rows(level).size(); }
  void read(std::size_t level, std::size_t first, std::size_t last, bool links_only,
            std::vector<SnapshotRow>& into) const override {
    if (level == level_out_of_reach && !links_only) throw InputError({"out of reach", "here", "", ""});
    const auto all = rows(level);
    for (std::size_t i = first; i < last; ++i) into.push_back(all[i]);
    rows_read += last - first;
  }
  std::vector<std::int64_t> forest_ids(std::size_t level, std::size_t first, std::size_t last) const override {
    Ids ids;
    const auto all = rows(level);
    for (std::size_t i = first; named && i < last; ++i) ids.push_back(1000 - all[i].halo.id / 100);
    return ids;
  }
};

TEST(BySnapshot, ForestsAreWhatDescendantsAndHostsConnectWithTheSmallestIdOfTheirRoots) {
  const auto reader = by_snapshot(std::make_unique<Chains>());
  ASSERT_EQ(reader->forests().size(), 5u);
  EXPECT_EQ(reader->forests()[3].id, 320);
  EXPECT_EQ(reader->forests()[3].n_halos, 4);
  const Catalogue c = read_forests(*reader, 3, 5, 1.0);
  EXPECT_EQ(c.id, (Ids{300, 310, 320, 321, 400, 410, 420, 421}));
  EXPECT_THAT(c.forest, ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
  EXPECT_THAT(c.flags, ElementsAre(4, 4, 0, 0, 4, 4, 0, 0)) << "main progenitors";
}

TEST(BySnapshot, ForestsMayHaveNames) {
  auto source = std::make_unique<Chains>();
  source->named = true;
  const auto reader = by_snapshot(std::move(source));
  EXPECT_EQ(reader->forests().front().id, 996);
  EXPECT_EQ(read_forests(*reader, 0, 1, 1.0).id, (Ids{400, 410, 420, 421}));
}

TEST(BySnapshot, TheWindowChangesNothing) {
  const auto reference = by_snapshot(std::make_unique<Chains>());
  const Catalogue whole = read_forests(*reference, 0, 5, 1.0);
  for (const std::int64_t window : {1, 5, 8, 9, 100}) {
    const auto reader = by_snapshot(std::make_unique<Chains>(), window);
    EXPECT_EQ(read_forests(*reader, 0, 5, 1.0).id, whole.id);
    Ids one_by_one;
    for (const std::size_t f : {0u, 1u, 2u, 3u, 4u}) {
      const Catalogue c = read_forests(*reader, f, f + 1, 1.0);
      one_by_one.insert(one_by_one.end(), c.id.begin(), c.id.end());
    }
    EXPECT_EQ(one_by_one, whole.id) << window;
    EXPECT_EQ(read_forests(*reader, 1, 2, 1.0).id, (Ids{100, 110, 120, 121})) << "back again";
  }
}

TEST(BySnapshot, OnlyTheRowsBetweenTheFirstAndTheLastThatAreWantedAreRead) {
  auto source = std::make_unique<Chains>();
  const Chains& seen = *source;
  const auto reader = by_snapshot(std::move(source), 1);
  const std::size_t before = seen.rows_read;
  read_forests(*reader, 2, 3, 1.0);
  EXPECT_EQ(seen.rows_read - before, 4u);
}

TEST(BySnapshot, WhatCouldNotBeReadIsNotDeliveredLater) {
  auto source = std::make_unique<Chains>();
  source->level_out_of_reach = 2;
  const auto reader = by_snapshot(std::move(source));
  for (int time = 0; time < 2; ++time) {
    Catalogue c;
    EXPECT_THROW(reader->read(0, 2, c), InputError);
    EXPECT_EQ(c.n_halos(), 0u);
  }
}

TEST(BySnapshot, AnIdThatOccursTwiceIsNamed) {
  auto source = std::make_unique<Chains>();
  source->extra = {{HaloRow{220, -1, -1, 1, 1e9, {}, 0}, -1}};
  EXPECT_THAT(cecropia::testing::refusal([&] { by_snapshot(std::move(source)); }),
              HasSubstr("halo id 220 occurs twice"));
}

TEST(BySnapshot, LinksThatLeadNowhereAreLeftToTheValidation) {
  auto source = std::make_unique<Chains>();
  source->extra = {{HaloRow{999, 12345, 777, 1, 1e9, {}, 0}, 55}};
  const auto reader = by_snapshot(std::move(source));
  ASSERT_EQ(reader->forests().size(), 6u);
  EXPECT_EQ(read_forests(*reader, 5, 6, 1.0).descendant_id, (Ids{12345}));
}

TEST(BySnapshot, PlacesComeBackIntoTheBoxFromOneBoxAway) {
  EXPECT_FLOAT_EQ(*place_in_box(3.0, 10.0), 3.0F);
  EXPECT_FLOAT_EQ(*place_in_box(-0.5, 10.0), 9.5F);
  EXPECT_FLOAT_EQ(*place_in_box(10.5, 10.0), 0.5F);
  EXPECT_FLOAT_EQ(*place_in_box(-1e-20, 10.0), 0.0F) << "not the far side, which is outside";
  EXPECT_FALSE(place_in_box(-10.1, 10.0).has_value());
  EXPECT_FALSE(place_in_box(20.1, 10.0).has_value());
  EXPECT_FALSE(place_in_box(std::numeric_limits<double>::quiet_NaN(), 10.0).has_value());
  EXPECT_FALSE(place_in_box(std::numeric_limits<double>::infinity(), 0.0).has_value());
  EXPECT_FLOAT_EQ(*place_in_box(-5e5, 0.0), -5e5F);
}

}  // namespace
}  // namespace cecropia::tree

// The model of time and memory behind `cecropia plan`: limits in which the answer is known.
#include "cecropia/scan/cost.hpp"

#include <gtest/gtest.h>

namespace {
using namespace cecropia;
using scan::Machine;
using scan::Workload;

/// n forests of equal cost on every level, no sources.
Workload even(std::size_t n_forests, std::size_t n_levels = 10) {
  Workload w;
  w.halos.assign(n_levels, 100.0 * static_cast<double>(n_forests));
  w.galaxies.assign(n_levels, 10.0 * static_cast<double>(n_forests));
  w.span_myr.assign(n_levels, 20.0);
  w.cost_s.assign(n_forests, std::vector<float>(n_levels, 0.5f));
  w.n_halos = 1000.0 * static_cast<double>(n_forests);
  w.forest_bytes = 60.0 * w.n_halos;
  return w;
}
const scan::CostTable free_of_charge{
    .per_source_s = 0, .per_point_s = 0, .latency_s = 0, .grow_per_halo_s = 0, .read_per_halo_s = 0};

TEST(Plan, EqualForestsOnAsManyRanksAreDoneInTheTimeOfOne) {
  const auto one = scan::predict(even(8), {1, 1, 1}, 1, 1, free_of_charge);
  const auto eight = scan::predict(even(8), {1, 8, 8}, 1, 1, free_of_charge);
  EXPECT_DOUBLE_EQ(one.point_s, 40.0);
  EXPECT_DOUBLE_EQ(eight.point_s, 5.0);
  EXPECT_DOUBLE_EQ(eight.efficiency, 1.0);
  EXPECT_DOUBLE_EQ(one.core_s_per_point, eight.core_s_per_point);
}

TEST(Plan, RanksBeyondTheForestsHaveNothingToDo) {
  const auto p = scan::predict(even(4), {1, 16, 16}, 1, 1, free_of_charge);
  EXPECT_DOUBLE_EQ(p.point_s, 5.0);
  EXPECT_DOUBLE_EQ(p.efficiency, 0.25);
}

TEST(Plan, EveryLevelWaitsForItsSlowestRank) {
  Workload w = even(2);
  for (std::size_t l = 0; l < 10; ++l) w.cost_s[l % 2][l] = 1.5f;  // as much on both, never at the same time
  const auto p = scan::predict(w, {1, 2, 2}, 1, 1, free_of_charge);
  EXPECT_DOUBLE_EQ(p.point_s, 15.0);
  EXPECT_DOUBLE_EQ(p.point_efficiency, 20.0 / 30.0);
}

TEST(Plan, TheLastRoundOfAScanIsNotFull) {
  const auto p = scan::predict(even(1), {1, 4, 1}, 5, 1, free_of_charge);
  EXPECT_DOUBLE_EQ(p.total_s, 10.0);
  EXPECT_DOUBLE_EQ(p.efficiency, 5.0 / 8.0);
}

TEST(Plan, AForestManyTimesAsLargeCostsAsManyTimesAsMuch) {
  const auto one = scan::predict(even(7), {1, 1, 1}, 1, 1, free_of_charge);
  const auto many = scan::predict(even(7), {1, 1, 1}, 1, 1000, free_of_charge);
  EXPECT_NEAR(many.point_s / one.point_s, 1000.0, 1e-9);
  const auto shared = scan::predict(even(7), {4, 16, 64}, 1, 1000, free_of_charge);
  EXPECT_NEAR(shared.point_s / many.point_s * 64, 1.0, 0.02);
}

TEST(Plan, WhatEveryNodeGathersDoesNotBecomeFasterWithMoreRanks) {
  scan::CostTable table = free_of_charge;
  table.per_source_s = 0.1;
  const auto one = scan::predict(even(64), {1, 1, 1}, 1, 1, table),
             many = scan::predict(even(64), {1, 64, 64}, 1, 1, table);
  EXPECT_DOUBLE_EQ(one.point_s - many.point_s, 320.0 - 5.0);
}

TEST(Plan, TreesAreCountedOncePerNodeAndGalaxiesOncePerGroup) {
  const scan::CostTable table{
      .program_bytes = 0, .load_bytes_per_halo = 0, .galaxy_bytes = 0, .halo_state_bytes = 0, .source_bytes = 0};
  const Workload w = even(64);
  EXPECT_DOUBLE_EQ(scan::predict(w, {1, 8, 1}, 1, 1, table).bytes_per_node, w.forest_bytes);
  EXPECT_DOUBLE_EQ(scan::predict(w, {1, 8, 8}, 1, 1, table).bytes_per_node, w.forest_bytes);
  EXPECT_DOUBLE_EQ(scan::predict(w, {4, 8, 32}, 1, 1, table).bytes_per_node, w.forest_bytes / 4);
  const scan::CostTable galaxies{
      .program_bytes = 0, .load_bytes_per_halo = 0, .galaxy_bytes = 1, .halo_state_bytes = 0, .source_bytes = 0};
  EXPECT_DOUBLE_EQ(scan::predict(w, {1, 8, 1}, 1, 1, galaxies).bytes_per_node - w.forest_bytes, 8 * 640.0);
  EXPECT_DOUBLE_EQ(scan::predict(w, {1, 8, 8}, 1, 1, galaxies).bytes_per_node - w.forest_bytes, 640.0);
}

TEST(Plan, ScansTakeOneRankPerPointWhileTheMemoryLasts) {
  const scan::CostTable table{
      .program_bytes = 0, .load_bytes_per_halo = 0, .galaxy_bytes = 1e3, .halo_state_bytes = 0, .source_bytes = 0};
  const Workload w = even(64);
  EXPECT_EQ(scan::best_group(w, {1, 8, 1}, 800, 1, 1e12, table), 1);
  const double room = scan::predict(w, {1, 8, 4}, 800, 1, table).bytes_per_node;
  EXPECT_EQ(scan::best_group(w, {1, 8, 1}, 800, 1, 1.01 * room, table), 4);
  EXPECT_EQ(scan::best_group(w, {1, 8, 1}, 800, 1, 1.0, table), 0);
}

}  // namespace

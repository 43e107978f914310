// Bubbles and ionised regions of known sizes and weights go in, on one to four ranks; the distributions of sizes that
// runs write must come out to the last bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cecropia/random/stream.hpp"
#include "unit/observe/synthetic.hpp"

namespace cecropia::observe {
namespace {

using Sizes = std::vector<model::Galaxy>;

/// A galaxy of which only its bubble [ckpc] and its ionised region [ckpc] are seen; 0: none.
model::Galaxy of_size(double bubble_ckpc, double region_ckpc, double weight) {
  model::Galaxy g;
  g.bubble_radius_ckpc = bubble_ckpc;
  g.region_radius_cmpc = 1e-3 * region_ckpc;
  g.weight_per_cmpc3 = weight;
  return g;
}

/// The distributions as they are written: the columns of the two quantities in their order, values by level.
struct Written {
  std::vector<std::vector<double>> bubbles, regions;
};

const std::vector<std::string> bubble_columns{
    "bubbles_log10_radius_above_0_cmpc3", "bubbles_log10_radius_above_0.5_cmpc3",
    "bubbles_log10_radius_above_1_cmpc3", "bubbles_log10_radius_above_1.5_cmpc3",
    "bubbles_log10_radius_above_2_cmpc3", "bubbles_log10_radius_above_2.5_cmpc3",
    "bubbles_log10_radius_above_3_cmpc3"};
const std::vector<std::string> region_columns{
    "ionised_regions_log10_radius_above_1_cmpc3", "ionised_regions_log10_radius_above_1.5_cmpc3",
    "ionised_regions_log10_radius_above_2_cmpc3", "ionised_regions_log10_radius_above_2.5_cmpc3",
    "ionised_regions_log10_radius_above_3_cmpc3", "ionised_regions_log10_radius_above_3.5_cmpc3",
    "ionised_regions_log10_radius_above_4_cmpc3"};
constexpr double first_bubble_cut = 0.0, first_region_cut = 1.0, between_cuts = 0.5;

/// One level for each entry; its galaxies are dealt over all ranks.
Written written(const std::vector<Sizes>& levels) {
  std::vector<double> z;
  for (std::size_t l = 0; l < levels.size(); ++l) z.push_back(12.0 - static_cast<double>(l));
  const auto galaxies = [&](double at) { return levels[static_cast<std::size_t>(std::lround(12.0 - at))]; };
  const Results r = synthetic::observe({}, z, galaxies, 1000.0, parallel::Communicator::world());
  Written w;
  for (const auto& name : bubble_columns) w.bubbles.push_back(r.column(name).values);
  for (const auto& name : region_columns) w.regions.push_back(r.column(name).values);
  return w;
}

std::vector<double> at_level(const std::vector<std::vector<double>>& columns, std::size_t level) {
  std::vector<double> values;
  for (const auto& c : columns) values.push_back(c.at(level));
  return values;
}

/// How many are in each bin between two cuts, the last one open.
std::vector<double> in_bins(std::vector<double> above) {
  for (std::size_t i = 0; i + 1 < above.size(); ++i) above[i] -= above[i + 1];
  return above;
}

const std::vector<double> nothing(7, 0.0);

TEST(SizeDistributions, ASphereOfKnownSizeIsFoundInItsBinWithItsWeight) {
  // Weights are different powers of two, so that a sum tells who is in it.
  Sizes bubbles, regions;
  for (int bin = 0; bin < 7; ++bin) {
    bubbles.push_back(of_size(std::pow(10.0, first_bubble_cut + (bin + 0.5) * between_cuts), 0, std::ldexp(1.0, -bin)));
    regions.push_back(of_size(0, std::pow(10.0, first_region_cut + (bin + 0.5) * between_cuts), std::ldexp(8.0, bin)));
  }
  bubbles.push_back(of_size(0.9, 0, 1e6));  // below the smallest cuts
  regions.push_back(of_size(0, 9.0, 1e6));
  Sizes both = bubbles;
  both.insert(both.end(), regions.begin(), regions.end());
  const Written w = written({bubbles, regions, both});
  const std::vector<double> expected_bubbles{1.0, 1.0 / 2, 1.0 / 4, 1.0 / 8, 1.0 / 16, 1.0 / 32, 1.0 / 64};
  const std::vector<double> expected_regions{8, 16, 32, 64, 128, 256, 512};
  EXPECT_EQ(in_bins(at_level(w.bubbles, 0)), expected_bubbles);
  EXPECT_EQ(at_level(w.regions, 0), nothing) << "a bubble is no ionised region";
  EXPECT_EQ(at_level(w.bubbles, 1), nothing) << "an ionised region is no bubble";
  EXPECT_EQ(in_bins(at_level(w.regions, 1)), expected_regions);
  EXPECT_EQ(in_bins(at_level(w.bubbles, 2)), expected_bubbles);
  EXPECT_EQ(in_bins(at_level(w.regions, 2)), expected_regions);
  // as written, above each cut
  EXPECT_EQ(at_level(w.bubbles, 0),
            (std::vector<double>{127.0 / 64, 63.0 / 64, 31.0 / 64, 15.0 / 64, 7.0 / 64, 3.0 / 64, 1.0 / 64}));
  EXPECT_EQ(at_level(w.regions, 1), (std::vector<double>{1016, 1008, 992, 960, 896, 768, 512}));
}

TEST(SizeDistributions, ASphereAsLargeAsACutIsNotAboveIt) {
  // 1, 10, 100, 1000 ckpc have an exact logarithm; what lies beside a cut by 1e-12 is on its side of every cut.
  for (int cut = 0; cut < 7; ++cut) {
    const double bubble = std::pow(10.0, first_bubble_cut + cut * between_cuts),
                 region = std::pow(10.0, first_region_cut + cut * between_cuts);
    std::vector<double> below(7, 0.0), above(7, 0.0);
    std::fill_n(below.begin(), cut, 1.0);
    std::fill_n(above.begin(), cut + 1, 1.0);
    const Written w = written({{of_size(bubble * (1 - 1e-12), region * (1 - 1e-12), 1.0)},
                               {of_size(bubble * (1 + 1e-12), region * (1 + 1e-12), 1.0)}});
    EXPECT_EQ(at_level(w.bubbles, 0), below) << "cut " << cut;
    EXPECT_EQ(at_level(w.regions, 0), below) << "cut " << cut;
    EXPECT_EQ(at_level(w.bubbles, 1), above) << "cut " << cut;
    EXPECT_EQ(at_level(w.regions, 1), above) << "cut " << cut;
  }
  double size_ckpc = 1.0;
  for (const int decade : {0, 1, 2, 3}) {
    const Written w = written({{of_size(size_ckpc, 10 * size_ckpc, 1.0)}});
    std::vector<double> expected(7, 0.0);
    std::fill_n(expected.begin(), 2 * decade, 1.0);
    EXPECT_EQ(at_level(w.bubbles, 0), expected) << size_ckpc << " ckpc";
    EXPECT_EQ(at_level(w.regions, 0), expected) << 10 * size_ckpc << " ckpc";
    size_ckpc *= 10;
  }
}

TEST(SizeDistributions, SpheresBeyondTheLastCutAndWithoutSize) {
  const Written w = written(
      {{of_size(1e5, 1e6, 3.0), of_size(1e300, 1e300, 4.0)}, {of_size(0.0, 0.0, 5.0)}, {of_size(1e-300, 1e-300, 6.0)}});
  EXPECT_EQ(at_level(w.bubbles, 0), std::vector<double>(7, 7.0));
  EXPECT_EQ(at_level(w.regions, 0), std::vector<double>(7, 7.0));
  for (const std::size_t level : {1u, 2u}) {
    EXPECT_EQ(at_level(w.bubbles, level), nothing);
    EXPECT_EQ(at_level(w.regions, level), nothing);
  }
}

TEST(SizeDistributions, LevelsWithoutGalaxiesAreEmptyAndLeaveTheOthersAlone) {
  // A level of nobody; of one galaxy, so that other ranks have none; of nobody; of four; of nobody.
  const model::Galaxy one = of_size(20.0, 50.0, 0.25);  // above 0, 0.5, 1 and above 1, 1.5
  const Written w = written({{}, {one}, {}, {one, one, one, one}, {}});
  for (const std::size_t level : {0u, 2u, 4u}) {
    EXPECT_EQ(at_level(w.bubbles, level), nothing) << "level " << level;
    EXPECT_EQ(at_level(w.regions, level), nothing) << "level " << level;
  }
  EXPECT_EQ(at_level(w.bubbles, 1), (std::vector<double>{0.25, 0.25, 0.25, 0, 0, 0, 0}));
  EXPECT_EQ(at_level(w.regions, 1), (std::vector<double>{0.25, 0.25, 0, 0, 0, 0, 0}));
  EXPECT_EQ(at_level(w.bubbles, 3), (std::vector<double>{1, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(at_level(w.regions, 3), (std::vector<double>{1, 1, 0, 0, 0, 0, 0}));
}

/// Trees without places stand for very different numbers of halos: the small ones for most of them.
TEST(SizeDistributions, WeightsOfTreesOverTenDecadesAddUpWithOneRounding) {
  // Weights are whole numbers of 2^-45: sums are those of integers, rounded once, whatever the order and the ranks.
  random::Stream dice({11, 0}, 1, 0, 0, random::Purpose::test);
  std::vector<Sizes> levels(4);
  std::map<std::size_t, std::vector<std::int64_t>> bubbles, regions;  // by level
  const auto count = [](std::vector<std::int64_t>& sums, double size_ckpc, double first_cut, std::int64_t weight) {
    sums.resize(7);
    // an edge is a power of the square root of ten; the sizes below keep away from them
    double edge = std::pow(10.0, first_cut);
    for (std::int64_t& sum : sums) {
      if (size_ckpc > edge) sum += weight;
      edge *= std::sqrt(10.0);
    }
  };
  for (std::size_t l = 0; l < levels.size(); ++l)
    for (int i = 0; i < 500; ++i) {
      const double bubble = std::pow(10.0, -1.0 + 5.0 * dice.uniform()), region = std::pow(10.0, 6.0 * dice.uniform()),
                   weight = std::pow(10.0, -9.0 + 10.0 * dice.uniform());  // 1e-9 to 10 per cMpc^3
      const auto units = static_cast<std::int64_t>(std::ldexp(weight, 45)) + 1;
      const bool has_bubble = i % 7 != 0, has_region = i % 5 != 0;
      if (has_bubble) count(bubbles[l], bubble, first_bubble_cut, units);
      if (has_region) count(regions[l], region, first_region_cut, units);
      levels[l].push_back(
          of_size(has_bubble ? bubble : 0.0, has_region ? region : 0.0, std::ldexp(static_cast<double>(units), -45)));
    }
  const Written w = written(levels);
  for (std::size_t l = 0; l < levels.size(); ++l)
    for (std::size_t cut = 0; cut < 7; ++cut) {
      EXPECT_GT(bubbles[l][cut], 0) << "the case holds nothing here";
      EXPECT_EQ(w.bubbles[cut][l], std::ldexp(static_cast<double>(bubbles[l][cut]), -45)) << bubble_columns[cut];
      EXPECT_EQ(w.regions[cut][l], std::ldexp(static_cast<double>(regions[l][cut]), -45)) << region_columns[cut];
    }
}

TEST(SizeDistributions, TheColumnsThatAreWrittenAreTheseAndNoOthers) {
  const Results r = synthetic::observe(
      {}, {9, 8}, [](double) { return Sizes{}; }, 1000.0, parallel::Communicator::world());
  std::vector<std::string> found, expected = bubble_columns;
  expected.insert(expected.end(), region_columns.begin(), region_columns.end());
  for (const Column& c : r.history) {
    if (c.name.find("log10_radius") == std::string::npos) continue;
    found.push_back(c.name);
    EXPECT_EQ(c.unit, "cMpc^-3") << c.name;
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace cecropia::observe

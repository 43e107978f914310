// A periodic box with real positions, walked with more levels: what neighbours did is felt one level later, so that
// levels in between shorten the delay. With CECROPIA_TREES set to other trees of the same cosmology, these are taken.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/space/sphere_index.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/real_box.hpp"
#include "testing/refined.hpp"

namespace {
using namespace cecropia;
using testing_box::other_trees;
using testing_box::settings;

tree::Forest real_trees() {
  tree::Parameters p;
  p.path = other_trees() != nullptr ? other_trees() : CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  const scan::Settings s = settings();
  return tree::load(p, {}, cosmology::Cosmology(s.cosmology), s.seed(), parallel::Communicator::self());
}

tree::Forest refined(const tree::Forest& forest, std::int64_t parts) {
  const cosmology::Cosmology cosmos(settings().cosmology);
  return tree::arrange(made::refined(forest, parts, cosmos), forest.info, cosmos, parallel::Communicator::self());
}

TEST(RefinedTrees, AreTheSameTreesWithHalosBetweenTheirLevels) {
  const tree::Forest f = real_trees(), fine = refined(f, 4);
  ASSERT_EQ(fine.n_levels(), 4 * f.n_levels() - 3);
  const auto in = [](const tree::Forest& of, std::size_t level) {
    struct {
      double msun = 0, x = 0;
      std::size_t halos = 0, satellites = 0;
    } sum;
    for (tree::Halo h = of.halos_at(level).first; h < of.halos_at(level).last; ++h) {
      sum.msun += of.m_vir_msun[h];
      sum.x += static_cast<double>(of.position_cmpc[h][0]);
      ++sum.halos;
      sum.satellites += of.is_satellite(h);
    }
    return sum;
  };
  std::size_t satellites = 0;
  for (std::size_t l = 0; l < f.n_levels(); ++l) {
    EXPECT_EQ(fine.redshift[4 * l], f.redshift[l]);
    const auto a = in(f, l), b = in(fine, 4 * l);
    EXPECT_EQ(a.halos, b.halos);
    EXPECT_EQ(a.satellites, b.satellites);
    EXPECT_NEAR(b.msun, a.msun, 1e-12 * a.msun);
    EXPECT_NEAR(b.x, a.x, 1e-9 * static_cast<double>(a.halos));
    if (l == 0) continue;
    for (std::size_t k = 1; k < 4; ++k) {
      const auto between = in(fine, 4 * l - k);
      EXPECT_LE(between.halos, a.halos) << "one branch for each halo at the end of the step";
      satellites += between.satellites;
    }
  }
  EXPECT_GT(satellites, 100u);
}

TEST(RefinedTrees, PutAHaloHalfwayBetweenItsMainProgenitorAndItself) {
  const tree::Forest f = refined(real_trees(), 2);
  const double box = f.info.box_cmpc;
  int moved = 0, over_the_face = 0, joined = 0;
  for (std::size_t l = 2; l < f.n_levels(); l += 2)
    for (tree::Halo h = f.halos_at(l).first; h < f.halos_at(l).last; ++h) {
      if (f.n_progenitors[h] == 0) continue;
      ASSERT_EQ(f.n_progenitors[h], 1u) << "progenitors join at the beginning of the step";
      const tree::Halo middle = f.first_progenitor[h];
      EXPECT_EQ(f.is_satellite(middle), f.is_satellite(h));
      if (f.n_progenitors[middle] == 0) {
        EXPECT_EQ(f.m_vir_msun[middle], f.m_vir_msun[h]);
        EXPECT_EQ(f.position_cmpc[middle], f.position_cmpc[h]);
        continue;
      }
      const tree::Halo before = f.first_progenitor[middle];
      joined += f.n_progenitors[middle] > 1;
      EXPECT_NEAR(f.m_vir_msun[middle] / std::sqrt(f.m_vir_msun[before] * f.m_vir_msun[h]), 1.0, 1e-12);
      for (std::size_t k = 0; k < 3; ++k) {
        const auto x = [&](tree::Halo i) { return static_cast<double>(f.position_cmpc[i][k]); };
        const auto way = [&](tree::Halo i, tree::Halo j) {
          return x(j) - x(i) - box * std::round((x(j) - x(i)) / box);
        };
        EXPECT_NEAR(way(before, middle), way(middle, h), 2e-6);
        EXPECT_LT(std::fabs(way(before, h)), 1.0);
        EXPECT_TRUE(x(middle) >= 0.0 && x(middle) < box);
        over_the_face += std::fabs(x(h) - x(before)) > 0.5 * box;
      }
      ++moved;
    }
  EXPECT_GT(moved, 5000);
  EXPECT_GT(joined, 100);
  EXPECT_GT(over_the_face, 0) << "the case was not met";
}

/// What a level looks like.
enum Quantity : std::size_t { metal_filling, ionised_filling, enriched_space, ionised_space, enriched, ionised, n };
constexpr std::array names{"filling of bubbles", "filling of regions", "space in bubbles",
                           "space in regions",   "enriched galaxies",  "galaxies in ionised gas"};
using Values = std::array<double, Quantity::n>;

/// Share of the box inside at least one of the spheres, from 64^3 points.
double covered(double box_cmpc, const std::vector<space::Sphere>& spheres) {
  const space::SphereIndex index(box_cmpc, spheres);
  constexpr int side = 64;
  const auto at = [&](int i) { return (i + 0.5) * box_cmpc / side; };
  int inside = 0;
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j)
      for (int k = 0; k < side; ++k)
        inside += index.any_enclosing({at(i), at(j), at(k)}, [](std::uint32_t) { return true; });
  return static_cast<double>(inside) / (side * side * side);
}

Values look_at(const model::LevelView& view) {
  std::vector<space::Sphere> bubbles, regions;
  double galaxies = 0, with_metals = 0, in_ionised_gas = 0;
  for (const model::Galaxy& g : view.galaxies) {
    galaxies += 1;
    with_metals += g.z_igm > 0;
    in_ionised_gas += g.is_ionised;
    if (g.bubble_radius_ckpc > 0) bubbles.push_back({g.position_cmpc, 1e-3 * g.bubble_radius_ckpc});
    if (g.region_radius_cmpc > 0) regions.push_back({g.position_cmpc, g.region_radius_cmpc});
  }
  const double box = view.forest.info.box_cmpc;
  return {view.sums.metal_filling, view.sums.ionised_filling, covered(box, bubbles),
          covered(box, regions),   with_metals / galaxies,    in_ionised_gas / galaxies};
}

/// The levels wanted, in order of time.
std::vector<Values> evolve(const scan::Settings& s, const tree::Forest& forest,
                           const std::vector<std::size_t>& levels) {
  static const stars::Tables tables = stars::build({});
  std::vector<Values> seen;
  scan::PointHooks hooks;
  hooks.write_level = [&](const model::LevelView& view) {
    if (std::find(levels.begin(), levels.end(), view.level.index) != levels.end()) seen.push_back(look_at(view));
  };
  scan::run_point(s, forest, tables, observe::read_observations(s.observe.observations_path),
                  parallel::Communicator::self(), hooks);
  return seen;
}

std::size_t level_nearest(const tree::Forest& forest, double z) {
  std::size_t nearest = 0;
  for (std::size_t l = 1; l < forest.n_levels(); ++l)
    if (std::fabs(forest.redshift[l] - z) < std::fabs(forest.redshift[nearest] - z)) nearest = l;
  return nearest;
}

TEST(LevelsInABox, InsertedLevelsChangeWhatIsEnrichedAndIonisedByLessThanTheStatedBounds) {
  // Bounds [dex] for two and for four times as many levels; noise is that of the stars, over several seeds.
  constexpr double of_space = 0.02, of_galaxies = 0.08, of_other_trees = 0.08;
  constexpr std::array redshifts{8.0, 7.0, 6.0, 5.0};
  constexpr int seeds = 6;
  const tree::Forest once = real_trees(), twice = refined(once, 2), four_times = refined(once, 4);
  std::array<std::vector<std::vector<Values>>, 3> outcomes;  // by forest, seed, redshift
  scan::Settings s = settings();
  for (s.random.seed = 1; s.random.seed <= seeds; ++s.random.seed) {
    std::vector<std::size_t> levels;
    for (const double z : redshifts) levels.push_back(level_nearest(once, z));
    for (std::size_t f = 0; f < 3; ++f) {
      outcomes[f].push_back(evolve(s, *std::array{&once, &twice, &four_times}[f], levels));
      for (std::size_t& l : levels) l *= 2;
    }
  }
  std::array<double, 2> gain{};  // of enriched galaxies, mean over redshift
  for (std::size_t i = 0; i < redshifts.size(); ++i)
    for (std::size_t q = 0; q < Quantity::n; ++q) {
      double value = 0;
      for (const auto& o : outcomes[0]) value += o.at(i)[q] / seeds;
      std::printf("z = %.0f, %-23s %.4f", redshifts[i], names[q], value);
      for (const std::size_t f : {1u, 2u}) {
        double mean = 0, square = 0;
        for (std::size_t k = 0; k < seeds; ++k) {
          const double change = std::log10(outcomes[f][k].at(i)[q] / outcomes[0][k].at(i)[q]);
          mean += change / seeds;
          square += change * change / seeds;
        }
        const double error = std::sqrt(std::max(0.0, square - mean * mean) / (seeds - 1));
        std::printf("  %+.4f +- %.4f dex", mean, error);
        const double bound = other_trees() != nullptr ? of_other_trees : q < enriched ? of_space : of_galaxies;
        EXPECT_LT(std::fabs(mean), bound) << names[q] << " at z = " << redshifts[i];
        EXPECT_LT(error, 0.2 * bound) << "too few seeds to tell: " << names[q] << " at z = " << redshifts[i];
        if (q == enriched) gain[f - 1] += mean / redshifts.size();
      }
      std::printf("\n");
    }
  // Half the delay: galaxies find metals earlier; a quarter: 3/2 of that gain, if it is of first order.
  std::printf("enriched galaxies, mean over redshift: %+.4f and %+.4f dex\n", gain[0], gain[1]);
  EXPECT_GT(gain[0], 0.005);
  EXPECT_NEAR(gain[1] / gain[0], 1.5, 0.3);
}
}  // namespace

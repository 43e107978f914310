// The set nbody_4mpc_64 (trees/nbody_4mpc_64): numbers of its check.txt, which an independent script counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <cmath>
#include <map>
#include <set>

#include "cecropia/tree/describe.hpp"
#include "cecropia/tree/draw.hpp"
#include "cecropia/tree/source.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

const std::string folder = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";

const Forest& real() {
  static const Forest forest = [] {
    Parameters p;
    p.path = folder;
    return load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
  }();
  return forest;
}

std::int64_t count(std::uint8_t flag) {
  return std::count_if(real().flags.begin(), real().flags.end(), [&](std::uint8_t f) { return (f & flag) != 0; });
}

TEST(RealTrees, EveryHaloTreeForestAndLevelOfTheSetIsThere) {
  EXPECT_EQ(real().info.n_halos, 7667);
  EXPECT_EQ(real().info.n_trees, 499);
  EXPECT_EQ(real().info.n_forests, 475);
  ASSERT_EQ(real().n_levels(), 37u);
  EXPECT_EQ(count(Forest::is_phantom), 278);
  EXPECT_EQ(count(Forest::is_interpolated), 0);
  EXPECT_EQ(real().info.format, "consistent_trees");
  EXPECT_TRUE(real().info.warnings.empty());
}

TEST(RealTrees, LevelsRunFromTheFirstHalosToTheLastSnapshot) {
  EXPECT_NEAR(real().redshift.front(), 12.328, 5e-4);
  EXPECT_NEAR(real().redshift.back(), 4.5, 5e-4);
  EXPECT_TRUE(std::is_sorted(real().redshift.rbegin(), real().redshift.rend()));
  EXPECT_TRUE(std::is_sorted(real().age_myr.begin(), real().age_myr.end()));
  EXPECT_EQ(real().halos_at(0).size(), 14u);
  EXPECT_EQ(real().halos_at(36).size(), 499u);
}

// TRE-3
TEST(RealTrees, HIsRemovedFromMassesAndLengths) {
  const double h = 0.6774;
  EXPECT_NEAR(real().info.box_cmpc, 4.0 / h, 1e-9);
  EXPECT_NEAR(real().info.volume_cmpc3, std::pow(4.0 / h, 3), 1e-6);
  EXPECT_DOUBLE_EQ(real().weight(0), 1.0 / real().info.volume_cmpc3);
  const auto at = std::find(real().id.begin(), real().id.end(), 9841) - real().id.begin();
  ASSERT_LT(at, static_cast<std::ptrdiff_t>(real().n_halos()));
  EXPECT_DOUBLE_EQ(real().m_vir_msun[static_cast<std::size_t>(at)], 3.063e10 / h);
  EXPECT_FLOAT_EQ(real().position_cmpc[static_cast<std::size_t>(at)][0], static_cast<float>(1.59034 / h));
  EXPECT_DOUBLE_EQ(*std::max_element(real().m_vir_msun.begin(), real().m_vir_msun.end()), 3.063e10 / h);
}

TEST(RealTrees, SatellitesKeepTheirHostsAlsoFromOtherTreesAndEndAtACentral) {
  std::int64_t satellites = 0, in_other_tree = 0;
  const auto root_of = [&](Halo h) {
    while (real().descendant[h] != no_halo) h = real().descendant[h];
    return h;
  };
  for (Halo h = 0; h < real().n_halos(); ++h) {
    if (!real().is_satellite(h)) continue;
    ++satellites;
    EXPECT_FALSE(real().is_satellite(real().host[h]));
    in_other_tree += root_of(h) != root_of(real().host[h]) ? 1 : 0;
  }
  EXPECT_EQ(satellites, 204);
  EXPECT_EQ(in_other_tree, 75);
  // Halo 3560 has upid 3559, itself a satellite of 3553.
  const auto sub_sub =
      static_cast<std::size_t>(std::find(real().id.begin(), real().id.end(), 3560) - real().id.begin());
  ASSERT_LT(sub_sub, real().n_halos());
  EXPECT_EQ(real().id[real().host[sub_sub]], 3553);
}

TEST(RealTrees, TheWalkingOrderHoldsEverywhere) {
  const Forest& f = real();
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    for (Halo h = f.level_begin[l]; h < f.level_begin[l + 1]; ++h) {
      if (h > f.level_begin[l]) {
        EXPECT_LE(f.forest[h - 1], f.forest[h]);
      }
      const Halo d = f.descendant[h];
      if (d == no_halo) continue;
      ASSERT_LT(l + 1, f.n_levels());
      EXPECT_GE(d, f.level_begin[l + 1]);
      EXPECT_LT(d, f.level_begin[l + 2]);
      EXPECT_GE(h, f.progenitors_of(d).first);
      EXPECT_LT(h, f.progenitors_of(d).last);
      EXPECT_EQ(f.forest[h], f.forest[d]);
      if (h > f.progenitors_of(d).first) {
        EXPECT_GE(f.m_vir_msun[h - 1], f.m_vir_msun[h]);  // in this set mmp is always the most massive
      }
    }
  EXPECT_TRUE(std::is_sorted(f.forest_id.begin(), f.forest_id.end()));
}

TEST(RealTrees, ForestsFoundFromLinksAreTheOnesOfTheList) {
  const cecropia::testing::Folder copy;
  std::filesystem::copy_file(folder + "/tree_0_0_0.dat.gz", copy.path() + "/tree_0_0_0.dat.gz");
  Parameters p;
  p.path = copy.path();
  const Forest rebuilt = load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
  EXPECT_EQ(rebuilt.info.n_forests, 475);
  const auto groups = [](const Forest& f) {
    std::map<std::int64_t, std::set<std::int64_t>> by_forest;
    for (Halo h = 0; h < f.n_halos(); ++h) by_forest[f.forest_id[f.forest[h]]].insert(f.id[h]);
    std::set<std::set<std::int64_t>> all;
    for (auto& [id, halos] : by_forest) all.insert(halos);
    return all;
  };
  EXPECT_EQ(groups(rebuilt), groups(real()));
}

TEST(RealTrees, AnIndependentConnectedComponentSearchFindsTheSameForests) {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> graph(real().n_halos());
  for (Halo h = 0; h < real().n_halos(); ++h) {
    if (real().descendant[h] != no_halo) boost::add_edge(h, real().descendant[h], graph);
    if (real().host[h] != no_halo) boost::add_edge(h, real().host[h], graph);
  }
  std::vector<int> component(real().n_halos());
  EXPECT_EQ(boost::connected_components(graph, component.data()), 475);
}

TEST(RealTrees, PlainAndPackedFilesGiveTheSameForest) {
  const cecropia::testing::Folder plain;
  const std::string packed = folder + "/tree_0_0_0.dat.gz";
  gzFile in = gzopen(packed.c_str(), "rb");
  ASSERT_NE(in, nullptr);
  std::string text(8 << 20, '\0');
  text.resize(static_cast<std::size_t>(gzread(in, text.data(), static_cast<unsigned>(text.size()))));
  gzclose(in);
  plain.write("tree_0_0_0.dat", text);
  std::filesystem::copy_file(folder + "/forests.list", plain.path() + "/forests.list");
  Parameters p;
  p.path = plain.path();
  const Forest f = load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
  EXPECT_EQ(f.info.content_hash, real().info.content_hash);
  EXPECT_EQ(f.id, real().id);
}

TEST(RealTrees, TheDescriptionNamesWhatAUserAsksFor) {
  const std::string text = describe(real(), parallel::Communicator::world());
  EXPECT_THAT(text, ::testing::HasSubstr("forests      475, trees 499, halos 7667"));
  EXPECT_THAT(text, ::testing::HasSubstr("satellites   204 (2.66 %)"));
  EXPECT_THAT(text, ::testing::HasSubstr("levels       37, z = 12.328 to 4.500"));
}

TEST(RealTrees, ATreeIsDrawnWithEveryHaloOnce) {
  const std::string dot = draw_graphviz(real(), 9841, parallel::Communicator::world());
  EXPECT_THAT(dot, ::testing::StartsWith("digraph"));
  std::size_t nodes = 0;
  for (std::size_t at = dot.find("label="); at != std::string::npos; at = dot.find("label=", at + 1)) ++nodes;
  EXPECT_EQ(nodes, 130u);  // locations.dat: Num_Halos of tree 9841
  EXPECT_THROW(draw_graphviz(real(), 123456789, parallel::Communicator::world()), std::exception);
}

}  // namespace
}  // namespace cecropia::tree

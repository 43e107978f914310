// Each trait of real trees, alone, in a file of a few lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <sstream>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::TinyFile;
using cecropia::testing::two_trees;

constexpr double h = 0.6774;

Forest load_path(const std::string& path, Parameters p = {}) {
  p.path = path;
  return load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
}

Forest load_file(const TinyFile& file, const Parameters& p = {}) {
  const Folder folder;
  return load_path(folder.write("tree_0_0_0.dat", file.text()), p);
}

Halo find(const Forest& f, std::int64_t id) {
  const auto at = std::find(f.id.begin(), f.id.end(), id);
  return at == f.id.end() ? no_halo : static_cast<Halo>(at - f.id.begin());
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

TEST(ConsistentTrees, ProgenitorsAreOneRangeWithTheMainOneFirst) {
  const Forest f = load_file(two_trees());
  ASSERT_EQ(f.n_halos(), 7u);
  EXPECT_EQ(f.n_levels(), 4u);
  const HaloRange p = f.progenitors_of(find(f, 10));
  ASSERT_EQ(p.size(), 2u);
  EXPECT_EQ(f.id[p.first], 20);
  EXPECT_EQ(f.id[p.first + 1], 21);
  EXPECT_EQ(f.progenitors_of(find(f, 40)).size(), 0u);
  EXPECT_EQ(f.descendant[find(f, 10)], no_halo);
}

TEST(ConsistentTrees, TheMainProgenitorIsTheOneTheTreeCodeNamesEvenIfItIsLighter) {
  TinyFile file = two_trees();
  file.trees[0].halos[1].main = 0;
  file.trees[0].halos[4].main = 1;
  const Forest f = load_file(file);
  EXPECT_EQ(f.id[f.progenitors_of(find(f, 10)).first], 21);
}

TEST(ConsistentTrees, WithoutTheColumnMmpTheMostMassiveProgenitorIsMain) {
  TinyFile file = two_trees();
  file.trees[0].halos[1].main = 0;
  file.trees[0].halos[4].main = 1;
  std::string text = file.text();
  replace(text, "mmp?(11)", "other(11)");
  const Folder folder;
  const Forest f = load_path(folder.write("tree_0_0_0.dat", text));
  EXPECT_EQ(f.id[f.progenitors_of(find(f, 10)).first], 20);
}

TEST(ConsistentTrees, ColumnsAreFoundByNameInAnyCaseAndByPlaceNotByTheirNumber) {
  const Forest before = load_file(two_trees());
  TinyFile file = two_trees();
  file.columns =
      "# SCALE(1) Id(2) Desc_Scale(3) DESC_ID(4) Num_prog(5) PID(6) UPID(7) desc_pid(8) Phantom(9) sam_mvir(10) "
      "mvir(11) "
      "MMP?(12) X Y Z Snap_num(16)";
  EXPECT_EQ(load_file(file).info.content_hash, before.info.content_hash);
}

TEST(ConsistentTrees, AnExtraFirstColumnMovesTheOthers) {
  std::string text = two_trees().text();
  replace(text, "#scale(0)", "#tree_id scale(0)");
  std::string moved;
  bool in_trees = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("#tree ", 0) == 0) in_trees = true;
    moved += (in_trees && line[0] != '#' ? " 77" : "") + line + "\n";
  }
  const Folder folder;
  EXPECT_EQ(load_path(folder.write("tree_0_0_0.dat", moved)).info.content_hash,
            load_file(two_trees()).info.content_hash);
}

TEST(ConsistentTrees, TheMassColumnIsAChoice) {
  std::string text = two_trees().text();
  replace(text, "sam_Mvir(9)", "M200c(9)");
  replace(text, "3.00000e+09 3.00000e+09", "2.50000e+09 3.00000e+09");
  const Folder folder;
  Parameters p;
  p.mass_column = "m200C";
  const Forest f = load_path(folder.write("tree_0_0_0.dat", text), p);
  EXPECT_DOUBLE_EQ(f.m_vir_msun[find(f, 20)], 2.5e9 / h);
}

TEST(ConsistentTrees, WindowsLineEndsAndTabsAreNoObstacle) {
  std::string windows, tabs;
  std::istringstream lines(two_trees().text());
  for (std::string line; std::getline(lines, line);) {
    windows += line + "\r\n";
    if (line[0] != '#') std::replace(line.begin(), line.end(), ' ', '\t');
    tabs += line + "\n";
  }
  const Folder a, b;
  const std::uint64_t expected = load_file(two_trees()).info.content_hash;
  EXPECT_EQ(load_path(a.write("tree_0_0_0.dat", windows)).info.content_hash, expected);
  EXPECT_EQ(load_path(b.write("tree_0_0_0.dat", tabs)).info.content_hash, expected);
}

TEST(ConsistentTrees, AFolderOfPlainAndPackedFilesIsOneSet) {
  TinyFile first = two_trees(), second = two_trees();
  first.trees.pop_back();
  second.trees.erase(second.trees.begin());
  const Folder folder;
  folder.write("tree_0_0_0.dat", first.text());
  folder.write_gzip("tree_0_0_1.dat.gz", second.text());
  folder.write("locations.dat", "#TreeRootID FileID Offset Filename\n");
  folder.write("notes.txt", "not a tree\n");
  EXPECT_EQ(load_path(folder.path()).info.content_hash, load_file(two_trees()).info.content_hash);
}

TEST(ConsistentTrees, AGzipFileOfSeveralMembersIsReadToItsEnd) {
  const std::string text = two_trees().text();
  const Folder folder;
  const std::string half = folder.write_gzip("a", text.substr(0, 700)), rest = folder.write_gzip("b", text.substr(700));
  const std::string both =
      folder.write("tree_0_0_0.dat.gz", cecropia::testing::read_text(half) + cecropia::testing::read_text(rest));
  EXPECT_EQ(load_path(both).info.content_hash, load_file(two_trees()).info.content_hash);
}

TEST(ConsistentTrees, AnEmptyPartOfTheBoxIsAFileWithoutTrees) {
  TinyFile none = two_trees();
  none.trees.clear();
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write("tree_0_0_1.dat", none.text());
  EXPECT_EQ(load_path(folder.path()).info.n_trees, 2);
}

TEST(ConsistentTrees, TreesThatShareAHostAreOneForestAndTheHostIsFound) {
  TinyFile file = two_trees();
  EXPECT_EQ(load_file(file).info.n_forests, 2);
  file.trees[1].halos[1].host = 20;  // halo 22 of tree 11 orbits halo 20 of tree 10
  const Forest f = load_file(file);
  EXPECT_EQ(f.info.n_forests, 1);
  EXPECT_EQ(f.info.n_trees, 2);
  EXPECT_EQ(f.forest_id, std::vector<std::int64_t>{10});
  EXPECT_EQ(f.host[find(f, 22)], find(f, 20));
  EXPECT_FALSE(f.is_satellite(find(f, 11)));
}

TEST(ConsistentTrees, ForestsListJoinsTreesThatDoNotTouch) {
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write("forests.list", "#TreeRootID ForestID\n10 99\n11 99\n5 5\n");
  const Forest f = load_path(path);
  EXPECT_EQ(f.info.n_forests, 1);
  EXPECT_EQ(f.forest_id, std::vector<std::int64_t>{99});
}

TEST(ConsistentTrees, ASatelliteOfASatelliteBelongsToTheTopMostCentral) {
  TinyFile file = two_trees();
  file.trees[0].halos[4].host = 22;  // 21 -> 22 -> 20
  file.trees[1].halos[1].host = 20;
  const Forest f = load_file(file);
  EXPECT_EQ(f.host[find(f, 21)], find(f, 20));
  EXPECT_EQ(f.host[find(f, 22)], find(f, 20));
}

TEST(ConsistentTrees, WithoutUpidTheHostsOfHostsAreFollowed) {
  TinyFile file = two_trees();
  file.trees[0].halos[4].host = 22;
  file.trees[1].halos[1].host = 20;
  std::string text = file.text();
  replace(text, "upid(6)", "nothing(6)");
  const Folder folder;
  const Forest f = load_path(folder.write("tree_0_0_0.dat", text));
  EXPECT_EQ(f.host[find(f, 21)], find(f, 20));
}

TEST(ConsistentTrees, PhantomsAreMarked) {
  TinyFile file = two_trees();
  file.trees[0].halos[2].phantom = 1;
  const Forest f = load_file(file);
  for (Halo i = 0; i < f.n_halos(); ++i) EXPECT_EQ((f.flags[i] & Forest::is_phantom) != 0, f.id[i] == 30);
}

TEST(ConsistentTrees, TreesMayEndBeforeTheLastSnapshot) {
  TinyFile file = two_trees();
  file.trees.push_back({12, {{0.16, 12, -1, 6e8}}});
  const Forest f = load_file(file);
  EXPECT_EQ(f.info.n_trees, 3);
  EXPECT_EQ(f.descendant[find(f, 12)], no_halo);
}

// --- skipped snapshots ---------------------------------------------------------------------------------------

TinyFile skipping() {
  TinyFile file;
  file.trees = {{10, {{0.2, 10, -1, 8e9, -1, 0.1}, {0.14, 40, 10, 1e9, -1, 3.9}}},
                {11, {{0.2, 11, -1, 8e8}, {0.18, 22, 11, 7e8}, {0.16, 32, 22, 6e8}, {0.14, 42, 32, 5e8}}}};
  return file;
}

// TRE-1, TRE-2
TEST(SkippedSnapshots, AreFilledLogLinearlyInMassAndAlongTheShortWayRoundTheBox) {
  const Forest f = load_file(skipping());
  ASSERT_EQ(f.n_levels(), 4u);
  EXPECT_EQ(f.info.n_halos, 8);
  Halo i = find(f, 40);
  const double t0 = f.age_myr[0], t3 = f.age_myr[3];
  for (std::size_t level = 1; level <= 2; ++level) {
    i = f.descendant[i];
    ASSERT_NE(i, no_halo);
    EXPECT_GE(i, f.level_begin[level]);
    EXPECT_LT(i, f.level_begin[level + 1]);
    EXPECT_TRUE((f.flags[i] & Forest::is_interpolated) != 0);
    const double part = (f.age_myr[level] - t0) / (t3 - t0);
    EXPECT_NEAR(f.m_vir_msun[i], 1e9 / h * std::pow(8.0, part), 1e-9 * 8e9);
    double x = 3.9 + 0.2 * part;  // through the wall at 4 Mpc/h
    if (x >= 4.0) x -= 4.0;
    EXPECT_NEAR(f.position_cmpc[i][0], x / h, 1e-5);
    EXPECT_EQ(f.id[i], inserted_id(40, static_cast<std::uint32_t>(level)));
  }
  EXPECT_EQ(f.id[f.descendant[i]], 10);
}

TEST(SkippedSnapshots, InsertedIdsAreNegativeUniqueAndLimited) {
  std::set<std::int64_t> seen;
  for (std::int64_t id = 0; id < 50; ++id)
    for (std::uint32_t level = 0; level < 50; ++level) {
      EXPECT_LT(inserted_id(id, level), -1);
      EXPECT_TRUE(seen.insert(inserted_id(id, level)).second);
    }
  EXPECT_LT(inserted_id((std::int64_t{1} << 50) - 1, 4095), -1);
  EXPECT_THAT(cecropia::testing::refusal([] { inserted_id(std::int64_t{1} << 50, 0); }),
              ::testing::HasSubstr("skips level 0, and no id can be made for a halo in between"));
  EXPECT_THROW(inserted_id(1, 4096), InputError);
}

TEST(SkippedSnapshots, AnInsertedSatelliteFollowsItsHost) {
  TinyFile file = skipping();
  file.trees[0].halos[1].host = 42;  // 40 orbits 42, then skips two levels in which 42 lives on as 32 and 22
  const Forest f = load_file(file);
  Halo i = f.descendant[find(f, 40)];
  EXPECT_EQ(f.host[i], find(f, 32));
  i = f.descendant[i];
  EXPECT_EQ(f.host[i], find(f, 22));
  EXPECT_FALSE(f.is_satellite(f.descendant[i]));
}

TEST(SkippedSnapshots, AHostThatSkipsLevelsTooIsFollowedThroughItsInsertedHalos) {
  TinyFile file;
  file.trees = {{10, {{0.2, 10, -1, 8e9}, {0.14, 40, 10, 4e9}, {0.14, 41, 10, 1e9, 40, 1.1, 0, 0}}},
                {11, {{0.2, 11, -1, 8e8}, {0.18, 22, 11, 7e8}, {0.16, 32, 22, 6e8}}}};
  const Forest f = load_file(file);
  const Halo host = f.descendant[find(f, 40)], satellite = f.descendant[find(f, 41)];
  EXPECT_EQ(f.host[satellite], host);
  EXPECT_FALSE(f.is_satellite(host));
  const HaloRange p = f.progenitors_of(find(f, 10));
  ASSERT_EQ(p.size(), 2u);
  EXPECT_EQ(f.id[p.first], inserted_id(40, 2));
}

// --- header --------------------------------------------------------------------------------------------------

TEST(TreeHeader, ASilentHeaderMeansTheParametersAndAWarning) {
  TinyFile file = two_trees();
  file.cosmology.clear();
  const Forest f = load_file(file);
  ASSERT_EQ(f.info.warnings.size(), 1u);
  EXPECT_THAT(f.info.warnings[0], ::testing::HasSubstr("Omega_M and h0"));
  EXPECT_EQ(f.info.content_hash, load_file(two_trees()).info.content_hash);
}

TEST(TreeHeader, TheVolumeMayBeGivenInsteadOfTheBox) {
  TinyFile file = two_trees();
  file.box.clear();
  Parameters p;
  p.volume_cmpc3 = 250.0;
  const Forest f = load_file(file, p);
  EXPECT_DOUBLE_EQ(f.weight(0), 1.0 / 250.0);
  EXPECT_DOUBLE_EQ(f.info.volume_cmpc3, 250.0);
  EXPECT_EQ(f.info.box_cmpc, 0.0);
  ASSERT_EQ(f.info.warnings.size(), 1u);
  EXPECT_THAT(f.info.warnings[0], ::testing::HasSubstr("not periodic"));
}

TEST(TreeHeader, AHeaderWithinTheToleranceIsAccepted) {
  TinyFile file = two_trees();
  file.cosmology = "#Omega_M = 0.309000; Omega_L = 0.691000; h0 = 0.677400";
  EXPECT_EQ(load_file(file).n_halos(), 7u);
}

TEST(ContentHash, SeesEveryPropertyThatPhysicsSees) {
  const std::uint64_t reference = load_file(two_trees()).info.content_hash;
  std::set<std::uint64_t> seen{reference};
  const auto changed = [&](const std::function<void(TinyFile&)>& change) {
    TinyFile file = two_trees();
    change(file);
    EXPECT_TRUE(seen.insert(load_file(file).info.content_hash).second);
  };
  changed([](TinyFile& f) { f.trees[0].halos[2].mass *= 1.001; });
  changed([](TinyFile& f) { f.trees[0].halos[2].x += 0.001; });
  changed([](TinyFile& f) { f.trees[0].halos[2].phantom = 1; });
  changed([](TinyFile& f) { f.trees[0].halos[4].host = 20; });
  changed([](TinyFile& f) { f.trees[1].halos[0].id = 99, f.trees[1].halos[1].descendant = 99; });
  changed([](TinyFile& f) { f.trees[0].halos[3].scale = 0.141; });
  changed([](TinyFile& f) { f.box = "#Full box size = 4.100000 Mpc/h"; });
}

TEST(ContentHash, DoesNotDependOnTheOrderInTheFile) {
  TinyFile file = two_trees();
  std::swap(file.trees[0], file.trees[1]);
  std::reverse(file.trees[1].halos.begin(), file.trees[1].halos.end());
  EXPECT_EQ(load_file(file).info.content_hash, load_file(two_trees()).info.content_hash);
}

}  // namespace
}  // namespace cecropia::tree

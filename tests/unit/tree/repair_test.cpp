// Repairs: what was wrong before, what is right after, and what must not change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cecropia/tree/inspect.hpp"
#include "cecropia/tree/repair.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::TinyFile;
using cecropia::testing::two_trees;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double h = 0.6774;

const parallel::Communicator& alone() {
  static const auto self = parallel::Communicator::self();
  return self;
}

Forest load_with(const std::string& path, const std::vector<std::string>& repairs) {
  Parameters p;
  p.path = path;
  p.repair = repairs;
  return load(p, {}, cosmology::Cosmology(), {}, alone());
}

std::string message_of(const std::string& path, const std::vector<std::string>& repairs) {
  return cecropia::testing::refusal([&] { load_with(path, repairs); });
}

Inspection inspect_with(const std::string& path, const std::vector<std::string>& repairs) {
  Parameters p;
  p.path = path;
  p.repair = repairs;
  return inspect(p, {}, cosmology::Cosmology(), {}, alone());
}

std::uint64_t content(const TinyFile& file) {
  const Folder folder;
  return load_with(folder.write("tree_0_0_0.dat", file.text()), {}).info.content_hash;
}

const std::vector<std::string> all_repairs{"smooth_mass_dips", "flatten_hosts", "promote_orphans", "drop_duplicates"};

TEST(TreeRepair, NothingIsRepairedUnlessAskedForAndSoundTreesStayWhatTheyAre) {
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", two_trees().text());
  const Forest plain = load_with(path, {}), repaired = load_with(path, all_repairs);
  EXPECT_EQ(plain.info.content_hash, repaired.info.content_hash);
  EXPECT_TRUE(plain.info.warnings.empty());
  ASSERT_EQ(repaired.info.warnings.size(), 4u);
  EXPECT_EQ(repaired.info.warnings[0], "trees.repair, drop_duplicates: 0 copies of halos left out.");
}

TEST(TreeRepair, NamesAreCheckedAndTheOrderOfTheRepairsIsFixed) {
  EXPECT_THAT(repairs_of({"flatten_hosts", "drop_duplicates", "flatten_hosts"}),
              ElementsAre(Repair::drop_duplicates, Repair::flatten_hosts));
  EXPECT_THAT(cecropia::testing::refusal([] { repairs_of({"promote_orphan"}); }),
              HasSubstr("did you mean 'promote_orphans'?"));
}

TEST(TreeRepair, CopiesOfHalosAreDroppedAndTheForestIsThatOfTheFileGivenOnce) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write_gzip("tree_0_0_0.dat.gz", two_trees().text());
  EXPECT_THAT(message_of(folder.path(), {}), HasSubstr("occurs twice"));
  const Forest f = load_with(folder.path(), {"drop_duplicates"});
  EXPECT_EQ(f.info.n_halos, 7);
  EXPECT_EQ(f.info.content_hash, content(two_trees()));
  EXPECT_THAT(f.info.warnings, ElementsAre(HasSubstr("drop_duplicates: 7 copies of halos left out (halo 10, 11, 20")));
}

TEST(TreeRepair, DifferentHalosOfOneIdAreNoCopies) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].id = 20;
  const Folder folder;
  EXPECT_THAT(message_of(folder.write("tree_0_0_0.dat", f.text()), {"drop_duplicates"}), HasSubstr("occurs twice"));
}

TEST(TreeRepair, OrphansBecomeRootsAndCentralsAndNothingElseChanges) {
  TinyFile f = two_trees();
  f.trees[0].halos[3].descendant = 31;
  f.trees[0].halos[2].n_progenitors = 0;
  f.trees[0].halos[4].host = 12345;
  TinyFile expected = f;
  expected.trees[0].halos[3].descendant = -1;
  expected.trees[0].halos[4].host = -1;
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  EXPECT_THAT(message_of(path, {}), HasSubstr("does not exist"));
  EXPECT_EQ(load_with(path, {"promote_orphans"}).info.content_hash, content(expected));
  const Inspection in = inspect_with(path, {"promote_orphans"});
  ASSERT_EQ(in.repairs.size(), 1u);
  EXPECT_EQ(in.repairs[0].count, 2);
  EXPECT_EQ(in.repairs[0].examples[0].what, "became a central; its host was halo 12345");
  EXPECT_EQ(in.repairs[0].examples[1].what, "became a root; its descendant was halo 31");
  EXPECT_TRUE(in.examination.accepted());
}

TEST(TreeRepair, AFileThatLacksProgenitorsStaysRefused) {
  const std::string text = two_trees().text();
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  EXPECT_THAT(message_of(path, all_repairs), HasSubstr("should have 1 progenitors"));
}

TEST(TreeRepair, FlatHostsGiveTheSameForestAsHostsOfHosts) {
  const std::string tiny = CECROPIA_SOURCE_DIR "/tests/data/trees/tiny";
  EXPECT_EQ(load_with(tiny, {"flatten_hosts"}).info.content_hash, load_with(tiny, {}).info.content_hash);
  Parameters p;
  p.path = tiny;
  p.repair = {"flatten_hosts"};
  ForestInfo info;
  const Catalogue c = read_catalogue(p, {}, cosmology::Cosmology(), {}, alone(), info);
  const auto inner = std::find(c.id.begin(), c.id.end(), 210);
  ASSERT_NE(inner, c.id.end());
  EXPECT_EQ(c.host_id[static_cast<std::size_t>(inner - c.id.begin())], 110);  // was 111, itself inside 110
  EXPECT_THAT(info.warnings, ElementsAre(HasSubstr("flatten_hosts: 1 ")));
}

TEST(TreeRepair, ACircleOfHostsIsBrokenAtItsHeaviestHalo) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 20;
  f.trees[0].halos[1].host = 21;
  TinyFile expected = f;
  expected.trees[0].halos[1].host = -1;  // 3e9 against 5e8
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  EXPECT_THAT(message_of(path, {}), HasSubstr("circle"));
  EXPECT_EQ(load_with(path, {"flatten_hosts"}).info.content_hash, content(expected));
}

// TRE-4
TEST(TreeRepair, AMassDipIsBridgedLogLinearlyInTimeAndNothingElseChanges) {
  TinyFile f;
  const std::vector<double> scale{0.2, 0.18, 0.17, 0.16, 0.15, 0.14}, mass{9e10, 8e10, 2e10, 1e10, 7e10, 1e9};
  f.trees.push_back({1, {}});
  for (std::size_t i = 0; i < mass.size(); ++i)
    f.trees[0].halos.push_back({scale[i], static_cast<long>(i) + 1, i == 0 ? -1 : static_cast<long>(i), mass[i]});
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  const Forest before = load_with(path, {}), after = load_with(path, {"smooth_mass_dips"});
  ASSERT_EQ(after.n_halos(), before.n_halos());
  const cosmology::Cosmology cosmos;
  const auto age = [&](std::size_t i) { return cosmos.age_myr(1.0 / scale[i] - 1.0); };
  int changed = 0;
  for (Halo i = 0; i < after.n_halos(); ++i) {
    EXPECT_EQ(after.id[i], before.id[i]);
    EXPECT_EQ(after.descendant[i], before.descendant[i]);
    EXPECT_EQ(after.position_cmpc[i], before.position_cmpc[i]);
    if (after.id[i] == 3 || after.id[i] == 4) {
      ++changed;
      const auto k = static_cast<std::size_t>(after.id[i] - 1);
      const double part = (age(k) - age(4)) / (age(1) - age(4));
      EXPECT_NEAR(after.m_vir_msun[i] * h, 7e10 * std::pow(8e10 / 7e10, part), 1e3);
    } else {
      EXPECT_EQ(after.m_vir_msun[i], before.m_vir_msun[i]);
    }
  }
  EXPECT_EQ(changed, 2);
  const Inspection again = inspect_with(path, {"smooth_mass_dips"});
  for (const Finding& left : again.examination.findings) EXPECT_NE(left.name, "mass_dip");
}

TEST(TreeRepair, AFallThatLastsIsNoDip) {
  TinyFile f;
  const std::vector<double> scale{0.2, 0.19, 0.18, 0.17, 0.16, 0.15, 0.14},
      mass{9e10, 2e10, 2e10, 2e10, 2e10, 8e10, 1e9};
  f.trees.push_back({1, {}});
  for (std::size_t i = 0; i < mass.size(); ++i)
    f.trees[0].halos.push_back({scale[i], static_cast<long>(i) + 1, i == 0 ? -1 : static_cast<long>(i), mass[i]});
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  EXPECT_EQ(load_with(path, {"smooth_mass_dips"}).info.content_hash, load_with(path, {}).info.content_hash);
}

TEST(TreeRepair, RepairedRealTreesKeepTheirHalosAndLinks) {
  const std::string path = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  const Forest before = load_with(path, {}), after = load_with(path, all_repairs);
  ASSERT_EQ(before.n_halos(), after.n_halos());
  std::int64_t changed = 0;
  double mass_before = 0.0, mass_after = 0.0;
  for (Halo i = 0; i < before.n_halos(); ++i) {
    mass_before += before.m_vir_msun[i];
    mass_after += after.m_vir_msun[i];
  }
  std::vector<std::pair<std::int64_t, double>> a, b;
  for (Halo i = 0; i < before.n_halos(); ++i) {
    a.emplace_back(before.id[i], before.m_vir_msun[i]);
    b.emplace_back(after.id[i], after.m_vir_msun[i]);
  }
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    changed += a[i].second != b[i].second ? 1 : 0;
    EXPECT_GE(b[i].second, a[i].second);  // dips are filled, nothing is taken
  }
  EXPECT_GT(changed, 0);
  EXPECT_LT(changed, 100);
  EXPECT_GT(mass_after, mass_before);
  EXPECT_LT(mass_after, 1.01 * mass_before);
}

}  // namespace
}  // namespace cecropia::tree

#include "cecropia/tree/batches.hpp"

#include <gmock/gmock.h>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/galacticus_writer.hpp"
#include "tiny_trees.hpp"

namespace cecropia::tree {
namespace {
using cecropia::testing::Folder;
using cecropia::testing::two_trees;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

cosmology::Cosmology cosmos() {
  cosmology::Parameters p;
  p.omega_m = 0.3089;
  p.h = 0.6774;
  return cosmology::Cosmology(p);
}

TEST(Batches, WindowsHoldSoManyHalosOrOneForest) {
  EXPECT_THAT(windows({3, 3, 3, 20, 1, 1}, 7), ElementsAre(Pair(0, 2), Pair(2, 3), Pair(3, 4), Pair(4, 6)));
  EXPECT_THAT(windows({}, 7), ::testing::IsEmpty());
  EXPECT_THAT(windows({0, 0}, 7), ElementsAre(Pair(0, 2)));
}

TEST(Batches, GiveForestsByLevelAndId) {
  const Folder folder;
  Parameters p;
  p.path = folder.write("tree.dat", two_trees().text());
  const auto world = parallel::Communicator::world();
  const auto cosmology = cosmos();
  const auto set = open_batches(p, {}, cosmology, {}, world);
  EXPECT_THAT(set->predicted_halos(), ElementsAre(5, 2));
  EXPECT_EQ(set->description().source, "tree.dat");
  const Catalogue all = set->fetch(0, 2), second = set->fetch(1, 2);
  EXPECT_THAT(all.id, ElementsAre(40, 30, 20, 21, 10, 22, 11));
  EXPECT_THAT(all.forest_id, ElementsAre(10, 11));
  EXPECT_THAT(second.id, ElementsAre(22, 11));
  EXPECT_THAT(second.forest, ElementsAre(0, 0));
  EXPECT_EQ(set->fetch(0, 0).n_halos(), 0U);
}

TEST(Batches, RefuseBrokenTrees) {
  auto file = two_trees();
  file.trees[0].halos[2].descendant = 999;
  const Folder folder;
  Parameters p;
  p.path = folder.write("tree.dat", file.text());
  p.check_progenitors = false;
  const auto world = parallel::Communicator::world();
  const auto cosmology = cosmos();
  const auto set = open_batches(p, {}, cosmology, {}, world);
  EXPECT_THROW(set->fetch(0, 2), InputError);
}

TEST(Batches, OfAConvertedFileAreThoseOfTheOriginal) {
  const Folder folder;
  Parameters p;
  p.path = folder.write("tree.dat", two_trees().text());
  const auto world = parallel::Communicator::world();
  const auto cosmology = cosmos();
  const auto original = open_batches(p, {}, cosmology, {}, world);
  const Conversion first = galacticus::write(*original, folder.path() + "/a.hdf5", world, [](double) {});
  EXPECT_EQ(first.n_halos, 7);
  EXPECT_EQ(first.n_forests, 2);
  p.path = folder.path() + "/a.hdf5";
  const auto converted = open_batches(p, {}, cosmology, {}, world);
  EXPECT_EQ(converted->description().format, "galacticus");
  EXPECT_EQ(converted->description().redshift, original->description().redshift);
  EXPECT_EQ(converted->description().volume_cmpc3, original->description().volume_cmpc3);
  const Catalogue a = original->fetch(0, 2), b = converted->fetch(0, 2);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.m_vir_msun, b.m_vir_msun);
  EXPECT_EQ(a.position_cmpc, b.position_cmpc);
  EXPECT_EQ(a.flags, b.flags);
  EXPECT_EQ(a.weight_per_cmpc3, b.weight_per_cmpc3);
  const Conversion again = galacticus::write(*converted, folder.path() + "/b.hdf5", world, [](double) {});
  EXPECT_EQ(first.content_hash, again.content_hash);
}

/// Two forests with what each repair mends: a tree given twice, links to nowhere and into the other forest, a host of a
/// host, and masses that fall for one time.
Parameters faulty_set(const Folder& folder) {
  auto file = two_trees();
  file.trees[0].halos[2].mass = 1e8;  // between 3e9 and 1e9: a dip
  file.trees[0].halos[4].host = 20;
  file.trees[0].halos.push_back({0.18, 25, 10, 1e8, 21, 1.1, 0, 0});  // in 21, which is in 20
  file.trees[1].halos[0].host = 10;                                   // in the other forest
  file.trees[1].halos[1].descendant = 3333;                           // nowhere
  folder.write("tree_0_0_0.dat", file.text());
  file.trees.erase(file.trees.begin());
  folder.write("tree_0_0_1.dat", file.text());  // the second tree again
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n11 11\n");
  Parameters p;
  p.path = folder.path();
  p.check_progenitors = false;
  return p;
}

TEST(Batches, OfAFaultySetAreRepairedAsTheSetIsWholeAndAConvertedFileHoldsWhatARunRepairs) {
  const std::vector<std::string> all{"drop_duplicates", "promote_orphans", "flatten_hosts", "smooth_mass_dips"};
  const auto world = parallel::Communicator::world();
  const auto cosmology = cosmos();
  const Folder folder, target;
  Parameters faulty = faulty_set(folder);
  for (const char* missing : {"drop_duplicates", "promote_orphans"}) {
    faulty.repair = all;
    std::erase(faulty.repair, missing);
    EXPECT_THROW(load(faulty, {}, cosmology, {}, world), InputError) << missing;
  }
  faulty.repair = all;
  const Forest repaired = load(faulty, {}, cosmology, {}, world);
  ForestInfo info;
  const Catalogue whole = read_catalogue(faulty, {}, cosmology, {}, world, info);
  ASSERT_EQ(info.warnings.size(), 4U);
  for (const std::string& warning : info.warnings) EXPECT_THAT(warning, ::testing::Not(HasSubstr(": 0 ")));

  const auto set = open_batches(faulty, {}, cosmology, {}, world);
  galacticus::write(*set, target.path() + "/repaired.hdf5", world, [](double) {});
  std::vector<std::string> said;
  for (const Finding& done : set->repaired()) said.push_back(sentence(done));
  EXPECT_EQ(said, info.warnings);

  Parameters converted;
  converted.path = target.path() + "/repaired.hdf5";
  const Forest read = load(converted, {}, cosmology, {}, world);
  EXPECT_EQ(read.info.content_hash, repaired.info.content_hash);
  EXPECT_EQ(read.n_halos(), whole.n_halos());
  // Nothing is left to repair.
  converted.repair = all;
  const Forest again = load(converted, {}, cosmology, {}, world);
  EXPECT_EQ(again.info.content_hash, repaired.info.content_hash);
  for (const std::string& warning : again.info.warnings) {
    if (warning.starts_with("trees.repair")) {
      EXPECT_THAT(warning, HasSubstr(": 0 "));
    }
  }
}

TEST(Batches, GrowTheTreesThatARunGrows) {
  EpsParameters eps;
  eps.trees_per_bin = 1;
  eps.bins_per_dex = 2;
  eps.resolution_relative = 1e-2;
  const auto world = parallel::Communicator::world();
  const auto cosmology = cosmos();
  const auto set = open_batches({}, eps, cosmology, {}, world);
  const auto n = set->predicted_halos().size();
  EXPECT_EQ(n, static_cast<std::size_t>(eps_n_trees(eps)));
  const Catalogue part = set->fetch(1, 3), all = grow_eps(eps, cosmology, {}, 0, static_cast<std::int64_t>(n));
  EXPECT_EQ(part.redshift, all.redshift);
  const auto of_part = std::count_if(all.forest.begin(), all.forest.end(), [](auto f) { return f == 1 || f == 2; });
  EXPECT_EQ(static_cast<std::ptrdiff_t>(part.n_halos()), of_part);
}

}  // namespace
}  // namespace cecropia::tree

// The report about a tree set, its repairs and its picture do not know how many ranks made them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cecropia/tree/draw.hpp"
#include "cecropia/tree/inspect.hpp"
#include "cecropia/tree/repair.hpp"
#include "mpi/tree/shared_folder.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::TinyFile;
using cecropia::testing::TinyHalo;

void expect_same(const std::vector<Finding>& a, const std::vector<Finding>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].severity, b[i].severity);
    EXPECT_EQ(a[i].count, b[i].count) << a[i].name;
    EXPECT_EQ(a[i].of, b[i].of) << a[i].name;
    EXPECT_EQ(a[i].what, b[i].what);
    EXPECT_EQ(a[i].remedy, b[i].remedy);
    ASSERT_EQ(a[i].examples.size(), b[i].examples.size()) << a[i].name;
    for (std::size_t k = 0; k < a[i].examples.size(); ++k) {
      EXPECT_EQ(a[i].examples[k].halo_id, b[i].examples[k].halo_id) << a[i].name;
      EXPECT_EQ(a[i].examples[k].forest_id, b[i].examples[k].forest_id);
      EXPECT_EQ(a[i].examples[k].z, b[i].examples[k].z);
      EXPECT_EQ(a[i].examples[k].what, b[i].examples[k].what);
    }
  }
}

/// What all ranks find together is what one of them finds alone.
Inspection expect_same_for(const Parameters& p) {
  const auto world = parallel::Communicator::world(), self = parallel::Communicator::self();
  const cosmology::Cosmology cosmology;
  const Inspection many = inspect(p, {}, cosmology, {}, world), one = inspect(p, {}, cosmology, {}, self);
  expect_same(many.examination.findings, one.examination.findings);
  expect_same(many.repairs, one.repairs);
  const Examination &a = many.examination, &b = one.examination;
  EXPECT_EQ(a.halos, b.halos);
  EXPECT_EQ(a.forests, b.forests);
  EXPECT_EQ(a.trees, b.trees);
  EXPECT_EQ(a.median_msun, b.median_msun);
  EXPECT_EQ(a.least_msun, b.least_msun);
  EXPECT_EQ(a.greatest_msun, b.greatest_msun);
  EXPECT_EQ(a.largest_forest, b.largest_forest);
  EXPECT_EQ(a.sizes.size(), b.sizes.size());
  EXPECT_EQ(a.levels.size(), b.levels.size());
  for (std::size_t l = 0; l < std::min(a.levels.size(), b.levels.size()); ++l) {
    EXPECT_EQ(a.levels[l].halos, b.levels[l].halos);
    EXPECT_EQ(a.levels[l].ends, b.levels[l].ends);
    for (std::size_t i = 0; i < std::min(a.levels[l].mass_function.size(), b.levels[l].mass_function.size()); ++i)
      EXPECT_EQ(a.levels[l].mass_function[i].per_cmpc3, b.levels[l].mass_function[i].per_cmpc3);
  }
  return many;
}

/// 40 trees with every fault that a link can have, many of them across trees.
TinyFile faulty() {
  TinyFile f;
  for (long t = 0; t < 40; ++t) {
    const long id = 1000 * t;
    f.trees.push_back({id + 1,
                       {{0.2, id + 1, -1, 9e9},
                        {0.18, id + 2, id + 1, 3e9},
                        {0.16, id + 3, id + 2, 8e9},
                        {0.14, id + 4, id + 3, 7e9},
                        {0.18, id + 5, id + 1, 5e8, id + 2, 1.1, 0, 0}}});
    std::vector<TinyHalo>& halos = f.trees.back().halos;
    if (t % 5 == 0) halos[3].descendant = id + 777;
    if (t % 5 == 1) halos[4].host = 1000 * ((t + 20) % 40) + 2;
    if (t % 7 == 2) halos[4].id = 1000 * ((t + 9) % 40) + 5;
    if (t % 5 == 3) halos[4].host = id + 888;
    if (t % 11 == 4) halos[3].descendant = 1000 * ((t + 3) % 40) + 1;
    if (t % 13 == 5) halos[4].descendant = id + 3;
    if (t % 9 == 6) halos[1].phantom = 1;
  }
  return f;
}

/// They in four files, with a list of forests that has every tree alone.
class Files : public SharedFolder {
 public:
  Files() {
    const TinyFile all = faulty();
    std::string list = "#TreeRootID ForestID\n";
    for (const auto& tree : all.trees) list += fmt::format("{} {}\n", tree.id, tree.id);
    write("forests.list", list);
    for (std::size_t part = 0; part < 4; ++part) {
      TinyFile some = all;
      some.trees.assign(all.trees.begin() + static_cast<std::ptrdiff_t>(10 * part),
                        all.trees.begin() + static_cast<std::ptrdiff_t>(10 * part + 10));
      write(fmt::format("tree_0_0_{}.dat", part), some.text());
    }
  }
};

bool has(const Inspection& in, const std::string& name) {
  for (const Finding& f : in.examination.findings)
    if (f.name == name) return true;
  return false;
}

TEST(TreeCheckOnAnyNumberOfRanks, FindsTheSameFaultsWithTheSameExamples) {
  const Files files;
  const Inspection in = expect_same_for(files.parameters());
  for (const char* name : {"duplicate_id", "orphan_descendant", "foreign_descendant", "orphan_host", "foreign_host",
                           "descendant_not_later", "progenitors_missing", "phantom", "mass_dip"})
    EXPECT_TRUE(has(in, name)) << name;
}

TEST(TreeCheckOnAnyNumberOfRanks, RepairsTheSameHalos) {
  const Files files;
  Parameters p = files.parameters();
  p.check_progenitors = false;
  p.repair = {"promote_orphans", "flatten_hosts", "smooth_mass_dips", "drop_duplicates"};
  const Inspection in = expect_same_for(p);
  ASSERT_EQ(in.repairs.size(), 4u);
  EXPECT_GT(in.repairs[1].count, 10);
  EXPECT_GT(in.repairs[3].count, 10);
  EXPECT_FALSE(has(in, "orphan_host") || has(in, "foreign_host") || has(in, "orphan_descendant"));
}

TEST(TreeCheckOnAnyNumberOfRanks, SaysTheSameAboutTheRealTreesAndDrawsTheSamePicture) {
  Parameters p;
  p.path = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  const Inspection in = expect_same_for(p);
  EXPECT_TRUE(in.examination.accepted());
  p.repair = {"smooth_mass_dips"};
  EXPECT_GT(expect_same_for(p).repairs[0].count, 0);
  const auto world = parallel::Communicator::world(), self = parallel::Communicator::self();
  const Forest shared = load(p, {}, cosmology::Cosmology(), {}, world),
               alone = load(p, {}, cosmology::Cosmology(), {}, self);
  EXPECT_EQ(shared.info.content_hash, alone.info.content_hash);
  EXPECT_EQ(draw_svg(shared, 9841, usual_branches, world), draw_svg(alone, 9841, usual_branches, self));
  EXPECT_EQ(draw_graphviz(shared, 9841, world), draw_graphviz(alone, 9841, self));
}

TEST(TreeCheckOnAnyNumberOfRanks, RefusesWhatCannotBeReadWithTheSameWords) {
  Parameters p;
  p.path = "/no/such/trees";
  EXPECT_FALSE(expect_same_for(p).examination.accepted());
}

}  // namespace
}  // namespace cecropia::tree

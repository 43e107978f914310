#include "cecropia/tree/lhalo_tree_hdf5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "format_fixture.hpp"

namespace cecropia::tree {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

struct Tree {
  Integers descendant, first, next, group, snapshot, number;
  Reals group_mass, own_mass, position;
};

/// 0 <- {1 main, 2} with the satellite 3, at snapshots 4 and 6.
Tree family() {
  return {{-1, 0, 0, -1}, {1, -1, -1, -1},      {-1, 2, -1, -1},
          {0, 1, 2, 0},   {6, 4, 4, 6},         {0, 0, 1, 1},
          {4, 2, 1, 0},   {3.5, 1.8, 0.9, 0.5}, {1e3, 2e3, 3e3, 1e3, 2e3, 3e3, 1e3, 2e3, 3e3, 1e3, 2e3, 3e3}};
}
Tree single() { return {{-1}, {-1}, {-1}, {0}, {2}, {7}, {1}, {0.9}, {1e3, 2e3, 3e3}}; }

struct File {
  static constexpr const char* usual_name = "trees_sf1_006.0.hdf5";
  std::vector<Tree> trees{family(), single()};
  Integers sizes;  ///< empty: as they are
  std::int64_t n_files = 1, n_trees = -1, n_halos = -1, first_snapshot = 2, last_snapshot = 6, step = 2;
  Reals redshift{3, 1, 0};
  double particle_mass = 0.1;
  bool by_type = false, particles = false, numbers = true, second_mass = false;
  std::string without, shorter;

  void write(const std::string& path) const {
    auto file = io::SerialFile::create(path);
    const auto put = [&](const std::string& name, auto values, std::size_t width = 1) {
      if (name == without) return;
      if (name == shorter) values.resize(values.size() - width);
      write_rows(file, name, values, width);
    };
    Integers counted;
    for (std::size_t t = 0; t < trees.size(); ++t) {
      const Tree& tree = trees[t];
      const std::string group = fmt::format("/Tree{}/", t);
      counted.push_back(std::ssize(tree.descendant));
      put(group + "Descendant", tree.descendant);
      put(group + "FirstProgenitor", tree.first);
      put(group + "NextProgenitor", tree.next);
      put(group + "FirstHaloInFOFGroup", tree.group);
      put(group + "SnapNum", tree.snapshot);
      if (numbers) put(group + "SubhaloNumber", tree.number);
      put(group + "Group_M_Crit200", tree.group_mass);
      if (second_mass) put(group + "Group_M_Mean200", tree.own_mass);
      put(group + "SubhaloPos", tree.position, 3);
      if (particles) {
        put(group + "SubhaloLen", Integers(tree.descendant.size(), 8));
      } else if (by_type) {
        Reals types(tree.own_mass.size() * 6, 0.0);
        for (std::size_t i = 0; i < tree.own_mass.size(); ++i)
          types[6 * i + 1] = types[6 * i + 4] = tree.own_mass[i] / 2;
        put(group + "SubhaloMassType", types, 6);
      } else {
        put(group + "SubhaloMass", tree.own_mass);
      }
    }
    put("/Header/TreeNHalos", sizes.empty() ? counted : sizes);
    if (!redshift.empty()) put("/Header/Redshifts", redshift);
    std::int64_t sum = 0;
    for (const std::int64_t n : counted) sum += n;
    const auto count = [&](const char* key, std::int64_t value) { file.write_attribute("/Header", key, value); };
    count("NtreesPerFile", n_trees >= 0 ? n_trees : std::ssize(trees));
    count("NhalosPerFile", n_halos != -1 ? n_halos : sum);
    count("NumberOfOutputFiles", n_files);
    count("FirstSnapshotNr", first_snapshot);
    count("LastSnapshotNr", last_snapshot);
    count("SnapSkipFac", step);
    file.write_attribute("/Header", "ParticleMass", particle_mass);
    file.commit();
  }
};

struct LHaloTreeHdf5 : OneFileTest<Format::lhalo_tree_hdf5, File> {
  LHaloTreeHdf5() { parameters.box_cmpc = 10.0 / cosmology.h; }
};

TEST_F(LHaloTreeHdf5, GivesItsHalosWithIdsOfSnapshotAndNumber) {
  const Catalogue c = all(one({}));
  EXPECT_THAT(c.id, ElementsAre(6000000000000, 4000000000000, 4000000000001, 6000000000001, 2000000000007));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, 6000000000000, 6000000000000, -1, -1));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, 6000000000000, -1));
  EXPECT_THAT(c.level, ElementsAre(2, 1, 1, 2, 0));
  EXPECT_THAT(c.flags, ElementsAre(0, Forest::is_main_progenitor, 0, 0, 0));
  EXPECT_THAT(c.forest_id, ElementsAre(0, 1));
  EXPECT_THAT(c.redshift, ElementsAre(3.0, 1.0, 0.0));
  EXPECT_FLOAT_EQ(c.position_cmpc[0][2], static_cast<float>(3.0 / cosmology.h));
}

TEST_F(LHaloTreeHdf5, CountsRowsWhereHalosHaveNoNumbers) {
  File file;
  file.numbers = false;
  EXPECT_THAT(all(one(file)).id, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(LHaloTreeHdf5, GivesSatellitesTheirOwnMassHoweverItIsTold) {
  File file;
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[0], 4e10 / cosmology.h);
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[3], 0.5e10 / cosmology.h);
  file.by_type = true;
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[3], 0.5e10 / cosmology.h);
  file.particles = true;
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[3], 0.8e10 / cosmology.h);
  EXPECT_THAT(open(one(file))->facts().warnings, Contains(HasSubstr("have the mass of their particles")));
  parameters.particle_mass_msun = 1e9;
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[3], 8e9);
  parameters.particle_mass_msun = 0.0;
  file.particle_mass = 0.0;
  EXPECT_THAT(complaint(one(file)), HasSubstr("trees.particle_mass_msun"));
}

TEST_F(LHaloTreeHdf5, AsksWhichMassWhereThereAreSeveral) {
  File file;
  file.second_mass = true;
  EXPECT_THAT(complaint(one(file)), HasSubstr("Group_M_Crit200, Group_M_Mean200, SubhaloMass"));
  parameters.mass_column = "SubhaloMass";
  EXPECT_DOUBLE_EQ(all(one(file)).m_vir_msun[0], 3.5e10 / cosmology.h);
}

TEST_F(LHaloTreeHdf5, TakesTheTimesOfTheParametersBeforeThoseOfTheFile) {
  parameters.scale_factors = folder.write("scales.txt", "0.1\n0.2\n0.3\n0.4\n0.5\n0.6\n0.7\n");
  EXPECT_THAT(all(one({})).level, ElementsAre(6, 4, 4, 6, 2));
  parameters.scale_factors.clear();
  File silent;
  silent.redshift.clear();
  EXPECT_THAT(complaint(one(silent)), HasSubstr("trees.scale_factors"));
}

TEST_F(LHaloTreeHdf5, HasARedshiftForEverySnapshotOrForThoseInUse) {
  File file;
  file.redshift = {9, 8, 7, 6, 5, 4, 3};
  EXPECT_THAT(all(one(file)).level, ElementsAre(6, 4, 4, 6, 2));
  EXPECT_THAT(with([](File& f) { f.redshift = {3, 1}; }), HasSubstr("2 redshifts for the snapshots 2 to 6"));
  EXPECT_THAT(with([](File& f) { f.redshift = {3, 4, 1}; }), HasSubstr("the redshift of snapshot 1 is 4"));
  EXPECT_THAT(with([](File& f) { f.trees[0].snapshot[1] = 5; }), HasSubstr("is at snapshot -1"));
}

TEST_F(LHaloTreeHdf5, ReadsASetOfSeveralFiles) {
  const Catalogue whole = all(one({}));
  File part;
  part.n_files = 3;
  part.trees = {family()};
  one(part);
  part.trees = {};
  one(part, "trees_sf1_006.1.hdf5");
  part.trees = {single()};
  one(part, "trees_sf1_006.2.hdf5");
  for (const std::string& path : {folder.path(), folder.path() + "/trees_sf1_006.2.hdf5"}) {
    EXPECT_EQ(all(path).id, whole.id);
    EXPECT_EQ(all(path).m_vir_msun, whole.m_vir_msun);
    EXPECT_THAT(read_forests(*open(path), 1, 2, 1.0).id, ElementsAre(2000000000007));
  }
  std::filesystem::remove(folder.path() + "/trees_sf1_006.1.hdf5");
  EXPECT_THAT(complaint(folder.path()), HasSubstr("are missing: trees_sf1_006.1.hdf5"));
}

TEST_F(LHaloTreeHdf5, IsRecognisedByItsHeader) {
  EXPECT_TRUE(lhalo_tree_hdf5::recognise(one({})));
  EXPECT_TRUE(lhalo_tree_hdf5::recognise(folder.path()));
  EXPECT_FALSE(lhalo_tree_hdf5::recognise(folder.write("text", "#scale(0)")));
  EXPECT_FALSE(lhalo_tree_hdf5::recognise(folder.path() + "/not there"));
}

TEST_F(LHaloTreeHdf5, NoticesACutAtEveryByte) { expect_complaint_about_every_cut(); }

TEST_F(LHaloTreeHdf5, RefusesNumbersThatDoNotAddUp) {
  EXPECT_THAT(with([](File& f) { f.n_halos = 6; }), HasSubstr("holds 2 trees of 5 halos, but NhalosPerFile is 6"));
  EXPECT_THAT(with([](File& f) { f.n_halos = 4; }), HasSubstr("tree 1 has 1 halos"));
  EXPECT_THAT(with([](File& f) { f.n_halos = -5; }), HasSubstr("NhalosPerFile is -5"));
  EXPECT_THAT(with([](File& f) { f.n_trees = 3; }), HasSubstr("has 2 rows instead of 3"));
  EXPECT_THAT(with([](File& f) { f.sizes = {5, 0}; }), HasSubstr("tree 1 has 0 halos"));
  EXPECT_THAT(with([](File& f) { f.sizes = {1, 4}; }), HasSubstr("its shape is (4), not (1)"));
  EXPECT_THAT(with([](File& f) {
                f.sizes = {4, 1, 1}, f.n_trees = 3, f.n_halos = 6;
              }),
              HasSubstr("a group for each tree"));
}

TEST_F(LHaloTreeHdf5, RefusesColumnsThatAreMissingOrTooShort) {
  for (const char* name : {"Descendant", "FirstProgenitor", "SnapNum", "SubhaloPos", "SubhaloNumber"}) {
    const std::string dataset = std::string("/Tree1/") + name;
    EXPECT_THAT(with([&](File& f) { f.without = dataset; }), HasSubstr(dataset));
    EXPECT_THAT(with([&](File& f) { f.shorter = dataset; }), HasSubstr(dataset));
  }
}

TEST_F(LHaloTreeHdf5, RefusesLinksAndValuesThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(with([](File& f) { f.trees[0].descendant[1] = 4; }),
              AllOf(HasSubstr("is 4, but its tree has 4 halos"), HasSubstr("/Tree0, row 1")));
  EXPECT_THAT(with([](File& f) { f.trees[0].next[1] = -1; }), HasSubstr("does not stand among the progenitors"));
  EXPECT_THAT(with([](File& f) { f.trees[1].number[0] = -1; }), HasSubstr("number -1"));
  EXPECT_THAT(with([&](File& f) { f.trees[0].group_mass[0] = nan; }), HasSubstr("is nan Msun/h"));
  EXPECT_THAT(with([](File& f) { f.trees[0].own_mass[3] = -1; }), HasSubstr("is -1"));
  EXPECT_THAT(with([&](File& f) { f.trees[0].position[4] = 1e5; }), HasSubstr("is not in the box"));
}

}  // namespace
}  // namespace cecropia::tree

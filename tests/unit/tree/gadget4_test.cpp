#include "cecropia/tree/gadget4.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "format_fixture.hpp"

namespace cecropia::tree {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

/// Three trees: 0 <- {1, 2 main} with the satellite 3; one halo; a line of two.
struct Set {
  static constexpr const char* usual_name = "trees.hdf5";
  Integers descendant{-1, 0, 0, -1, -1, -1, 0}, first{1, -1, -1, -1, -1, 1, -1}, next{-1, 2, -1, -1, -1, -1, -1},
      main{2, -1, -1, -1, -1, 1, -1}, group{0, 1, 2, 0, 0, 0, 1}, snapshot{2, 1, 1, 2, 0, 2, 1},
      number{0, 0, 1, 1, 5, 2, 2};
  Reals group_mass{4, 1, 2, 0, 1, 0, 3}, own_mass{3.5, 0.9, 1.8, 0.5, 0.8, 0.7, 2.8};
  Reals position{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3};
  Integers length{4, 1, 2}, offset{0, 4, 5}, tree{10, 11, 12};
  Reals time{0.25, 0.5, 1.0};
  double h = 0.7, box = 10.0, length_cm = 3.085678e24, mass_g = 1.989e43;
  std::int64_t trees_total = 3, halos_total = 7, comoving = 1;
  bool more_masses = false;
  std::string without;  ///< a dataset that is not written
  std::string shorter;  ///< a dataset that lacks its last row
  std::size_t position_width = 3;

  /// Halos [first, last) and trees [t0, t1) as one file of n.
  void write(const std::string& path, std::size_t a, std::size_t b, std::size_t t0, std::size_t t1, int n_files) const {
    auto file = io::SerialFile::create(path);
    const auto put = [&](const std::string& name, const auto& all, std::size_t from, std::size_t to,
                         std::size_t width = 1) {
      if (name != without) write_rows(file, name, rows_of(all, from, name == shorter ? to - 1 : to, width), width);
    };
    put("/TreeHalos/TreeDescendant", descendant, a, b);
    put("/TreeHalos/TreeFirstProgenitor", first, a, b);
    put("/TreeHalos/TreeNextProgenitor", next, a, b);
    put("/TreeHalos/TreeMainProgenitor", main, a, b);
    put("/TreeHalos/TreeFirstHaloInFOFgroup", group, a, b);
    put("/TreeHalos/SnapNum", snapshot, a, b);
    put("/TreeHalos/SubhaloNr", number, a, b);
    put("/TreeHalos/Group_M_Crit200", group_mass, a, b);
    if (more_masses) put("/TreeHalos/Group_M_Mean200", own_mass, a, b);
    put("/TreeHalos/SubhaloMass", own_mass, a, b);
    put("/TreeHalos/SubhaloPos", position, a * 3 / position_width, b * 3 / position_width, position_width);
    put("/TreeTable/Length", length, t0, t1);
    put("/TreeTable/StartOffset", offset, t0, t1);
    put("/TreeTable/TreeID", tree, t0, t1);
    put("/TreeTimes/Time", time, 0, time.size());
    const auto count = [&](const char* key, std::int64_t value) { file.write_attribute("/Header", key, value); };
    count("NumFiles", n_files);
    count("Ntrees_ThisFile", static_cast<std::int64_t>(t1 - t0));
    count("Ntrees_Total", trees_total);
    count("Nhalos_ThisFile", static_cast<std::int64_t>(b - a));
    count("Nhalos_Total", halos_total);
    file.write_attribute("/Parameters", "ComovingIntegrationOn", comoving);
    const auto number_of = [&](const char* key, double value) { file.write_attribute("/Parameters", key, value); };
    number_of("Omega0", 0.3);
    number_of("OmegaLambda", 0.7);
    number_of("HubbleParam", h);
    number_of("BoxSize", box);
    number_of("UnitLength_in_cm", length_cm);
    number_of("UnitMass_in_g", mass_g);
    file.commit();
  }
  void write(const std::string& path) const { write(path, 0, descendant.size(), 0, length.size(), 1); }
};

using Gadget4 = OneFileTest<Format::gadget4, Set>;

TEST_F(Gadget4, GivesItsHalosWithIdsOfSnapshotAndNumber) {
  const Catalogue c = all(one({}));
  EXPECT_THAT(c.id,
              ElementsAre(2000000000000, 1000000000000, 1000000000001, 2000000000001, 5, 2000000000002, 1000000000002));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, 2000000000000, 2000000000000, -1, -1, -1, 2000000000002));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, 2000000000000, -1, -1, -1));
  EXPECT_THAT(c.level, ElementsAre(2, 1, 1, 2, 0, 2, 1));
  EXPECT_THAT(c.forest, ElementsAre(0, 0, 0, 0, 1, 2, 2));
  EXPECT_THAT(c.forest_id, ElementsAre(10, 11, 12));
  EXPECT_THAT(c.redshift, ElementsAre(3.0, 1.0, 0.0));
}

TEST_F(Gadget4, TakesItsOwnWordForTheMainProgenitorNotTheFirstOfTheList) {
  EXPECT_THAT(all(one({})).flags, ElementsAre(0, 0, Forest::is_main_progenitor, 0, 0, 0, Forest::is_main_progenitor));
}

TEST_F(Gadget4, GivesACentralTheMassOfItsGroupAndASatelliteItsOwn) {
  const Catalogue c = all(one({}));
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 4e10 / 0.7);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[3], 0.5e10 / 0.7);  // a satellite
  EXPECT_DOUBLE_EQ(c.m_vir_msun[5], 0.7e10 / 0.7);  // a central of a group without a mass
  EXPECT_THAT(open(one({}))->facts().warnings,
              ElementsAre(HasSubstr("satellites, and centrals of groups where it is 0")));
  parameters.mass_column = "SubhaloMass";
  EXPECT_DOUBLE_EQ(all(one({})).m_vir_msun[0], 3.5e10 / 0.7);
  EXPECT_THAT(open(one({}))->facts().warnings, ElementsAre());
}

TEST_F(Gadget4, AsksWhichMassWhereThereAreSeveral) {
  EXPECT_THAT(with([](Set& s) { s.more_masses = true; }), HasSubstr("Group_M_Crit200, Group_M_Mean200, SubhaloMass"));
  parameters.mass_column = "group_m_mean200";
  EXPECT_EQ(with([](Set& s) { s.more_masses = true; }), "");
}

TEST_F(Gadget4, TellsBoxAndCosmologyAndTakesItsUnits) {
  Set kpc;
  kpc.length_cm = 3.085678e21;
  kpc.box = 1e4;
  for (double& x : kpc.position) x *= 1000.0;
  const auto reader = open(one(kpc));
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 10.0 / 0.7);
  EXPECT_DOUBLE_EQ(*reader->facts().omega_m, 0.3);
  EXPECT_DOUBLE_EQ(*reader->facts().h, 0.7);
  EXPECT_FLOAT_EQ(all(one(kpc)).position_cmpc[1][2], static_cast<float>(3.0 / 0.7));
  Set grams;
  grams.mass_g = 1.989e33;
  EXPECT_DOUBLE_EQ(all(one(grams)).m_vir_msun[0], 4.0 / 0.7);
}

TEST_F(Gadget4, ReadsTreesThatLieInTwoFiles) {
  const Catalogue whole = all(one({}));
  std::filesystem::remove(folder.path() + "/trees.hdf5");
  const Set set;
  set.write(folder.path() + "/trees.0.hdf5", 0, 2, 0, 1, 3);
  set.write(folder.path() + "/trees.1.hdf5", 2, 6, 1, 1, 3);  // no tree begins here, two end and one begins
  set.write(folder.path() + "/trees.2.hdf5", 6, 7, 1, 3, 3);
  for (const std::string& path : {folder.path(), folder.path() + "/trees.0.hdf5", folder.path() + "/trees.2.hdf5"}) {
    const Catalogue c = all(path);
    EXPECT_EQ(c.id, whole.id);
    EXPECT_EQ(c.m_vir_msun, whole.m_vir_msun);
    EXPECT_EQ(c.position_cmpc, whole.position_cmpc);
    EXPECT_EQ(c.descendant_id, whole.descendant_id);
    EXPECT_THAT(read_forests(*open(path), 2, 3, 1.0).id, ElementsAre(2000000000002, 1000000000002));
  }
}

TEST_F(Gadget4, IsRecognisedByItsGroups) {
  EXPECT_TRUE(gadget4::recognise(one({})));
  EXPECT_TRUE(gadget4::recognise(folder.path()));
  auto other = io::SerialFile::create(folder.path() + "/other.hdf5");
  other.write("/TreeHalos/SnapNum", Integers{1}, {1}, "-", "no table");
  other.commit();
  EXPECT_FALSE(gadget4::recognise(folder.path() + "/other.hdf5"));
  EXPECT_FALSE(gadget4::recognise(folder.write("text", "#scale(0)")));
}

TEST_F(Gadget4, BesideTreesOfConsistentTreesInOneFolderTheseAreMeant) {
  one({});
  Parameters p;
  p.path = folder.path();
  EXPECT_EQ(format_of(p), Format::gadget4);
  folder.write("tree_0_0_0.dat", "#scale(0) id(1) desc_id(2)\n");
  EXPECT_EQ(format_of(p), Format::consistent_trees);
  p.format = Format::gadget4;
  EXPECT_EQ(format_of(p), Format::gadget4);
}

TEST_F(Gadget4, NoticesACutAtEveryByte) { expect_complaint_about_every_cut(); }

TEST_F(Gadget4, RefusesFilesThatDoNotMakeASet) {
  const Set set;
  set.write(folder.path() + "/trees.0.hdf5", 0, 4, 0, 1, 3);
  set.write(folder.path() + "/trees.2.hdf5", 6, 7, 2, 3, 3);
  EXPECT_THAT(complaint(folder.path()), HasSubstr("1 of the 3 files of the set are missing: trees.1.hdf5"));
  set.write(folder.path() + "/trees.1.hdf5", 4, 5, 1, 2, 3);
  EXPECT_THAT(complaint(folder.path()), HasSubstr("the files hold 3 trees of 7 halos and 6 halos"));
  Set other;
  other.halos_total = 8;
  other.write(folder.path() + "/trees.1.hdf5", 4, 6, 1, 2, 3);
  EXPECT_THAT(complaint(folder.path()),
              HasSubstr("belongs to a set of 3 files, 3 trees and 8 halos, the first file to one of 3, 3 and 7"));
  set.write(folder.path() + "/trees.1.hdf5", 4, 6, 1, 2, 3);
  EXPECT_EQ(complaint(folder.path()), "");
  set.write(folder.path() + "/trees.3.hdf5", 6, 7, 2, 3, 3);
  EXPECT_THAT(complaint(folder.path()), HasSubstr("the set should have 3 files, but 4 are there"));
}

TEST_F(Gadget4, RefusesATableThatDoesNotFitTheHalos) {
  EXPECT_THAT(with([](Set& s) { s.length[0] = 0; }), HasSubstr("the length of tree 10 is 0"));
  EXPECT_THAT(with([](Set& s) { s.length[0] = std::int64_t{1} << 62; }), HasSubstr("the length of tree 10 is"));
  EXPECT_THAT(with([](Set& s) { s.length[2] = 1; }), HasSubstr("3 trees of 6 halos and 7 halos"));
  EXPECT_THAT(with([](Set& s) { s.offset[1] = 3; }), HasSubstr("tree 11 begins at halo 3 instead of 4"));
  EXPECT_THAT(with([](Set& s) { s.tree[1] = 10; }), HasSubstr("tree 10 comes after tree 10"));
  EXPECT_THAT(with([](Set& s) { s.halos_total = -7; }), HasSubstr("Nhalos_Total is -7"));
}

TEST_F(Gadget4, RefusesColumnsThatAreMissingOrOfTheWrongShape) {
  for (const char* name : {"/TreeHalos/TreeDescendant", "/TreeHalos/SubhaloPos", "/TreeHalos/SubhaloMass",
                           "/TreeTable/Length", "/TreeTimes/Time"})
    EXPECT_THAT(with([&](Set& s) { s.without = name; }), HasSubstr(name));
  Set flat;
  flat.position_width = 1;
  EXPECT_THAT(complaint(one(flat)), HasSubstr("dataset '/TreeHalos/SubhaloPos' has the shape (21)"));
  Set shorter;
  shorter.shorter = "/TreeHalos/SnapNum";
  EXPECT_THAT(complaint(one(shorter)), HasSubstr("dataset '/TreeHalos/SnapNum' has 6 rows instead of 7"));
}

TEST_F(Gadget4, RefusesLinksSnapshotsAndNumbersThatCannotBe) {
  EXPECT_THAT(with([](Set& s) { s.descendant[1] = 4; }),
              AllOf(HasSubstr("descendant of halo 1000000000000 is 4, but its tree has 4 halos"), HasSubstr("row 1")));
  EXPECT_THAT(with([](Set& s) { s.main[0] = -2; }), HasSubstr("main progenitor of halo 2000000000000 is -2"));
  EXPECT_THAT(with([](Set& s) { s.group[6] = 2; }), HasSubstr("first halo of the group of halo 1000000000002 is 2"));
  EXPECT_THAT(with([](Set& s) { s.next[1] = -1; }), HasSubstr("does not stand among the progenitors"));
  EXPECT_THAT(with([](Set& s) { s.snapshot[4] = 3; }), HasSubstr("is at snapshot 3, but 3 snapshots are known"));
  EXPECT_THAT(with([](Set& s) { s.snapshot[4] = -1; }), HasSubstr("snapshot -1"));
  EXPECT_THAT(with([](Set& s) { s.number[4] = -1; }),
              AllOf(HasSubstr("a halo has snapshot "), HasSubstr(" and number -1")));
  EXPECT_THAT(with([](Set& s) { s.number[4] = std::int64_t{1} << 60; }), HasSubstr("number 1152921504606846976"));
}

TEST_F(Gadget4, RefusesValuesThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(with([&](Set& s) { s.group_mass[0] = nan; }), HasSubstr("the mass of halo 2000000000000 is nan"));
  EXPECT_THAT(with([](Set& s) { s.own_mass[3] = 0; }), HasSubstr("the mass of halo 2000000000001 is 0"));
  EXPECT_THAT(with([](Set& s) { s.group_mass[0] = -4; }), HasSubstr("the mass of halo 2000000000000 is -4"));
  EXPECT_THAT(with([&](Set& s) { s.position[4] = nan; }), HasSubstr("is not in the box of 10 Mpc/h"));
  EXPECT_THAT(with([](Set& s) { s.time[1] = 0.2; }), HasSubstr("the scale factor of snapshot 1 is 0.2"));
  EXPECT_THAT(with([](Set& s) { s.time[2] = 2.0; }), HasSubstr("the scale factor of snapshot 2 is 2"));
  EXPECT_THAT(with([](Set& s) { s.h = 0.0; }), HasSubstr("HubbleParam is 0"));
  EXPECT_THAT(with([&](Set& s) { s.box = nan; }), HasSubstr("BoxSize nan"));
  EXPECT_THAT(with([](Set& s) { s.length_cm = 0.0; }), HasSubstr("the unit UnitLength_in_cm is not a positive number"));
  EXPECT_THAT(with([](Set& s) { s.comoving = 0; }), HasSubstr("not cosmological"));
  parameters.box_cmpc = 20.0;
  EXPECT_THAT(with([](Set&) {}),
              AllOf(HasSubstr("the box of the trees is "), HasSubstr(" cMpc, trees.box_cmpc is 20")));
}

}  // namespace
}  // namespace cecropia::tree

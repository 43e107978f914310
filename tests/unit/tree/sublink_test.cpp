#include "cecropia/tree/sublink.hpp"

#include <fmt/format.h>
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
using ::testing::IsEmpty;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

/// Two trees: 1000 <- {1001 main, 1002} with the satellite 1003; and 5000.
struct File {
  static constexpr const char* usual_name = "tree_extended.0.hdf5";
  Integers id{1000, 1001, 1002, 1003, 5000}, descendant{-1, 1000, 1000, -1, -1}, first{1001, -1, -1, -1, -1},
      next{-1, 1002, -1, -1, -1}, group{1000, 1001, 1002, 1000, 5000}, tree{10, 10, 10, 10, 50},
      snapshot{2, 1, 1, 2, 0}, raw{2000000000000, 1000000000000, 1000000000001, 2000000000001, 9};
  Reals mass{3, 1, 2, 0.5, 0.7}, subhalo_mass{3.5, 1.8, 0.9, 0.5, 0.8}, group_mass{4, 2, 1, 4, 0},
      position{1e3, 2e3, 3e3, 1e3, 2e3, 3e3, 1e3, 2e3, 3e3, 1e3, 2e3, 3e3, 1e3, 2e3, 3e3};
  bool extended = true;
  std::string without, shorter;

  void write(const std::string& path, std::size_t a = 0, std::size_t b = 5) const {
    auto file = io::SerialFile::create(path);
    const auto put = [&](const std::string& name, const auto& all, std::size_t width = 1) {
      if (name != without) write_rows(file, "/" + name, rows_of(all, a, name == shorter ? b - 1 : b, width), width);
    };
    put("SubhaloID", id);
    put("DescendantID", descendant);
    put("FirstProgenitorID", first);
    put("NextProgenitorID", next);
    put("FirstSubhaloInFOFGroupID", group);
    put("TreeID", tree);
    put("SnapNum", snapshot);
    put("SubhaloIDRaw", raw);
    put("Mass", mass);
    if (extended) {
      put("SubhaloMass", subhalo_mass);
      put("Group_M_Crit200", group_mass);
      put("SubhaloPos", position, 3);
    }
    file.commit();
  }
};

struct SubLink : OneFileTest<Format::sublink, File> {
  SubLink() {
    parameters.box_cmpc = 10.0 / cosmology.h;
    parameters.scale_factors = folder.write("scales.txt", "0.25\n0.5\n1\n");
  }
};

TEST_F(SubLink, GivesItsHalosWithIdsOfSnapshotAndNumber) {
  const Catalogue c = all(one({}));
  EXPECT_THAT(c.id, ElementsAre(2000000000000, 1000000000000, 1000000000001, 2000000000001, 9));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, 2000000000000, 2000000000000, -1, -1));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, 2000000000000, -1));
  EXPECT_THAT(c.level, ElementsAre(2, 1, 1, 2, 0));
  EXPECT_THAT(c.flags, ElementsAre(0, Forest::is_main_progenitor, 0, 0, 0));
  EXPECT_THAT(c.forest, ElementsAre(0, 0, 0, 0, 1));
  EXPECT_THAT(c.forest_id, ElementsAre(10, 50));
  EXPECT_FLOAT_EQ(c.position_cmpc[4][1], static_cast<float>(2.0 / cosmology.h));
}

TEST_F(SubLink, GivesSatellitesTheirOwnMassThoughTheMassOfTheGroupStandsThere) {
  const Catalogue c = all(one({}));
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 4e10 / cosmology.h);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[3], 0.5e10 / cosmology.h);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[4], 0.8e10 / cosmology.h);  // a central of a group without a mass
  parameters.mass_column = "Mass";
  EXPECT_DOUBLE_EQ(all(one({})).m_vir_msun[0], 3e10 / cosmology.h);
}

TEST_F(SubLink, HasNoPositionsInMinimalTrees) {
  File minimal;
  minimal.extended = false;
  const Catalogue c = all(one(minimal));
  EXPECT_THAT(c.position_cmpc, IsEmpty());
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 3e10 / cosmology.h);
  EXPECT_FALSE(open(one(minimal))->facts().has_positions);
  EXPECT_TRUE(open(one({}))->facts().has_positions);
}

TEST_F(SubLink, AsksForTheTimesThatItDoesNotTell) {
  parameters.scale_factors.clear();
  EXPECT_THAT(complaint(one({})),
              AllOf(HasSubstr("SubLink does not tell the times of its snapshots"), HasSubstr("trees.scale_factors")));
}

TEST_F(SubLink, NumbersTreesWhoseIdsDoNotRise) {
  File file;
  file.tree = {50, 50, 50, 50, 10};
  EXPECT_THAT(all(one(file)).forest_id, ElementsAre(0, 1));
  EXPECT_THAT(with([](File& f) {
                f.tree = {50, 50, 10, 50, 60};
              }),
              AllOf(HasSubstr("tree 50 stands in two places"), HasSubstr("row 0"), HasSubstr("row 3")));
}

TEST_F(SubLink, ReadsASetOfSeveralFiles) {
  const Catalogue whole = all(one({}));
  File{}.write(folder.path() + "/tree_extended.0.hdf5", 0, 4);
  File{}.write(folder.path() + "/tree_extended.1.hdf5", 4, 5);
  for (const std::string& path : {folder.path(), folder.path() + "/tree_extended.0.hdf5"}) {
    EXPECT_EQ(all(path).id, whole.id);
    EXPECT_EQ(all(path).m_vir_msun, whole.m_vir_msun);
    EXPECT_THAT(read_forests(*open(path), 1, 2, 1.0).id, ElementsAre(9));
  }
  EXPECT_THAT(complaint(folder.path() + "/tree_extended.1.hdf5"), HasSubstr("is one of 2 files"));
  std::filesystem::rename(folder.path() + "/tree_extended.1.hdf5", folder.path() + "/tree_extended.2.hdf5");
  EXPECT_THAT(complaint(folder.path()), HasSubstr("are missing: tree_extended.1.hdf5"));
}

TEST_F(SubLink, IsRecognisedByItsColumns) {
  EXPECT_TRUE(sublink::recognise(one({})));
  EXPECT_TRUE(sublink::recognise(folder.path()));
  File other;
  other.without = "TreeID";
  EXPECT_FALSE(sublink::recognise(one(other)));
  EXPECT_FALSE(sublink::recognise(folder.write("text", "#scale(0)")));
}

TEST_F(SubLink, NoticesACutAtEveryByte) { expect_complaint_about_every_cut(); }

TEST_F(SubLink, RefusesColumnsThatAreMissingOrTooShort) {
  for (const char* name : {"DescendantID", "FirstProgenitorID", "FirstSubhaloInFOFGroupID", "SnapNum"}) {
    EXPECT_THAT(with([&](File& f) { f.without = name; }), HasSubstr(fmt::format("' has no column '{}'", name)));
    EXPECT_THAT(with([&](File& f) { f.shorter = name; }), AllOf(HasSubstr(name), HasSubstr("has 4 rows instead of 5")));
  }
}

TEST_F(SubLink, RefusesLinksOutOfATreeAndIdsThatOccurTwice) {
  EXPECT_THAT(with([](File& f) { f.descendant[1] = 5000; }),
              AllOf(HasSubstr("the descendant of subhalo 1001, 5000, is not in its tree"), HasSubstr("row 1")));
  EXPECT_THAT(with([](File& f) { f.group[3] = 7; }), HasSubstr("the first subhalo of the group of subhalo 1003, 7"));
  EXPECT_THAT(with([](File& f) { f.next[1] = -7; }), HasSubstr("next progenitor of subhalo 1001, -7"));
  EXPECT_THAT(with([](File& f) { f.id[2] = 1001; }), HasSubstr("SubhaloID 1001 occurs twice in a tree"));
  EXPECT_THAT(with([](File& f) { f.next[1] = 1003; }),
              HasSubstr("names halo 2000000000001 as its next progenitor, but the descendant of that one is another"));
  EXPECT_THAT(with([](File& f) { f.next[1] = -1; }), HasSubstr("does not stand among the progenitors"));
}

TEST_F(SubLink, RefusesValuesThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(with([](File& f) { f.raw[1] = 3000000000000; }), HasSubstr("number -1"));
  EXPECT_THAT(with([](File& f) { f.raw[1] = -5; }), HasSubstr("number -1"));
  EXPECT_THAT(with([](File& f) { f.snapshot[4] = 3, f.raw[4] = 3000000000000; }), HasSubstr("is at snapshot 3"));
  EXPECT_THAT(with([&](File& f) { f.group_mass[0] = nan; }), HasSubstr("is nan Msun/h"));
  EXPECT_THAT(with([](File& f) { f.subhalo_mass[3] = 0; }), HasSubstr("is 0 Msun/h"));
  EXPECT_THAT(with([](File& f) { f.position[3] = 1e5; }), HasSubstr("is not in the box"));
}

}  // namespace
}  // namespace cecropia::tree

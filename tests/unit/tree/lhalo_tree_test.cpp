#include "cecropia/tree/lhalo_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "format_fixture.hpp"

namespace cecropia::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Record {
  std::int32_t descendant = -1, first = -1, next = -1, group = 0, next_in_group = -1, particles = 10;
  float mean200 = 2.0F, crit200 = 1.0F, top_hat = 1.5F;
  std::array<float, 3> position{1.0F, 2.0F, 3.0F}, velocity{};
  float dispersion = 0, v_max = 0;
  std::array<float, 3> spin{};
  std::int64_t most_bound = 77;
  std::int32_t snapshot = 0, file = 0, subhalo = 0;
  float half_mass = 0;
};

std::string bytes_of(const Record& r) {
  std::string bytes;
  const auto add = [&](const auto& value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof value); };
  for (const std::int32_t link : {r.descendant, r.first, r.next, r.group, r.next_in_group, r.particles}) add(link);
  for (const float mass : {r.mean200, r.crit200, r.top_hat}) add(mass);
  add(r.position);
  add(r.velocity);
  add(r.dispersion);
  add(r.v_max);
  add(r.spin);
  add(r.most_bound);
  for (const std::int32_t number : {r.snapshot, r.file, r.subhalo}) add(number);
  add(r.half_mass);
  return bytes;
}

std::string file_of(const std::vector<std::vector<Record>>& trees) {
  std::string head, body;
  const auto add = [&](std::int32_t value) { head.append(reinterpret_cast<const char*>(&value), sizeof value); };
  std::int32_t n = 0;
  for (const auto& tree : trees) n += static_cast<std::int32_t>(tree.size());
  add(static_cast<std::int32_t>(trees.size()));
  add(n);
  for (const auto& tree : trees) {
    add(static_cast<std::int32_t>(tree.size()));
    for (const Record& r : tree) body += bytes_of(r);
  }
  return head + body;
}

/// A central with two progenitors and a satellite: 0 <- {1 main, 2}, 3 in the group of 0.
std::vector<Record> family() {
  std::vector<Record> t(4);
  t[0] = {.first = 1, .group = 0, .next_in_group = 3, .snapshot = 2};
  t[1] = {.descendant = 0, .next = 2, .group = 1, .snapshot = 1};
  t[2] = {.descendant = 0, .group = 2, .crit200 = 0.5F, .snapshot = 1};
  t[3] = {.group = 0, .particles = 3, .crit200 = 0.0F, .snapshot = 2};
  return t;
}

struct LHaloTree : FormatTest<Format::lhalo_tree> {
  LHaloTree() {
    parameters.scale_factors = folder.write("scales.txt", "# a\n0.25\n0.5\n1\n");
    parameters.mass_column = "M_Crit200";
    parameters.box_cmpc = 10.0 / cosmology.h;
    parameters.particle_mass_msun = 1e9;
  }
  std::string complaint_about(const std::vector<Record>& tree) {
    return complaint(folder.write("trees_002.0", file_of({tree})));
  }
};

TEST_F(LHaloTree, GivesItsHalosWithoutHAndWithTheRowAsId) {
  const Catalogue c = all(folder.write("trees_002.0", file_of({{Record{}}, family()})));
  EXPECT_THAT(c.id, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, -1, 1, 1, -1));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, -1, 1));
  EXPECT_THAT(c.level, ElementsAre(0, 2, 1, 1, 2));
  EXPECT_THAT(c.flags, ElementsAre(0, 0, Forest::is_main_progenitor, 0, 0));
  EXPECT_THAT(c.forest, ElementsAre(0, 1, 1, 1, 1));
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 1e10 / cosmology.h);
  EXPECT_FLOAT_EQ(c.position_cmpc[0][1], static_cast<float>(2.0 / cosmology.h));
  EXPECT_THAT(c.redshift, ElementsAre(3.0, 1.0, 0.0));
}

TEST_F(LHaloTree, GivesASatelliteTheMassOfItsParticlesAndAsksForTheMassOfOne) {
  const std::string path = folder.write("trees_002.0", file_of({family()}));
  EXPECT_DOUBLE_EQ(all(path).m_vir_msun[3], 3e9);
  parameters.particle_mass_msun = 0.0;
  EXPECT_THAT(complaint(path), AllOf(HasSubstr("the mass of halo 3 is 0"), HasSubstr("trees.particle_mass_msun")));
}

TEST_F(LHaloTree, OffersThreeMassesOfWhichOneMustBeChosen) {
  const std::string path = folder.write("trees_002.0", file_of({{Record{}}}));
  parameters.mass_column = "auto";
  EXPECT_THAT(complaint(path), HasSubstr("M_Mean200, M_Crit200, M_TopHat"));
  parameters.mass_column = "m_tophat";
  EXPECT_DOUBLE_EQ(all(path).m_vir_msun[0], 1.5e10 / cosmology.h);
}

TEST_F(LHaloTree, AsksForTheScaleFactorsThatItDoesNotTell) {
  parameters.scale_factors.clear();
  EXPECT_THAT(complaint_about({Record{}}), HasSubstr("trees.scale_factors"));
}

TEST_F(LHaloTree, WarnsIfTheListOfScaleFactorsIsLongerThanTheTrees) {
  const auto reader = open(folder.write("trees_002.0", file_of({{Record{.snapshot = 1}}})));
  EXPECT_THAT(reader->facts().warnings, ::testing::Contains(HasSubstr("the trees end at snapshot 1")));
}

TEST_F(LHaloTree, IsRecognisedByItsHeaderOnly) {
  const std::string good = file_of({{Record{}}, family()});
  EXPECT_TRUE(lhalo_tree::recognise(folder.write("any name", good)));
  EXPECT_TRUE(lhalo_tree::recognise(folder.path()));
  std::string other = good;
  other[8] = 3;  // numbers that do not add up
  EXPECT_FALSE(lhalo_tree::recognise(folder.write("other", other)));
  EXPECT_FALSE(lhalo_tree::recognise(folder.write("text", "#scale(0) id(1) desc_id(2)")));
  EXPECT_FALSE(lhalo_tree::recognise(folder.write("zeros", std::string(8, '\0'))));
  EXPECT_FALSE(lhalo_tree::recognise(folder.path() + "/not there"));
}

TEST_F(LHaloTree, NoticesACutAtEveryByte) {
  const std::string good = file_of({{Record{}}, family()});
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_THAT(complaint(folder.write("trees_002.0", good.substr(0, n))),
                AllOf(HasSubstr("the file was cut"), HasSubstr(fmt::format("trees_002.0, byte {}", n))));
  EXPECT_THAT(complaint(folder.write("trees_002.0", good + "x")), HasSubstr("longer than its header says"));
}

TEST_F(LHaloTree, RefusesAHeaderWhoseNumbersCannotBe) {
  const auto with = [&](std::size_t offset, std::int32_t value) {
    std::string bytes = file_of({{Record{}}, family()});
    std::memcpy(bytes.data() + offset, &value, sizeof value);
    return complaint(folder.write("trees_002.0", bytes));
  };
  EXPECT_THAT(with(0, -1), HasSubstr("the number of trees is -1"));
  EXPECT_THAT(with(4, -1), HasSubstr("the number of halos is -1"));
  EXPECT_THAT(with(0, std::numeric_limits<std::int32_t>::max()), HasSubstr("the file was cut"));
  EXPECT_THAT(with(4, std::numeric_limits<std::int32_t>::max()), HasSubstr("the file was cut"));
  EXPECT_THAT(with(8, 0), HasSubstr("tree 0 has 0 halos"));
  EXPECT_THAT(with(8, 2), HasSubstr("the trees have 6 halos together, but the header says 5"));
}

TEST_F(LHaloTree, RefusesASetWithoutTrees) {
  EXPECT_THAT(complaint(folder.write("trees_002.0", file_of({}))), HasSubstr("there are no trees in"));
}

TEST_F(LHaloTree, RefusesLinksThatLeaveTheTree) {
  for (auto link : {&Record::descendant, &Record::first, &Record::next, &Record::group})
    for (const std::int32_t to : {4, -2, std::numeric_limits<std::int32_t>::max()}) {
      auto tree = family();
      tree[2].*link = to;
      EXPECT_THAT(complaint_about(tree),
                  AllOf(HasSubstr(fmt::format("is {}, but its tree has 4 halos", to)), HasSubstr("byte 220")));
    }
}

TEST_F(LHaloTree, RefusesProgenitorsThatContradictTheDescendants) {
  auto tree = family();
  tree[1].next = -1;
  EXPECT_THAT(complaint_about(tree), HasSubstr("halo 2 does not stand among the progenitors"));
  tree = family();
  tree[2].next = 1;
  EXPECT_THAT(complaint_about(tree), HasSubstr("halo 1 stands twice among the progenitors of one halo"));
  tree = family();
  tree[0].first = 3;
  EXPECT_THAT(complaint_about(tree), HasSubstr("halo 0 names halo 3 as its first progenitor"));
  parameters.check_progenitors = false;
  EXPECT_EQ(complaint_about(tree), "");
}

TEST_F(LHaloTree, RefusesValuesThatNoHaloHas) {
  const auto with = [&](auto change) {
    auto tree = family();
    change(tree[1]);
    return complaint_about(tree);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(with([&](Record& r) { r.crit200 = nan; }), HasSubstr("the mass of halo 1 is nan"));
  EXPECT_THAT(with([](Record& r) { r.crit200 = -1.0F; }), HasSubstr("the mass of halo 1 is -1"));
  EXPECT_THAT(with([](Record& r) { r.crit200 = 0.0F, r.particles = -5; }), HasSubstr("the mass of halo 1 is -"));
  EXPECT_THAT(with([](Record& r) { r.snapshot = 3; }), HasSubstr("halo 1 is at snapshot 3, but 3 snapshots are known"));
  EXPECT_THAT(with([](Record& r) { r.snapshot = -1; }), HasSubstr("halo 1 is at snapshot -1"));
  EXPECT_THAT(with([&](Record& r) { r.position[2] = nan; }), HasSubstr("is not in the box of 10 Mpc/h"));
  EXPECT_THAT(with([](Record& r) { r.position[0] = 500.0F; }), HasSubstr("is not in the box"));
}

TEST_F(LHaloTree, ReadsASeriesAsOneSetFromTheFolderOrItsFirstFile) {
  const std::string first = folder.write("trees_002.0", file_of({family(), {Record{}}}));
  folder.write("trees_002.1", file_of({}));  // a file may be without trees
  const std::string last = folder.write("trees_002.2", file_of({family()}));
  for (const std::string& path : {first, folder.path()}) {
    EXPECT_THAT(all(path).id, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
    const Catalogue c = read_forests(*open(path), 1, 3, 1.0);
    EXPECT_THAT(c.id, ElementsAre(4, 5, 6, 7, 8));
    EXPECT_THAT(c.forest_id, ElementsAre(1, 2));
    EXPECT_THAT(c.forest, ElementsAre(0, 1, 1, 1, 1));
  }
  EXPECT_THAT(complaint(last), HasSubstr("' is one of 3 files"));
  parameters.volume_cmpc3 = 10.0;
  EXPECT_EQ(all(last).n_halos(), 4U);
}

TEST_F(LHaloTree, NamesTheFilesThatAreMissingFromASeries) {
  const std::string first = folder.write("trees_002.0", file_of({family()}));
  folder.write("trees_002.3", file_of({family()}));
  EXPECT_THAT(complaint(first), HasSubstr("2 of the 4 files of the set are missing: trees_002.1, trees_002.2"));
  folder.write("trees_001.0", file_of({family()}));
  EXPECT_THAT(complaint(folder.path()), HasSubstr("holds several sets of trees"));
}

TEST_F(LHaloTree, NoticesThatAFileHasChangedWhileItWasRead) {
  const std::string path = folder.write("trees_002.0", file_of({family()}));
  const auto reader = open(path);
  folder.write("trees_002.0", file_of({family()}).substr(0, 200));
  Catalogue c;
  EXPECT_THROW(reader->read(0, 1, c), InputError);
  EXPECT_EQ(c.n_halos(), 0U);
}

}  // namespace
}  // namespace cecropia::tree

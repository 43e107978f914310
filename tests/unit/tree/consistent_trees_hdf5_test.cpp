#include "cecropia/tree/consistent_trees_hdf5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "format_fixture.hpp"
#include "testing/hdf5_table.hpp"

namespace cecropia::tree {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Reals = std::vector<double>;

/// Two forests: 7: 10 <- {20 main, 21 phantom} with the satellite 11 of 10; and 9: 30.
struct Set {
  static constexpr const char* usual_name = "forest_0.h5";
  std::map<std::string, Reals> columns{{"id", {10, 11, 20, 21, 30}},
                                       {"desc_id", {-1, -1, 10, 10, -1}},
                                       {"scale", {1.0, 1.0, 0.5, 0.5, 0.25}},
                                       {"upid", {-1, 10, -1, -1, -1}},
                                       {"pid", {-1, 10, -1, -1, -1}},
                                       {"num_prog", {2, 0, 0, 0, 0}},
                                       {"phantom", {0, 0, 0, 1, 0}},
                                       {"mmp", {1, 1, 1, 0, 1}},
                                       {"Mvir", {4e10, 1e10, 3e10, 2e10, 5e9}},
                                       {"M200b", {5e10, 2e10, 4e10, 3e10, 6e9}},
                                       {"x", {1, 1, 1, 1, 1}},
                                       {"y", {2, 2, 2, 2, 2}},
                                       {"z", {3, 3, 3, 3, 3}}};
  Reals forest{7, 9}, offset{0, 4}, size{4, 1};
  double omega_m = 0.3, h = 0.7, box = 10.0;
  bool table = false, tells_cosmology = true;
  std::string shorter;

  /// Forests [f0, f1) as one data file.
  void write(const std::string& path, std::size_t f0 = 0, std::size_t f1 = 2) const {
    const auto a = static_cast<std::ptrdiff_t>(f0 == 0 ? 0 : 4), b = static_cast<std::ptrdiff_t>(f1 == 2 ? 5 : 4);
    std::vector<testing::TableColumn> halos;
    {
      auto file = io::SerialFile::create(path);
      for (const auto& [name, values] : columns) {
        const Reals part(values.begin() + a, values.begin() + b - (name == shorter ? 1 : 0));
        halos.emplace_back(name, part);
        if (!table) file.write("/Forests/" + name, part, "-", "as uchuutools writes it");
      }
      file.write_attribute("/", "Nforests", static_cast<std::int64_t>(f1 - f0));
      if (tells_cosmology) {
        file.write_attribute("/simulation_params", "Omega_M", omega_m);
        file.write_attribute("/simulation_params", "Omega_L", 1.0 - omega_m);
        file.write_attribute("/simulation_params", "hubble", h);
        file.write_attribute("/simulation_params", "Boxsize", box);
      }
      file.commit();
    }
    EXPECT_TRUE(!table || testing::add_table(path, "/Forests/halos", halos, false));
    const auto part = [&](Reals values, double minus = 0.0) {
      Reals v(values.begin() + static_cast<std::ptrdiff_t>(f0), values.begin() + static_cast<std::ptrdiff_t>(f1));
      for (double& x : v) x -= minus;
      return v;
    };
    EXPECT_TRUE(testing::add_table(path, "/ForestInfo",
                                   {{"ForestID", part(forest)},
                                    {"ForestHalosOffset", part(offset, offset[f0])},
                                    {"ForestNhalos", part(size)},
                                    {"ForestNtrees", part(Reals{1, 1})}},
                                   true));
  }
};

struct ConsistentTreesHdf5 : OneFileTest<Format::consistent_trees_hdf5, Set> {
  std::string container(std::int64_t n_files, std::int64_t n_forests, std::int64_t n_halos,
                        const std::string& name = "forest.h5", std::int64_t n_links = 9) const {
    const std::string path = folder.path() + "/" + name;
    auto file = io::SerialFile::create(path);
    file.write_attribute("/", "Nfiles", n_files);
    file.write_attribute("/", "TotNforests", n_forests);
    file.write_attribute("/", "TotNhalos", n_halos);
    file.commit();
    for (std::int64_t i = 0; i < std::min(n_files, n_links); ++i)
      EXPECT_TRUE(testing::add_external_link(path, fmt::format("/File{}", i), fmt::format("forest_{}.h5", i)));
    return path;
  }
};

TEST_F(ConsistentTreesHdf5, GivesItsHalosFromColumnsAndFromATable) {
  for (const bool table : {false, true}) {
    Set set;
    set.table = table;
    const Catalogue c = all(one(set));
    EXPECT_THAT(c.id, ElementsAre(10, 11, 20, 21, 30));
    EXPECT_THAT(c.descendant_id, ElementsAre(-1, -1, 10, 10, -1));
    EXPECT_THAT(c.host_id, ElementsAre(-1, 10, -1, -1, -1));
    EXPECT_THAT(c.level, ElementsAre(2, 2, 1, 1, 0));
    EXPECT_THAT(c.flags, ElementsAre(4, 4, 4, 1, 4));
    EXPECT_THAT(c.n_progenitors_expected, ElementsAre(2, 0, 0, 0, 0));
    EXPECT_THAT(c.forest_id, ElementsAre(7, 9));
    EXPECT_DOUBLE_EQ(c.m_vir_msun[1], 1e10 / 0.7);
    EXPECT_FLOAT_EQ(c.position_cmpc[4][2], static_cast<float>(3.0 / 0.7));
    EXPECT_THAT(c.redshift, ElementsAre(3.0, 1.0, 0.0));
  }
}

TEST_F(ConsistentTreesHdf5, TellsCosmologyAndBoxOrTakesThoseOfTheParameters) {
  const auto told = open(one({}))->facts();
  EXPECT_DOUBLE_EQ(*told.omega_m, 0.3);
  EXPECT_DOUBLE_EQ(*told.h, 0.7);
  EXPECT_DOUBLE_EQ(*told.box_cmpc, 10.0 / 0.7);
  EXPECT_THAT(told.warnings, IsEmpty());
  Set silent;
  silent.tells_cosmology = false;
  parameters.box_cmpc = 20.0;
  const auto taken = open(one(silent))->facts();
  EXPECT_FALSE(taken.h.has_value());
  EXPECT_DOUBLE_EQ(*taken.box_cmpc, 20.0);
  EXPECT_THAT(taken.warnings, ElementsAre(HasSubstr("does not tell Omega_M and h")));
}

TEST_F(ConsistentTreesHdf5, ACosmologyThatIsNoNumberIsNotThatOfTheParameters) {
  cosmology.omega_m = 0.3;
  cosmology.h = 0.7;
  EXPECT_NO_THROW(check_cosmology(open(one({}))->facts(), parameters, cosmology));
  Set set;
  set.omega_m = std::numeric_limits<double>::quiet_NaN();
  const auto facts = open(one(set))->facts();
  EXPECT_THROW(check_cosmology(facts, parameters, cosmology), InputError);
  SetFacts curved;
  curved.omega_m = 0.3;
  curved.omega_l = set.omega_m;
  EXPECT_THROW(check_cosmology(curved, parameters, cosmology), InputError);
}

TEST_F(ConsistentTreesHdf5, TakesTheMassThatIsAskedForInAnyCase) {
  parameters.mass_column = "m200B";
  EXPECT_DOUBLE_EQ(all(one({})).m_vir_msun[0], 5e10 / 0.7);
  parameters.mass_column = "M500c";
  EXPECT_THAT(complaint(one({})), AllOf(HasSubstr("column 'M500c' is missing"), HasSubstr("M200b, Mvir")));
}

TEST_F(ConsistentTreesHdf5, TakesScaleFactorsThatDifferByRoundingForOneLevel) {
  EXPECT_THAT(consistent_trees_hdf5::levels_of({0.5, 1.0, 0.50001, 0.25}), ElementsAre(0.25, 0.5, 1.0));
  parameters.scale_factors = folder.write("scales.txt", "0.1\n0.25001\n0.49999\n1\n");
  EXPECT_THAT(all(one({})).level, ElementsAre(3, 3, 2, 2, 1));
  parameters.scale_factors = folder.write("scales.txt", "0.25\n1\n");
  EXPECT_THAT(complaint(one({})), HasSubstr("halo 20 has the scale factor 0.5, which is none of the levels"));
}

TEST_F(ConsistentTreesHdf5, FollowsTheLinksOfTheFileWithAllAndSortsForests) {
  Set set;
  set.forest = {9, 7};
  set.write(folder.path() + "/forest_0.h5", 0, 1);
  set.write(folder.path() + "/forest_1.h5", 1, 2);
  const std::string path = container(2, 2, 5);
  for (const std::string& given : {path, folder.path()}) {
    EXPECT_THAT(all(given).forest_id, ElementsAre(7, 9));
    EXPECT_THAT(all(given).id, ElementsAre(30, 10, 11, 20, 21));
    EXPECT_THAT(read_forests(*open(given), 1, 2, 1.0).id, ElementsAre(10, 11, 20, 21));
  }
  std::filesystem::remove(folder.path() + "/forest_1.h5");
  EXPECT_THAT(complaint(path), HasSubstr("the file 'forest_1.h5' of the set is missing"));
  set.write(folder.path() + "/forest_1.h5", 0, 1);
  EXPECT_THAT(complaint(path), HasSubstr("TotNhalos is 5, but the files have 8"));
  container(2, 2, 5, "forest.h5", 1);
  EXPECT_THAT(complaint(path), AllOf(HasSubstr("forest.h5' has no File1 of 2 files"), HasSubstr("copy it again")));
  container(2, 2, 5, "other.h5");
  EXPECT_THAT(complaint(folder.path()), AllOf(HasSubstr("' holds several sets of trees"), HasSubstr("other.h5")));
}

TEST_F(ConsistentTreesHdf5, ReadsDataFilesWithoutTheFileThatLinksToThem) {
  Set set;
  set.write(folder.path() + "/forest_0.h5", 0, 1);
  set.write(folder.path() + "/forest_1.h5", 1, 2);
  EXPECT_THAT(all(folder.path()).id, ElementsAre(10, 11, 20, 21, 30));
  EXPECT_THAT(all(folder.path() + "/forest_0.h5").id, ElementsAre(10, 11, 20, 21, 30));
  EXPECT_THAT(complaint(folder.path() + "/forest_1.h5"), HasSubstr("is one of 2 files"));
  set.omega_m = 0.25;
  set.write(folder.path() + "/forest_1.h5", 1, 2);
  EXPECT_THAT(complaint(folder.path()), HasSubstr("the files of the set differ in cosmology or box"));
}

TEST_F(ConsistentTreesHdf5, IsRecognisedByItsGroups) {
  EXPECT_TRUE(consistent_trees_hdf5::recognise(one({})));
  EXPECT_TRUE(consistent_trees_hdf5::recognise(folder.path()));
  EXPECT_TRUE(consistent_trees_hdf5::recognise(container(1, 2, 5)));
  EXPECT_FALSE(consistent_trees_hdf5::recognise(folder.write("text", "#scale(0)")));
}

TEST_F(ConsistentTreesHdf5, NoticesACutAtEveryByte) { expect_complaint_about_every_cut(); }

TEST_F(ConsistentTreesHdf5, RefusesAListOfForestsThatDoesNotFitTheHalos) {
  EXPECT_THAT(with([](Set& s) { s.offset[1] = 3; }), HasSubstr("forest 9 begins at halo 3 instead of 4"));
  EXPECT_THAT(with([](Set& s) { s.size[0] = 0; }), HasSubstr("forest 7 has 0 halos"));
  EXPECT_THAT(with([](Set& s) { s.size[0] = 9e15; }), HasSubstr("forest 7 has 9000000000000000 halos"));
  EXPECT_THAT(with([](Set& s) { s.size[0] = 3, s.offset[1] = 3; }),
              HasSubstr("the forests have 4 halos, but 5 are there"));
  EXPECT_THAT(with([](Set& s) { s.forest[1] = 7; }), HasSubstr("forest 7 is there twice"));
  EXPECT_THAT(with([](Set& s) { s.forest[1] = -9; }), HasSubstr("the id of a forest is -9"));
}

TEST_F(ConsistentTreesHdf5, RefusesColumnsThatAreMissingOrTooShort) {
  for (const char* name : {"id", "desc_id", "scale", "x", "Mvir"})
    EXPECT_THAT(with([&](Set& s) { s.columns.erase(name); }), HasSubstr(fmt::format("column '{}' is missing", name)));
  EXPECT_THAT(with([](Set& s) { s.columns.erase("upid"), s.columns.erase("pid"); }),
              HasSubstr("column 'upid' is missing"));
  EXPECT_EQ(with([](Set& s) { s.columns.erase("upid"), s.columns.erase("mmp"), s.columns.erase("num_prog"); }), "");
  EXPECT_THAT(with([](Set& s) { s.shorter = "desc_id"; }), HasSubstr("has 4 rows instead of 5"));
}

TEST_F(ConsistentTreesHdf5, RefusesValuesThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto changed = [&](const char* name, double value) {
    return with([&](Set& s) { s.columns[name][1] = value; });
  };
  EXPECT_THAT(changed("id", -1), AllOf(HasSubstr("the halo id is -1"), HasSubstr("row 1")));
  EXPECT_THAT(changed("Mvir", nan), HasSubstr("the mass of halo 11 is nan"));
  EXPECT_THAT(changed("Mvir", 0), HasSubstr("the mass of halo 11 is 0"));
  EXPECT_THAT(changed("Mvir", -1), HasSubstr("the mass of halo 11 is -1"));
  EXPECT_THAT(changed("x", nan), HasSubstr("is not in the box of 10 Mpc/h"));
  EXPECT_THAT(changed("y", 3e4), HasSubstr("is not in the box of 10 Mpc/h"));
  EXPECT_THAT(changed("scale", nan), AllOf(HasSubstr("a scale factor is nan"), HasSubstr("row 1")));
  EXPECT_THAT(changed("scale", -0.5), HasSubstr("a scale factor is -0.5"));
  EXPECT_THAT(with([](Set& s) { s.h = 0; }), HasSubstr("hubble is 0"));
  EXPECT_THAT(with([&](Set& s) { s.box = nan; }), HasSubstr("Boxsize nan"));
}

}  // namespace
}  // namespace cecropia::tree

// Each fault of a tree set gives one clear message that says where it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <random>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/validate.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::TinyFile;
using cecropia::testing::two_trees;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// The message of the error that loading gives; empty if there is none.
std::string message_of_path(const std::string& path, Parameters p = {}) {
  p.path = path;
  try {
    load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

std::string message_of_text(const std::string& text) {
  const Folder folder;
  return message_of_path(folder.write("tree_0_0_0.dat", text));
}

std::string message_of(const TinyFile& file) { return message_of_text(file.text()); }

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(BadTrees, AFileThatMayNotBeReadIsNamedAsSuchWhateverItsFormat) {
  const Folder folder;
  const std::string path = folder.write("trees.hdf5", "anything");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  // Who is root may read everything, so that somebody else has to try.
  const uid_t me = ::geteuid();
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(me == 0 ? ::seteuid(65534) : 0, 0);
  const std::string message = message_of_path(path);
  ASSERT_EQ(::seteuid(me), 0);
  EXPECT_THAT(message, AllOf(HasSubstr("cannot be read: Permission denied"), HasSubstr(path)));
}

TEST(BadTrees, AMissingFileIsNamed) {
  EXPECT_THAT(message_of_path("/no/such/place"), AllOf(HasSubstr("no trees at"), HasSubstr("/no/such/place")));
  Parameters p;
  p.format = Format::consistent_trees;
  EXPECT_THAT(message_of_path("/no/such/place", p), AllOf(HasSubstr("cannot be read"), HasSubstr("/no/such/place")));
}

TEST(BadTrees, AnEmptyFileIsNamed) {
  EXPECT_THAT(message_of_text(""), AllOf(HasSubstr("is empty"), HasSubstr("tree_0_0_0.dat")));
  const Folder folder;
  EXPECT_THAT(message_of_path(folder.write("anything", "")), HasSubstr("is empty"));
}

TEST(BadTrees, AFolderWithoutTreesAndAFileOfAnotherKindAreNamed) {
  const Folder folder;
  EXPECT_THAT(message_of_path(folder.path()), HasSubstr("format of the trees"));
  EXPECT_THAT(message_of_path(folder.write("picture.png", "not a tree\n")), HasSubstr("format of the trees"));
  Parameters p;
  p.format = Format::consistent_trees;
  EXPECT_THAT(message_of_path(folder.path(), p), HasSubstr("holds no trees"));
}

TEST(BadTrees, AFileCutInsideALineNamesLineAndByte) {
  const std::string text = two_trees().text();
  const std::string m = message_of_text(text.substr(0, text.size() - 20));
  EXPECT_THAT(m, AllOf(HasSubstr("cut"), HasSubstr("line 14"), HasSubstr(fmt::format("byte {}", text.size() - 20))));
}

TEST(BadTrees, TreesWithoutANumberAreNamed) {
  for (const char* id : {"ten", "-10", "10.5"}) {
    std::string text = two_trees().text();
    text.replace(text.find("#tree 10") + 6, 2, id);
    EXPECT_THAT(message_of_text(text), AllOf(HasSubstr(fmt::format("the tree id is '{}'", id)), HasSubstr("#tree <")));
  }
}

TEST(BadTrees, AFileCutBetweenTreesIsFoundByTheirNumber) {
  const std::string text = two_trees().text();
  EXPECT_THAT(message_of_text(text.substr(0, text.find("#tree 11"))),
              AllOf(HasSubstr("should hold 2 trees, but 1 are there"), HasSubstr("tree_0_0_0.dat")));
}

TEST(BadTrees, AFileCutBetweenHalosIsFoundByTheNumberOfProgenitors) {
  const std::string text = two_trees().text();
  const std::string cut = text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  EXPECT_THAT(message_of_text(cut), AllOf(HasSubstr("halo 11 should have 1 progenitors, but 0"), HasSubstr("cut")));
  Parameters p;
  p.check_progenitors = false;
  const Folder folder;
  EXPECT_EQ(message_of_path(folder.write("tree_0_0_0.dat", cut), p), "");
}

TEST(BadTrees, AFileCutRightAfterATreeLineIsFound) {
  const std::string text = two_trees().text();
  EXPECT_THAT(message_of_text(text.substr(0, text.find("#tree 11") + 9)), HasSubstr("tree 11 has no halos"));
}

TEST(BadTrees, ACutAtAnyByteIsNeverTakenForACompleteFile) {
  const std::string text = two_trees().text();
  const Folder folder;
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_NE(message_of_path(folder.write("tree_0_0_0.dat", text.substr(0, n))), "") << "cut at byte " << n;
}

TEST(BadTrees, ACutGzipStreamNamesFileAndByte) {
  const Folder folder;
  const std::string packed = cecropia::testing::read_text(folder.write_gzip("whole", two_trees().text()));
  const std::string m = message_of_path(folder.write("tree_0_0_0.dat.gz", packed.substr(0, packed.size() / 2)));
  EXPECT_THAT(m, AllOf(HasSubstr("cut off"), HasSubstr("tree_0_0_0.dat.gz"),
                       HasSubstr(fmt::format("byte {}", packed.size() / 2))));
  for (std::size_t n = 2; n < packed.size(); ++n)
    EXPECT_NE(message_of_path(folder.write("tree_0_0_0.dat.gz", packed.substr(0, n))), "") << "cut at byte " << n;
}

TEST(BadTrees, ADamagedGzipStreamIsNamed) {
  const Folder folder;
  std::string packed = cecropia::testing::read_text(folder.write_gzip("whole", two_trees().text()));
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 0x55);  // the check sum
  EXPECT_THAT(message_of_path(folder.write("tree_0_0_0.dat.gz", packed)),
              AllOf(HasSubstr("damaged"), HasSubstr("tree_0_0_0.dat.gz")));
}

TEST(BadTrees, AMissingColumnIsNamedWithTheColumnsThatAreThere) {
  EXPECT_THAT(message_of_text(replaced(two_trees().text(), "desc_id(3)", "descendant(3)")),
              AllOf(HasSubstr("column 'desc_id' is missing"), HasSubstr("line 1"), HasSubstr("sam_Mvir")));
  EXPECT_THAT(message_of_text(replaced(two_trees().text(), " Mvir(10)", " M200(10)")),
              AllOf(HasSubstr("column 'mvir' is missing"), HasSubstr("trees.mass_column")));
  EXPECT_THAT(message_of_text(replaced(replaced(two_trees().text(), " upid(6)", " u(6)"), " pid(5)", " p(5)")),
              HasSubstr("column 'upid' is missing"));
}

TEST(BadTrees, AColumnThatOccursTwiceIsNotChosenByChance) {
  EXPECT_THAT(message_of_text(replaced(two_trees().text(), "sam_Mvir(9)", "Mvir(9)")), HasSubstr("occurs 2 times"));
}

TEST(BadTrees, AWordWhereANumberShouldBeNamesFileLineAndColumn) {
  const std::string text = replaced(two_trees().text(), "3.00000e+09 3.00000e+09", "3.00000e+09 heavy");
  EXPECT_THAT(message_of_text(text),
              AllOf(HasSubstr("column 'Mvir' holds 'heavy'"), HasSubstr("tree_0_0_0.dat, line 8")));
  EXPECT_THAT(message_of_text(replaced(two_trees().text(), "       20 ", "      20x ")),
              AllOf(HasSubstr("'20x', which is not a whole number"), HasSubstr("line 8")));
}

TEST(BadTrees, ALineWithTooFewColumnsIsNamed) {
  const std::string text = two_trees().text();
  const std::size_t begin = text.find(" 0.18000       20"), end = text.find('\n', begin);
  EXPECT_THAT(message_of_text(std::string(text).erase(begin + 40, end - begin - 40)),
              AllOf(HasSubstr("columns, too few to hold column"), HasSubstr("line 8")));
}

TEST(BadTrees, AMassThatIsNotPositiveAndFiniteNamesTheLine) {
  for (const char* mass : {"0.0", "-3e9", "nan", "-nan", "inf", "1e400"})
    EXPECT_THAT(
        message_of_text(replaced(two_trees().text(), "3.00000e+09 3.00000e+09", std::string("3.00000e+09 ") + mass)),
        AllOf(HasSubstr(mass), HasSubstr("line 8")))
        << mass;
}

TEST(BadTrees, ADescendantThatDoesNotExistIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[3].descendant = 31;
  f.trees[0].halos[2].n_progenitors = -1;
  EXPECT_THAT(message_of(f),
              AllOf(HasSubstr("the descendant of halo 40, halo 31, does not exist"), HasSubstr("forest 10")));
}

TEST(BadTrees, AHostThatDoesNotExistIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 12345;
  EXPECT_THAT(message_of(f), HasSubstr("the host of halo 21, halo 12345, does not exist"));
}

TEST(BadTrees, AHostAtAnotherTimeIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 30;
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("the host of halo 21, halo 30, is at another time"), HasSubstr("upid")));
}

TEST(BadTrees, HostsInACircleAreNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 20;
  f.trees[0].halos[1].host = 21;
  EXPECT_THAT(message_of(f), HasSubstr("the host links of halo"));
  f.trees[0].halos[1].host = 20;  // its own host
  EXPECT_THAT(message_of(f), HasSubstr("circle"));
}

TEST(BadTrees, ADescendantInThePastIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].descendant = 40;
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("the descendant of halo 21, halo 40"), HasSubstr("in its past")));
}

TEST(BadTrees, ADescendantAtTheSameTimeIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].descendant = 20;
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("the descendant of halo 21, halo 20"), HasSubstr("at the same time")));
}

TEST(BadTrees, ACircleOfDescendantsIsNamedWithItsHalos) {
  TinyFile f = two_trees();
  f.trees[0].halos[1].descendant = 40;  // 20 -> 40 -> 30 -> 20
  const std::string m = message_of(f);
  EXPECT_THAT(m, HasSubstr("run in a circle"));
  for (const char* id : {"20", "30", "40"}) EXPECT_THAT(m, HasSubstr(id));
}

TEST(BadTrees, AnIdThatOccursTwiceIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].id = 20;
  EXPECT_THAT(message_of(f), HasSubstr("halo id 20 occurs twice"));
  f = two_trees();
  f.trees[1].halos[1].id = 20;
  EXPECT_THAT(message_of(f), HasSubstr("halo id 20 occurs twice"));
}

TEST(BadTrees, TheSameFileTwiceInAFolderIsNoticed) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write_gzip("tree_0_0_0.dat.gz", two_trees().text());
  EXPECT_THAT(message_of_path(folder.path()),
              AllOf(HasSubstr("occurs twice"), HasSubstr("no tree file is given twice")));
}

TEST(BadTrees, ACosmologyThatContradictsTheParametersIsNamed) {
  TinyFile f = two_trees();
  f.cosmology = "#Omega_M = 0.270000; Omega_L = 0.730000; h0 = 0.677400";
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("Omega_M = 0.27"), HasSubstr("cosmology.omega_m = 0.3089")));
  f.cosmology = "#Omega_M = 0.308900; Omega_L = 0.691100; h0 = 0.700000";
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("h0 = 0.7"), HasSubstr("cosmology.h")));
  f.cosmology = "#Omega_M = 0.308900; Omega_L = 0.500000; h0 = 0.677400";
  EXPECT_THAT(message_of(f), HasSubstr("curved"));
  f.cosmology = "#Omega_M = third; Omega_L = 0.500000; h0 = 0.677400";
  EXPECT_THAT(message_of(f), HasSubstr("not a number"));
}

TEST(BadTrees, TwoCosmologiesInOneFolderOrFileAreNamed) {
  TinyFile a = two_trees(), b = two_trees();
  a.trees.pop_back();
  b.trees.erase(b.trees.begin());
  b.box = "#Full box size = 8.000000 Mpc/h";
  const Folder folder;
  folder.write("tree_0_0_0.dat", a.text());
  folder.write("tree_0_0_1.dat", b.text());
  EXPECT_THAT(message_of_path(folder.path()),
              AllOf(HasSubstr("two tree files disagree on the box size"), HasSubstr("tree_0_0_1.dat")));
  b.box = a.box;
  b.cosmology = "#Omega_M = 0.308900; Omega_L = 0.691100; h0 = 0.700000";
  folder.write("tree_0_0_1.dat", b.text());
  EXPECT_THAT(message_of_path(folder.path()), HasSubstr("disagree on h0"));
  TinyFile f = two_trees();
  f.cosmology += "\n#Omega_M = 0.3; Omega_L = 0.7; h0 = 0.6774";
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("the header of '"), HasSubstr("' gives Omega_M twice: ")));
}

TEST(BadTrees, AFormatThatIsNotKnownIsToldWhichOnesAre) {
  const Folder folder;
  EXPECT_THAT(message_of_path(folder.write("notes.txt", "of nothing\n")),
              AllOf(HasSubstr("format of the trees at"), HasSubstr("is not known"), HasSubstr("'#scale(0) id(1) ...'"),
                    HasSubstr("GADGET-4"), HasSubstr("hostHalo(2)")));
}

TEST(BadTrees, AHeaderWithoutBoxNeedsAVolume) {
  TinyFile f = two_trees();
  f.box.clear();
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("size of the box"), HasSubstr("trees.volume_cmpc3")));
}

TEST(BadTrees, PositionsInTheWrongUnitAreNoticed) {
  TinyFile f = two_trees();
  f.trees[0].halos[2].x = 1500.0;  // kpc/h
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("not a place in the box"), HasSubstr("line 9")));
  f.box.clear();
  f.trees[0].halos[2].x = 4e90;  // found by the fuzzer: no number of single precision
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("not a place in any box"), HasSubstr("line 8")));
}

TEST(BadTrees, HeaderValuesMustBePositiveAndOfASensibleSize) {
  TinyFile f = two_trees();
  f.box = "#Full box size = -4.0 Mpc/h";
  EXPECT_THAT(message_of(f), AllOf(HasSubstr("the header of '"), HasSubstr("gives box size = -4")));
  f = two_trees();
  f.cosmology = "#Omega_M = 0.308900; Omega_L = 0.691100; h0 = 0";
  EXPECT_THAT(message_of(f), HasSubstr("h0 = 0"));
}

TEST(BadTrees, ATreeThatForestsListDoesNotKnowIsNamed) {
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n");
  EXPECT_THAT(message_of_path(path), AllOf(HasSubstr("tree 11 is not in"), HasSubstr("forests.list")));
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n11 eleven\n");
  EXPECT_THAT(message_of_path(path), AllOf(HasSubstr("is not a tree id"), HasSubstr("line 3")));
}

TEST(BadTrees, AForestsListThatCutsAHostLinkIsNamed) {
  TinyFile f = two_trees();
  f.trees[1].halos[1].host = 20;
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n11 11\n");
  EXPECT_THAT(message_of_path(path), AllOf(HasSubstr("the host of halo 22, halo 20, belongs to another forest (10)"),
                                           HasSubstr("forests.list")));
}

TEST(BadTrees, AHaloListIsNotTakenForATreeFile) {
  EXPECT_THAT(
      message_of_text("#scale(0) id(1) desc_scale(2) desc_id(3) pid(5) upid(6) Mvir(10) x y z\n#Omega_M = 0.3089\n"
                      " 0.2 1 0 -1 -1 -1 1e9 1 1 1\n"),
      HasSubstr("number of trees should be"));
}

TEST(BadTrees, RandomDamageIsEitherReadOrRefusedInWords) {
  const std::string text = two_trees().text();
  std::mt19937 chance(1);  // which bytes are hit does not matter, only that it is always the same ones
  const Folder folder;
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = text;
    for (int n = 0; n < 3; ++n) damaged[chance() % damaged.size()] = static_cast<char>(chance() % 256);
    const std::string m = message_of_path(folder.write("tree_0_0_0.dat", damaged));
    if (!m.empty()) {
      ++refused;
      EXPECT_THAT(m, AllOf(HasSubstr("where"), HasSubstr("to fix")));
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(TopologicalOrder, PutsEveryHaloBeforeTheOneItPointsTo) {
  const std::vector<Halo> target{3, 0, no_halo, 2, 0};
  const std::vector<Halo> order = topological_order(target);
  ASSERT_EQ(order.size(), target.size());
  std::vector<std::size_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  for (Halo h = 0; h < target.size(); ++h) {
    if (target[h] != no_halo) {
      EXPECT_LT(place[h], place[target[h]]);
    }
  }
  EXPECT_TRUE(topological_order(std::vector<Halo>{1, 2, 0}).empty());
  const std::vector<Halo> turning{1, 2, 1, 0};
  ASSERT_EQ(circles_in(turning).size(), 1u);
  EXPECT_EQ(circle_through(circles_in(turning).front(), turning).size(), 2u);
  EXPECT_TRUE(circles_in(target).empty());
}

}  // namespace
}  // namespace cecropia::tree

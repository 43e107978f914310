// AHF and MergerTree: what the texts mean, and each fault of a set with its message.
#include "cecropia/tree/ahf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cecropia/core/error.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

/// Two snapshots: 11 and 12 merge into 21, which hosts 22; 23 is alone.
struct TinySet {
  std::string header = "#ID(1)\thostHalo(2)\tnumSubStruct(3)\tMvir(4)\tnpart(5)\tXc(6)\tYc(7)\tZc(8)\t\n";
  std::string early = "11 0 0 2e9 20 100 200 300\n12 0 0 1e9 10 150 200 300\n";
  std::string late = "21 0 1 4e9 40 100 200 300\n22 21 0 5e8 5 110 200 300\n23 0 0 7e8 7 900 200 300\n";
  std::string links =
      "#   HaloID(1)   HaloPart(2)  NumProgenitors(3)\n#      SharedPart(1)    HaloID(2)   HaloPart(3)\n"
      "21  40  2\n  18  11  20\n  9  12  10\n";
  std::string link_tail = ".AHF_croco";
  std::string early_name = "box_1.z9.000", late_name = "box_2.z4.000";
  bool parameters = true, log = true;

  void write(const Folder& folder) const {
    folder.write(early_name + ".AHF_halos", header + early);
    folder.write(late_name + ".AHF_halos", header + late);
    if (!links.empty()) folder.write(late_name + link_tail, links);
    if (parameters) {
      folder.write("box_1.parameter", "z 9\n");
      folder.write("box_2.parameter", "z\t4\n");
    }
    if (log) folder.write("box_2.log", "simu.boxsize : 1\nsimu.omega0 : 0.3\nsimu.lambda0 : 0.7\n");
  }
};

cosmology::Parameters half() {
  cosmology::Parameters c;
  c.h = 0.5;
  return c;
}

std::unique_ptr<Reader> open_folder(const Folder& folder, Parameters p = {}) {
  p.path = folder.path();
  return ahf::open(p, half());
}

Catalogue read_all(const Reader& reader) { return read_forests(reader, 0, reader.forests().size(), 1.0); }

std::string message_of(const TinySet& set, const Parameters& p = {}) {
  const Folder folder;
  set.write(folder);
  return cecropia::testing::refusal([&] { read_all(*open_folder(folder, p)); });
}

TinySet with(std::string TinySet::*member, const std::string& what, const std::string& by) {
  TinySet set;
  std::string& text = set.*member;
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), by);
  return set;
}

TEST(Ahf, CataloguesAndLinksBecomeForests) {
  const Folder folder;
  TinySet{}.write(folder);
  Parameters p;
  p.path = folder.path();
  EXPECT_EQ(format_of(p), Format::ahf);
  const auto reader = open_folder(folder);
  EXPECT_THAT(reader->facts().scale, ElementsAre(0.1, 0.2));
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 2.0);
  EXPECT_DOUBLE_EQ(*reader->facts().omega_m, 0.3);
  EXPECT_FALSE(reader->facts().h.has_value());
  EXPECT_TRUE(reader->facts().warnings.empty());
  const Catalogue c = read_all(*reader);
  EXPECT_EQ(c.forest_id, (Ids{21, 23}));
  EXPECT_EQ(c.id, (Ids{11, 12, 21, 22, 23}));
  EXPECT_EQ(c.descendant_id, (Ids{21, 21, -1, -1, -1}));
  EXPECT_EQ(c.host_id, (Ids{-1, -1, -1, 21, -1}));
  EXPECT_EQ(c.flags[0], Forest::is_main_progenitor);
  EXPECT_EQ(c.flags[1], 0);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 4e9);
  EXPECT_FLOAT_EQ(c.position_cmpc[1][0], 0.3F);
}

TEST(Ahf, LinksWithoutParticlesAndLinksOfAllSnapshotsSayTheSame) {
  const Folder one, other;
  TinySet set;
  set.link_tail = ".AHF_mtree";
  set.links = "1\n21  2\n11\n12\n";
  set.write(one);
  EXPECT_EQ(read_all(*open_folder(one)).descendant_id, (Ids{21, 21, -1, -1, -1}));
  set.links.clear();
  set.write(other);
  Parameters p;
  p.path = other.write("MergerTree_of_mine", "1\nmine\n1\n21 2\n11\n12\nEND\n");
  EXPECT_EQ(format_of(p), Format::ahf);
  EXPECT_EQ(read_all(*ahf::open(p, half())).descendant_id, (Ids{21, 21, -1, -1, -1}));
  EXPECT_EQ(read_all(*open_folder(other)).descendant_id, (Ids{21, 21, -1, -1, -1}));
}

TEST(Ahf, NumbersThatBeginAnewInEachSnapshotBecomeIdsOfTheirOwn) {
  const Folder folder;
  TinySet set;
  set.early = "0 -1 0 2e9 20 100 200 300\n1 -1 0 1e9 10 150 200 300\n";
  set.late = "0 -1 1 4e9 40 100 200 300\n1 0 0 5e8 5 110 200 300\n";
  set.links = "0 40 2\n 18 0 20\n 9 1 10\n";
  set.write(folder);
  const Catalogue c = read_all(*open_folder(folder));
  const std::int64_t snapshot = 1000000000000;
  EXPECT_EQ(c.id, (Ids{1, 2, snapshot + 1, snapshot + 2}));
  EXPECT_EQ(c.descendant_id, (Ids{snapshot + 1, snapshot + 1, -1, -1}));
  EXPECT_EQ(c.host_id, (Ids{-1, -1, -1, snapshot + 1}));
}

TEST(Ahf, LinksMaySkipSnapshotsWhereIdsAreUnique) {
  const Folder folder;
  TinySet set;
  set.write(folder);
  folder.write("box_3.z3.000.AHF_halos", set.header + "31 0 0 5e9 50 100 200 300\n");
  folder.write("box_3.parameter", "z 3\n");
  folder.write("box_3.z3.000.AHF_croco", "31 50 2\n 30 21 40\n 5 11 20\n");
  const Catalogue c = read_all(*open_folder(folder));
  EXPECT_EQ(c.forest_id, (Ids{22, 23})) << "22 ends as a satellite: a root of its forest, with the smallest id";
  EXPECT_EQ(c.descendant_id[static_cast<std::size_t>(std::find(c.id.begin(), c.id.end(), 11) - c.id.begin())], 21)
      << "18^2/40 is more than 5^2/50";
}

/// Halo 11 goes to 21, and a warning counts it once.
void expect_one_claimed_halo(const TinySet& set) {
  const Folder folder;
  set.write(folder);
  const auto reader = open_folder(folder);
  EXPECT_EQ(read_all(*reader).descendant_id, (Ids{21, 21, -1, -1, -1}));
  ASSERT_EQ(reader->facts().warnings.size(), 1u);
  EXPECT_THAT(reader->facts().warnings[0], HasSubstr("1 halos are progenitors of several halos"));
}

TEST(Ahf, AHaloClaimedTwiceGoesWhereMostOfItWentAndAWarningCountsIt) {
  TinySet set;
  set.links += "23  7  1\n  6  11  20\n";  // 36/7 < 324/40
  expect_one_claimed_halo(set);
  set.link_tail = ".AHF_mtree";
  set.links = "2\n21  2\n11\n12\n23 1\n11\n";
  const std::string m = message_of(set);
  EXPECT_THAT(m, AllOf(HasSubstr("halo 11 is a progenitor of both 21 and 23"), HasSubstr("MTREE_BOTH_WAYS")));
}

TEST(Ahf, AHaloClaimedByThreeIsCountedOnce) {
  TinySet set;
  set.links += "22  5  1\n  2  11  20\n23  7  1\n  6  11  20\n";
  expect_one_claimed_halo(set);
}

TEST(Ahf, ARedshiftThatNoSnapshotHasIsNamed) {
  for (const char* z : {"-1", "-2", "-0.5"}) {
    const Folder folder;
    TinySet set;
    set.early_name = "box_1";
    set.late_name = "box_2";
    set.write(folder);
    folder.write("box_2.parameter", std::string("z ") + z + "\n");
    try {
      open_folder(folder);
      ADD_FAILURE() << z;
    } catch (const InputError& e) {
      EXPECT_THAT(e.what(), AllOf(HasSubstr("box_2.AHF_halos' is " + std::string(z)), HasSubstr("scale_factors")));
    }
  }
}

TEST(Ahf, TimesComeFromTheListTheParameterFilesOrTheNamesAndMustAgree) {
  const Folder lists;
  Parameters p;
  p.scale_factors = lists.write("right", "0.1\n0.2\n");
  EXPECT_EQ(message_of({}, p), "");
  p.scale_factors = lists.write("wrong", "0.1\n0.25\n");
  EXPECT_THAT(message_of({}, p), HasSubstr("its scale factor 0.25 is z = 3.0000"));
  p.scale_factors = lists.write("long", "0.1\n0.2\n0.3\n");
  EXPECT_THAT(message_of({}, p), HasSubstr("2 halo catalogues and 3 scale factors"));
  TinySet set;
  set.parameters = false;
  const Folder folder;
  set.write(folder);
  const auto reader = open_folder(folder);
  EXPECT_THAT(reader->facts().scale, ElementsAre(0.1, 0.2));
  ASSERT_EQ(reader->facts().warnings.size(), 1u);
  EXPECT_THAT(reader->facts().warnings[0], HasSubstr("taken from the names of the files"));
  set.early_name = "box_1";
  EXPECT_THAT(message_of(set),
              AllOf(HasSubstr("times of the halo catalogues are not known"), HasSubstr("scale_factors")));
  set.early_name = "box_1.z8.000";
  set.parameters = true;
  EXPECT_THAT(message_of(set), HasSubstr("is 8 by its name and 9 by its .parameter file"));
  set.early_name = "box_1.z4.000";
  set.parameters = false;
  EXPECT_THAT(message_of(set), HasSubstr("two halo catalogues are at the same time"));
}

TEST(Ahf, WithoutTimesInNamesTheListFollowsTheNumbersInThem) {
  const Folder folder;
  TinySet set;
  set.early_name = "box_9";
  set.late_name = "box_10";
  set.parameters = false;
  set.write(folder);
  Parameters p;
  p.scale_factors = folder.write("scales", "0.1\n0.2\n");
  EXPECT_EQ(read_all(*open_folder(folder, p)).descendant_id, (Ids{21, 21, -1, -1, -1}));
}

TEST(Ahf, TheBoxIsThatOfTheLogOrTheParameters) {
  TinySet set;
  set.log = false;
  const Folder folder;
  set.write(folder);
  Parameters p;
  EXPECT_FALSE(open_folder(folder, p)->facts().box_cmpc.has_value());
  p.box_cmpc = 2.0;
  EXPECT_DOUBLE_EQ(*open_folder(folder, p)->facts().box_cmpc, 2.0);
  folder.write("box_1.log", "simu.boxsize : 1e9\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { open_folder(folder); }),
              AllOf(HasSubstr("the side of the box is 2000000000 comoving Mpc"), HasSubstr("simu.boxsize")));
  folder.write("box_1.log", "simu.boxsize : 1\n");
  folder.write("box_2.log", "simu.boxsize : 2\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { open_folder(folder); }),
              HasSubstr("'simu.boxsize' is 1 and 2 in the .log files"));
  std::filesystem::remove(folder.path() + "/box_2.log");
  std::filesystem::create_directory(folder.path() + "/box_2.log");
  EXPECT_THAT(cecropia::testing::refusal([&] { open_folder(folder); }),
              AllOf(HasSubstr("box_2.log' cannot be read"), HasSubstr("or none of this name")));
  EXPECT_THAT(message_of(with(&TinySet::late, "900", "2100")),
              HasSubstr("halo 23 is at 2100 kpc/h, outside of the box"));
}

TEST(Ahf, ScaleFactorsThatContradictTheNamesAreRefused) {
  const Folder folder;
  TinySet{}.write(folder);
  Parameters p;
  p.scale_factors = folder.write("scales", "0.1\n0.25\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { open_folder(folder, p); }),
              HasSubstr("is at z = 4, but its scale factor 0.25 is z = 3.0000"));
}

TEST(Ahf, LinesAfterTheEndOfTheLinksAreRefused) {
  const Folder folder;
  TinySet set;
  set.links.clear();
  set.write(folder);
  Parameters p;
  p.path = folder.write("links", "1\nmine\n1\n21 2\n11\n12\nEND\n23 0\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { ahf::open(p, half()); }), HasSubstr("there are lines after END"));
}

TEST(Ahf, TheMassIsChosenWhereThereAreSeveral) {
  TinySet set = with(&TinySet::header, "numSubStruct", "Mhalo");
  EXPECT_THAT(message_of(set), HasSubstr("several masses"));
  Parameters p;
  p.mass_column = "mvir";
  EXPECT_EQ(message_of(set, p), "");
  p.mass_column = "M200";
  EXPECT_THAT(message_of(set, p), AllOf(HasSubstr("column 'm200' is missing"), HasSubstr("hosthalo")));
}

TEST(Ahf, FaultyLinesOfACatalogueAreNamed) {
  EXPECT_THAT(message_of(with(&TinySet::late, "5e8", "heavy")), AllOf(HasSubstr("'heavy'"), HasSubstr("line 3")));
  EXPECT_THAT(message_of(with(&TinySet::late, "5e8", "-5e8")), HasSubstr("mass of halo 22 is -500000000"));
  EXPECT_THAT(message_of(with(&TinySet::late, "5e8", "nan")), HasSubstr("not a finite number"));
  EXPECT_THAT(message_of(with(&TinySet::late, "22 21", "-22 21")), HasSubstr("halo id is -22"));
  EXPECT_THAT(message_of(with(&TinySet::late, "22 21", "22.5 21")), HasSubstr("'22.5', not a whole number"));
  EXPECT_THAT(message_of(with(&TinySet::late, "22 21", "22 29")),
              HasSubstr("host of halo 22, halo 29, does not exist"));
  EXPECT_THAT(message_of(with(&TinySet::late, "23 0 0", "22 0 0")), HasSubstr("halo id 22 occurs twice"));
  EXPECT_THAT(message_of(with(&TinySet::late, " 110 200 300", "")), HasSubstr("the line has 5 columns"));
  EXPECT_THAT(message_of(with(&TinySet::header, "Xc(6)", "X(6)")), HasSubstr("column 'xc' is missing"));
}

TEST(Ahf, FilesBesideTheCataloguesThatCannotBeUsedAreNamed) {
  // Among them a bug: a catalogue of no bytes at all was passed over, and its snapshot was not there.
  const auto also = [](const std::string& name, const std::string& content, TinySet set = {}) {
    const Folder folder;
    set.write(folder);
    folder.write(name, content);
    return cecropia::testing::refusal([&] { read_all(*open_folder(folder)); });
  };
  EXPECT_THAT(also("box_1.parameter", "z nine\n"),
              AllOf(HasSubstr("'z' of '"), HasSubstr("box_1.parameter' is not a number")));
  EXPECT_THAT(also("box_2.parameter", "z -1\n", {.late_name = "box_2"}),
              AllOf(HasSubstr("the redshift of '"), HasSubstr("box_2.AHF_halos' is -1")));
  EXPECT_THAT(also("box_1.z9.000.AHF_halos", ""),
              AllOf(HasSubstr("the halo catalogue '"), HasSubstr("box_1.z9.000.AHF_halos' is empty")));
  EXPECT_THAT(also("all.CRMratio2", "1\nmine\n1\n21 2\n11\n12\nEND\n"),
              HasSubstr("the folder holds several kinds of links"));
  const Folder other;
  Parameters p;
  p.path = other.write("links", "1\nmine\n1\n21 2\n11\n12\nEND\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { ahf::open(p, half()); }),
              HasSubstr("there are no halo catalogues of AHF in '"));
}

TEST(Ahf, LinksOfAllSnapshotsWantIdsThatAreUnique) {
  const Folder folder;
  TinySet set;
  set.early = "0 -1 0 2e9 20 100 200 300\n";
  set.late = "0 -1 0 4e9 40 100 200 300\n";
  set.links.clear();
  set.write(folder);
  Parameters p;
  p.path = folder.write("links", "1\nmine\n1\n0 1\n0\nEND\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { read_all(*ahf::open(p, half())); }),
              HasSubstr("ids begin anew in each snapshot, and the links name no snapshots"));
}

TEST(Ahf, FaultyLinksAreNamed) {
  EXPECT_THAT(message_of(with(&TinySet::links, "21  40  2", "21  40  2  7")),
              HasSubstr("a line of 4 numbers stands where a halo and the number of its progenitors should be"));
  EXPECT_THAT(message_of(with(&TinySet::links, "21  40  2", "29  40  2")), HasSubstr("halo 29 has links"));
  EXPECT_THAT(message_of(with(&TinySet::links, "  9  12", "  9  13")),
              HasSubstr("halo 13 has links, but is in no catalogue"));
  EXPECT_THAT(message_of(with(&TinySet::links, "40  2", "40  3")), HasSubstr("ends before 1 progenitors of halo 21"));
  EXPECT_THAT(message_of(with(&TinySet::links, "40  2", "40  1")), HasSubstr("ends before 10 progenitors of halo 9"));
  EXPECT_THAT(message_of(with(&TinySet::links, "40  2", "40  -2")), HasSubstr("cannot be negative"));
  EXPECT_THAT(message_of(with(&TinySet::links, "40  2", "0  2")), HasSubstr("nor the particles 0"));
  EXPECT_THAT(message_of(with(&TinySet::links, "  9  12  10", "  9  12")),
              HasSubstr("a line of 2 words stands where progenitor 2"));
  TinySet set;
  set.links.clear();
  EXPECT_THAT(message_of(set), AllOf(HasSubstr("the links of"), HasSubstr("box_2.z4.000")));
  set.link_tail = ".AHF_mtree";
  set.links = "2\n21  2\n11\n12\n";
  EXPECT_THAT(message_of(set), HasSubstr("should hold 2 halos with progenitors, but 1 are there"));
}

TEST(Ahf, TheListOfMainProgenitorsShowsACutFileOfLinks) {
  const Folder folder;
  TinySet set;
  set.write(folder);
  folder.write("box_2.z4.000.AHF_mtree_idx", "# HaloID(1) HaloID(2)\n   21   11\n   23    12\n");
  EXPECT_THAT(cecropia::testing::refusal([&] { open_folder(folder); }), HasSubstr("1 halos have progenitors in '"));
  folder.write("box_2.z4.000.AHF_mtree_idx", "# HaloID(1) HaloID(2)\n   21   11\n");
  EXPECT_EQ(open_folder(folder)->forests().size(), 2u);
}

TEST(Ahf, AFileCutInsideALineIsNeverReadAsAWholeOne) {
  const TinySet whole;
  for (const auto member : {&TinySet::early, &TinySet::late, &TinySet::links}) {
    const std::string& text = whole.*member;
    for (std::size_t n = 1; n < text.size(); ++n) {
      if (text[n - 1] == '\n') continue;  // whole lines may be missing: other tests
      TinySet set;
      set.*member = text.substr(0, n);
      EXPECT_NE(message_of(set), "") << "cut at byte " << n << " of " << text;
    }
  }
  const std::string all = "1\nmine\n2\n21 2\n11\n12\n22 0\nEND\n";
  const Folder folder;
  TinySet set;
  set.links.clear();
  set.write(folder);
  Parameters p;
  for (std::size_t n = 0; n <= all.size(); ++n) {
    p.path = folder.write("links", all.substr(0, n));
    if (n == all.size())
      EXPECT_EQ(ahf::open(p, half())->forests().size(), 2u);
    else
      EXPECT_THROW(ahf::open(p, half()), InputError) << n;
  }
}

}  // namespace
}  // namespace cecropia::tree

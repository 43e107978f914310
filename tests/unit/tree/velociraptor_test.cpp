// VELOCIraptor and TreeFrog: what the columns mean, and each fault of a set with its message.
#include "cecropia/tree/velociraptor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Ids = std::vector<std::int64_t>;
using Values = std::vector<double>;

constexpr std::int64_t snap = 1000000000000;

/// Two snapshots: 1 and 2 merge into 10^12 + 1, which hosts 10^12 + 2; a forest of its own is 10^12 + 3.
struct TinySet {
  struct Snapshot {
    double scale;
    Ids id, head, tail, host, forest;
    Values mass, x;
  };
  std::vector<Snapshot> snapshots{{0.1, {1, 2}, {snap + 1, snap + 1}, {1, 2}, {-1, -1}, {7, 7}, {2.0, 1.0}, {0.1, 0.2}},
                                  {0.2,
                                   {snap + 1, snap + 2, snap + 3},
                                   {snap + 1, snap + 2, snap + 3},
                                   {2, snap + 2, snap + 3},
                                   {-1, snap + 1, -1},
                                   {7, 7, 9},
                                   {3.0, 0.5, 1.5},
                                   {0.3, 0.4, 0.5}}};
  bool comoving = true, tells_comoving = true, statistics = true, named = true, properties = true;
  double period = 10.0;
  std::int64_t files_declared = 1, forests_declared = 2;
  Ids sizes{4, 1};
  std::string left_out, in_a_table;  ///< a column
  std::string mass_unit = "1e10", length_unit = "1000.0";

  void write(const std::string& stem) const {
    auto file = io::SerialFile::create(stem + (statistics ? ".hdf5.0" : ".hdf5"));
    file.write_attribute("Header/Simulation", "h_val", 0.5);
    file.write_attribute("Header/Simulation", "Omega_m", 0.3);
    file.write_attribute("Header/Simulation", "Omega_Lambda", 0.7);
    if (period > 0) file.write_attribute("Header/Simulation", "Period", period);
    if (tells_comoving) file.write_attribute("Header/Units", "Comoving_or_Physical", std::int64_t{comoving ? 1 : 0});
    if (!length_unit.empty()) file.write_attribute("Header/Units", "Length_unit_to_kpc", std::stod(length_unit));
    file.write_attribute("Header/Units", "Mass_unit_to_solarmass", mass_unit);
    for (std::size_t s = 0; s < snapshots.size(); ++s) {
      const Snapshot& t = snapshots[s];
      const std::string group = fmt::format("Snap_{:03}", s);
      file.write_attribute(group, "scalefactor", t.scale);
      const auto put = [&](const std::string& name, const auto& values) {
        if (name == in_a_table)
          file.write(group + "/" + name, values, {values.size(), 1}, "-", "-");
        else if (name != left_out)
          file.write(group + "/" + name, values, "-", "-");
      };
      put("ID", t.id);
      put("Head", t.head);
      put("Tail", t.tail);
      put("hostHaloID", t.host);
      if (named) put("ForestID", t.forest);
      if (!properties) continue;
      put("Mass_200crit", t.mass);
      put("Xc", t.x);
      put("Yc", t.x);
      put("Zc", t.x);
    }
    if (statistics) file.write("ForestInfoInFile/ForestSizesInFile", sizes, "-", "-");
    file.commit();
    if (!statistics) return;
    auto stats = io::SerialFile::create(stem + ".foreststats.hdf5");
    stats.write_attribute("Header", "NFiles", files_declared);
    stats.write_attribute("ForestInfo", "NForests", forests_declared);
    stats.commit();
  }
};

Parameters at(const std::string& path) {
  Parameters p;
  p.path = path;
  return p;
}

Catalogue read_all(const Reader& reader) { return read_forests(reader, 0, reader.forests().size(), 1.0); }

/// The message of the error that opening and reading gives; empty if there is none.
std::string message_of(const TinySet& set, Parameters p = {}) {
  const Folder folder;
  set.write(folder.path() + "/trees");
  p.path = folder.path();
  return cecropia::testing::refusal([&] { read_all(*velociraptor::open(p, {})); });
}

TEST(Velociraptor, AForestFileIsRecognisedByContentWhicheverOfItsFilesIsNamed) {
  const Folder folder;
  TinySet{}.write(folder.path() + "/trees");
  for (const char* name : {"", "/trees.foreststats.hdf5", "/trees.hdf5.0"}) {
    EXPECT_EQ(format_of(at(folder.path() + name)), Format::velociraptor) << name;
    EXPECT_EQ(velociraptor::open(at(folder.path() + name), {})->forests().size(), 2u) << name;
  }
  EXPECT_FALSE(velociraptor::recognise(folder.write("text", "no HDF5")));
}

TEST(Velociraptor, OtherHdf5FilesAreNotRecognised) {
  const Folder folder;
  const std::string path = folder.path() + "/other.h5";
  auto file = io::SerialFile::create(path);
  file.write("ForestInfo", Ids{1}, "-", "-");  // the name of another format's table
  file.write("Descendants", Ids{1}, "-", "-");
  file.write("Snap_000", Ids{1}, "-", "-");
  file.write("Snap_001/Descendant", Ids{1}, "-", "-");
  file.commit();
  EXPECT_FALSE(velociraptor::recognise(path));
  EXPECT_FALSE(velociraptor::recognise(folder.path()));
  EXPECT_THROW(velociraptor::open(at(path), {}), InputError);
}

TEST(Velociraptor, ForestsHostsAndDescendantsAreThoseOfTheColumns) {
  const Folder folder;
  TinySet{}.write(folder.path() + "/trees");
  const auto reader = velociraptor::open(at(folder.path()), {});
  EXPECT_EQ(reader->forests()[0].id, 7);
  EXPECT_EQ(reader->forests()[0].n_halos, 4);
  EXPECT_EQ(reader->forests()[1].id, 9);
  const Catalogue c = read_all(*reader);
  EXPECT_EQ(c.id, (Ids{1, 2, snap + 1, snap + 2, snap + 3}));
  EXPECT_EQ(c.descendant_id, (Ids{snap + 1, snap + 1, -1, -1, -1}));
  EXPECT_EQ(c.host_id, (Ids{-1, -1, -1, snap + 1, -1}));
  EXPECT_EQ(c.level, (std::vector<std::uint32_t>{0, 0, 1, 1, 1}));
  EXPECT_EQ(c.forest, (std::vector<std::uint32_t>{0, 0, 0, 0, 1}));
  EXPECT_EQ(c.flags[0] & Forest::is_main_progenitor, 0);
  EXPECT_NE(c.flags[1] & Forest::is_main_progenitor, 0) << "Tail names it, although it is the lighter one";
}

TEST(Velociraptor, ComovingUnitsCarryHAndPhysicalOnesTheScaleFactor) {
  const Folder folder;
  TinySet set;
  set.write(folder.path() + "/a");
  set.comoving = false;
  set.write(folder.path() + "/b");
  const auto comoving = velociraptor::open(at(folder.path() + "/a.foreststats.hdf5"), {});
  const auto physical = velociraptor::open(at(folder.path() + "/b.foreststats.hdf5"), {});
  EXPECT_DOUBLE_EQ(*comoving->facts().box_cmpc, 20.0);
  EXPECT_DOUBLE_EQ(*physical->facts().box_cmpc, 20.0);
  EXPECT_DOUBLE_EQ(*comoving->facts().h, 0.5);
  const Catalogue c = read_all(*comoving), p = read_all(*physical);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 4e10);
  EXPECT_FLOAT_EQ(c.position_cmpc[0][0], 0.2F);
  EXPECT_DOUBLE_EQ(p.m_vir_msun[0], 2e10);
  EXPECT_FLOAT_EQ(p.position_cmpc[0][0], 1.0F);
}

TEST(Velociraptor, LengthsThatNobodyCallsComovingArePhysicalAndTheUserIsTold) {
  const Folder folder;
  TinySet set;
  set.tells_comoving = false;
  set.period = 0.0;
  set.write(folder.path() + "/trees");
  Parameters p = at(folder.path());
  p.box_cmpc = 20.0;
  const auto reader = velociraptor::open(p, {});
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 20.0) << "that of the parameters where the file tells none";
  EXPECT_THAT(reader->facts().warnings, ::testing::Contains(HasSubstr("does not say whether lengths are comoving")));
  EXPECT_FLOAT_EQ(read_all(*reader).position_cmpc[0][0], 1.0F);
}

TEST(Velociraptor, ABoxOfNoSensibleSizeIsRefused) {
  TinySet set;
  set.period = 1e9;
  EXPECT_THAT(message_of(set), HasSubstr("the side of the box is 2000000000 comoving Mpc"));
}

TEST(Velociraptor, UnitsThatAreMissingOrNoNumbersAreNamed) {
  TinySet set;
  set.mass_unit = "heavy";
  EXPECT_THAT(message_of(set),
              AllOf(HasSubstr("'heavy' is not a number"), HasSubstr("/Header/Units@Mass_unit_to_solarmass")));
  set.mass_unit = "-1";
  EXPECT_THAT(message_of(set), HasSubstr("the unit 'Mass_unit_to_solarmass' is -1"));
  set = {};
  set.length_unit = "";
  EXPECT_THAT(message_of(set), HasSubstr("the unit 'Length_unit_to_kpc' is missing"));
}

TEST(Velociraptor, AFolderWithoutTreesOrWithTwoSetsIsRefused) {
  const Folder folder;
  const auto said = [&] { return cecropia::testing::refusal([&] { velociraptor::open(at(folder.path()), {}); }); };
  EXPECT_THAT(said(), HasSubstr("' holds no trees"));
  TinySet{}.write(folder.path() + "/trees");
  TinySet{}.write(folder.path() + "/others");
  EXPECT_THAT(said(), HasSubstr("' holds several sets of trees"));
}

TEST(Velociraptor, TreesWithoutNamedForestsAreJoinedByTheirLinks) {
  const Folder folder;
  TinySet set;
  set.named = set.statistics = false;
  set.write(folder.path() + "/trees");
  const auto reader = velociraptor::open(at(folder.path()), {});
  ASSERT_EQ(reader->forests().size(), 2u);
  EXPECT_EQ(reader->forests()[0].id, snap + 1);
  EXPECT_EQ(reader->forests()[1].id, snap + 3);
  EXPECT_EQ(read_forests(*reader, 1, 2, 1.0).id, (Ids{snap + 3}));
  EXPECT_EQ(read_forests(*reader, 0, 1, 1.0).id, (Ids{1, 2, snap + 1, snap + 2}));
}

TEST(Velociraptor, PositionsBeyondTheBoxComeBackIntoIt) {
  const Folder folder;
  TinySet set;
  set.snapshots[0].x = {-0.1, 10.2};
  set.write(folder.path() + "/trees");
  const Catalogue c = read_all(*velociraptor::open(at(folder.path()), {}));
  EXPECT_FLOAT_EQ(c.position_cmpc[0][0], 19.8F);
  EXPECT_FLOAT_EQ(c.position_cmpc[1][0], 0.4F);
  set.snapshots[0].x = {0.1, 30.0};
  EXPECT_THAT(message_of(set), AllOf(HasSubstr("Xc of halo 2 is 60 comoving Mpc"), HasSubstr("Snap_000, row 1")));
  set.snapshots[0].x = {0.1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_THAT(message_of(set), HasSubstr("not a place in the box"));
}

TEST(Velociraptor, RawGraphsAreRefusedAndSayWhatToDo) {
  const Folder folder;
  const std::string path = folder.path() + "/snapshot_001.VELOCIraptor.tree";
  auto file = io::SerialFile::create(path);
  file.write("ID", Ids{1}, "-", "-");
  file.write("NumDesc", Ids{1}, "-", "-");
  file.write("DescOffsets", Ids{0}, "-", "-");
  file.write("Descendants", Ids{snap + 1}, "-", "-");
  file.commit();
  for (const std::string& given : {path, folder.path()}) {
    EXPECT_EQ(format_of(at(given)), Format::velociraptor);
    EXPECT_THAT(cecropia::testing::refusal([&] { velociraptor::open(at(given), {}); }),
                AllOf(HasSubstr("a raw graph of TreeFrog"), HasSubstr("make the forest file")));
  }
}

TEST(Velociraptor, TreesWithoutHalosAreRefused) {
  TinySet set;
  set.properties = false;
  EXPECT_THAT(message_of(set), HasSubstr("neither masses nor positions"));
}

TEST(Velociraptor, AMissingFileOrForestIsFound) {
  TinySet set;
  set.files_declared = 2;
  EXPECT_THAT(message_of(set),
              AllOf(HasSubstr("the forest file '"), HasSubstr("trees.hdf5.1' is missing"), HasSubstr("2 files")));
  set = {};
  set.forests_declared = 3;
  EXPECT_THAT(message_of(set), AllOf(HasSubstr("the forest files hold 2 forests, '"), HasSubstr("' says 3")));
  set = {};
  set.sizes = {4, 2};
  EXPECT_THAT(message_of(set), HasSubstr("the forests should hold 6 halos, but 5 are there"));
  const Folder folder;
  TinySet{}.write(folder.path() + "/trees");
  std::filesystem::remove(folder.path() + "/trees.foreststats.hdf5");
  EXPECT_THAT(cecropia::testing::refusal([&] { velociraptor::open(at(folder.path()), {}); }),
              AllOf(HasSubstr("the statistics of the forests, '"), HasSubstr("trees.foreststats.hdf5', are missing")));
}

TEST(Velociraptor, AFileOfSomethingElseIsRefusedWhereTheFormatIsNamed) {
  const Folder folder;
  const std::string path = folder.path() + "/other.hdf5";
  auto file = io::SerialFile::create(path);
  file.write("galaxies", Ids{1}, "-", "-");
  file.commit();
  EXPECT_THAT(cecropia::testing::refusal([&] { velociraptor::open(at(path), {}); }),
              HasSubstr("' holds no VELOCIraptor trees"));
}

TEST(Velociraptor, AColumnThatIsMissingOrShortIsNamed) {
  for (const char* name : {"Head", "hostHaloID", "Yc"}) {
    TinySet set;
    set.left_out = name;
    EXPECT_THAT(message_of(set), AllOf(HasSubstr(fmt::format("'{}' is missing", name)), HasSubstr("Snap_000")));
  }
  TinySet set;
  set.snapshots[1].head.pop_back();
  EXPECT_THAT(message_of(set), AllOf(HasSubstr("'Head' has 2 rows, 'ID' has 3"), HasSubstr("Snap_001")));
  set = {};
  set.in_a_table = "ID";
  EXPECT_THAT(message_of(set), HasSubstr("'/Snap_000/ID' has 2 dimensions"));
}

TEST(Velociraptor, TimesMustRiseAndBeScaleFactors) {
  for (const double scale : {0.1, 0.0, 1.2, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    TinySet set;
    set.snapshots[1].scale = scale;
    EXPECT_THAT(message_of(set), HasSubstr("the scale factor of snapshot 1")) << scale;
  }
}

TEST(Velociraptor, NegativeAndRepeatedIdsAreNamed) {
  TinySet set;
  set.snapshots[0].id[0] = -5;
  EXPECT_THAT(message_of(set), AllOf(HasSubstr("the halo id is -5"), HasSubstr("row 0")));
  set = {};
  set.named = false;
  set.snapshots[0].id[0] = snap + 2;
  EXPECT_THAT(message_of(set), HasSubstr(fmt::format("halo id {} occurs twice", snap + 2)));
}

TEST(Velociraptor, TheMassIsChosenWhereThereAreSeveral) {
  const Folder folder;
  TinySet set;
  set.write(folder.path() + "/trees");
  Parameters p = at(folder.path());
  p.mass_column = "mass_200CRIT";
  EXPECT_EQ(read_all(*velociraptor::open(p, {})).n_halos(), 5u);
  p.mass_column = "Mass_FOF";
  EXPECT_THROW(velociraptor::open(p, {}), InputError);
}

TEST(Velociraptor, AFileCutAnywhereIsNeverReadAsAWholeOne) {
  const Folder folder;
  TinySet{}.write(folder.path() + "/trees");
  const std::string path = folder.path() + "/trees.hdf5.0";
  const std::string whole = cecropia::testing::read_text(path);
  const Catalogue expected = read_all(*velociraptor::open(at(folder.path()), {}));
  for (std::size_t n = 0; n < whole.size(); n += 97) {
    folder.write("trees.hdf5.0", whole.substr(0, n));
    EXPECT_THROW(read_all(*velociraptor::open(at(folder.path()), {})), InputError) << "cut at byte " << n;
  }
}

}  // namespace
}  // namespace cecropia::tree

#include "cecropia/tree/galacticus.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/flat_columns.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/hdf5_table.hpp"
#include "testing/refusal.hpp"
#include "tiny_trees.hpp"

namespace cecropia::tree {
namespace {
using cecropia::testing::Folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two forests: 7 holds 10 <- 20 (with satellite 21 of 20, whose descendant is 10), 3 holds 30 alone.
struct TinyGalacticus {
  bool is_version_1 = false;
  double mass_si = 1.989e30, length_si = 3.0857e22;
  bool has_box = true, has_length_unit = true;
  std::int64_t mass_h = -1, length_h = -1, length_a = 1;
  std::vector<std::int64_t> node{10, 20, 21, 30}, descendant{-1, 10, 10, -1}, host{10, 20, 20, 30};
  std::vector<double> mass{4e9, 3e9, 1e9, 2e9}, clock{0.2, 0.1, 0.1, 0.2};
  std::vector<double> position{1, 2, 3, 1, 2, 3, 1, 2, 3.5, 4, 0.5, -0.5};
  std::vector<std::int64_t> first{0, 3}, number{3, 1}, forest{7, 3};
  std::vector<double> weight;
  std::string clock_name = "expansionFactor";
  std::function<void(io::SerialFile&)> more = [](io::SerialFile&) {};

  std::string write(const Folder& folder, const std::string& name = "trees.hdf5") const {
    const std::string path = folder.path() + "/" + name;
    const std::string halos = is_version_1 ? "/haloTrees/" : "/forestHalos/";
    const std::string index = is_version_1 ? "/treeIndex/" : "/forestIndex/";
    io::SerialFile f = io::SerialFile::create(path);
    if (!is_version_1) f.write_attribute("/", "formatVersion", std::int64_t{2});
    f.write_attribute("/cosmology", "HubbleParam", 0.5);
    f.write_attribute("/cosmology", is_version_1 ? "Omega0" : "OmegaMatter", 0.3);
    f.write_attribute("/cosmology", "OmegaLambda", 0.7);
    if (has_box) f.write_attribute("/simulation", "boxSize", 4.0);
    f.write_attribute("/units", "massUnitsInSI", mass_si);
    f.write_attribute("/units", "massHubbleExponent", mass_h);
    if (has_length_unit) f.write_attribute("/units", "lengthUnitsInSI", length_si);
    f.write_attribute("/units", "lengthHubbleExponent", length_h);
    f.write_attribute("/units", "lengthScaleFactorExponent", length_a);
    f.write_attribute("/units", "timeUnitsInSI", 3.1556926e16);
    f.write(halos + "nodeIndex", node, "-", "");
    f.write(halos + (is_version_1 ? "descendentIndex" : "descendantIndex"), descendant, "-", "");
    if (!host.empty()) f.write(halos + "hostIndex", host, "-", "");
    f.write(halos + "nodeMass", mass, "-", "");
    f.write(halos + clock_name, clock, "-", "");
    if (!position.empty()) f.write(halos + "position", position, {position.size() / 3, 3}, "-", "");
    f.write(index + "firstNode", first, "-", "");
    f.write(index + "numberOfNodes", number, "-", "");
    f.write(index + (is_version_1 ? "treeIndex" : "forestIndex"), forest, "-", "");
    if (!weight.empty()) f.write(index + (is_version_1 ? "treeWeight" : "forestWeight"), weight, "-", "");
    more(f);
    f.commit();
    return path;
  }
};

cosmology::Parameters cosmos() {
  cosmology::Parameters c;
  c.omega_m = 0.3;
  c.h = 0.5;
  return c;
}

std::unique_ptr<Reader> open_tiny(const TinyGalacticus& tiny, const Folder& folder) {
  Parameters p;
  p.path = tiny.write(folder);
  return galacticus::open(p, cosmos());
}

Catalogue all_of(const Reader& reader) { return read_forests(reader, 0, reader.forests().size(), 8.0); }

Complaint complaint_about(const TinyGalacticus& tiny) {
  const Folder folder;
  try {
    all_of(*open_tiny(tiny, folder));
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().where, HasSubstr("trees.hdf5"));
    return error.complaint();
  }
  ADD_FAILURE() << "no InputError was thrown";
  return {};
}

TEST(Galacticus, DeliversForestsInRisingIdWithoutH) {
  const Folder folder;
  const auto reader = open_tiny({}, folder);
  ASSERT_EQ(reader->forests().size(), 2U);
  EXPECT_EQ(reader->forests()[0].id, 3);
  EXPECT_EQ(reader->forests()[1].n_halos, 3);
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 8.0);
  EXPECT_THAT(reader->facts().scale, ElementsAre(0.1, 0.2));
  const Catalogue c = all_of(*reader);
  EXPECT_THAT(c.id, ElementsAre(30, 10, 20, 21));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, -1, 10, 10));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, 20));
  EXPECT_THAT(c.level, ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(c.forest, ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(c.m_vir_msun, ElementsAre(4e9, 8e9, 6e9, 2e9));
  EXPECT_THAT(c.position_cmpc[0], ElementsAre(0.0F, 1.0F, 7.0F)) << "the box is periodic";
  EXPECT_THAT(c.weight_per_cmpc3, ElementsAre(0.125, 0.125));
}

TEST(Galacticus, AForestCanBeReadAlone) {
  const Folder folder;
  const auto reader = open_tiny({}, folder);
  const Catalogue c = read_forests(*reader, 1, 2, 8.0);
  EXPECT_THAT(c.id, ElementsAre(10, 20, 21));
  EXPECT_THAT(c.forest, ElementsAre(0, 0, 0));
}

TEST(Galacticus, Version1IsTheSameUnderItsNames) {
  TinyGalacticus tiny;
  tiny.is_version_1 = true;
  tiny.weight = {0.25, 0.5};
  // such files hold a scalar under the other spelling of the descendants
  tiny.more = [](io::SerialFile& f) { f.write("/haloTrees/descendantIndex", std::vector<double>{1.0}, {}, "-", ""); };
  const Folder folder;
  const auto reader = open_tiny(tiny, folder);
  const Catalogue c = all_of(*reader);
  EXPECT_THAT(c.id, ElementsAre(30, 10, 20, 21));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, -1, 10, 10));
  EXPECT_DOUBLE_EQ(*reader->facts().omega_m, 0.3);
  EXPECT_THAT(c.weight_per_cmpc3, ElementsAre(0.5 / 8, 0.25 / 8)) << "per length of the file, cubed";
}

TEST(Galacticus, ABoxThatOnlyTheParametersNameIsAsGoodAsOneOfTheFile) {
  const Folder folder;
  TinyGalacticus tiny;
  tiny.has_box = false;
  Parameters p;
  p.path = tiny.write(folder);
  p.box_cmpc = 8.0;
  const auto reader = galacticus::open(p, cosmos());
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 8.0);
  EXPECT_THAT(all_of(*reader).position_cmpc[0], ElementsAre(0.0F, 1.0F, 7.0F)) << "periodic in lengths of the file";
}

TEST(Galacticus, UnitsAreThoseOfTheFile) {
  TinyGalacticus tiny;
  tiny.mass_si = 1.98892e40;  // 1e10 Msun
  tiny.mass_h = 0;
  tiny.length_si = 3.0857e19;  // physical kpc
  tiny.length_h = 0;
  tiny.length_a = 0;
  tiny.more = [](io::SerialFile& f) { f.write_attribute("/forestHalos", "positionsArePeriodic", std::int64_t{0}); };
  const Folder folder;
  const auto reader = open_tiny(tiny, folder);
  EXPECT_FALSE(reader->facts().box_cmpc);
  const Catalogue c = all_of(*reader);
  EXPECT_DOUBLE_EQ(c.m_vir_msun[1], 4e19);
  EXPECT_FLOAT_EQ(c.position_cmpc[2][0], 1e-3F / 0.1F) << "comoving is physical over a";
}

TEST(Galacticus, ConstantsOfOtherProgramsMeanTheSolarMass) {
  EXPECT_EQ(flat::unit_factor(1.9891e30, 1.98841e30), 1.0);
  EXPECT_EQ(flat::unit_factor(1.98892e40, 1.98841e30), 1e10);
  EXPECT_NEAR(flat::unit_factor(4e30, 1.98841e30), 2.0117, 1e-4);
}

TEST(Galacticus, TimesAndRedshiftsAreLevelsToo) {
  TinyGalacticus tiny;
  tiny.clock_name = "redshift";
  tiny.clock = {4, 9, 9, 4};
  const Folder folder;
  EXPECT_THAT(open_tiny(tiny, folder)->facts().scale, ElementsAre(0.1, 0.2));
  const cosmology::Cosmology universe(cosmos());
  tiny.clock_name = "time";
  const double early_gyr = universe.age_myr(9) / 1e3, late_gyr = universe.age_myr(4) / 1e3;
  tiny.clock = {late_gyr, early_gyr, early_gyr, late_gyr};
  const Folder other;
  EXPECT_THAT(open_tiny(tiny, other)->facts().scale,
              ElementsAre(::testing::DoubleNear(0.1, 1e-8), ::testing::DoubleNear(0.2, 1e-8)));
}

TEST(Galacticus, WithoutHostsAllAreCentralsAndTheUserIsTold) {
  TinyGalacticus tiny;
  tiny.host.clear();
  const Folder folder;
  const auto reader = open_tiny(tiny, folder);
  EXPECT_THAT(all_of(*reader).host_id, ::testing::Each(-1));
  EXPECT_THAT(reader->facts().warnings, ElementsAre(HasSubstr("hosts")));
}

TEST(Galacticus, WithoutPositionsTheBoxIsTheVolumeOnly) {
  TinyGalacticus tiny;
  tiny.position.clear();
  const Folder folder;
  Parameters p;
  p.path = tiny.write(folder);
  ForestInfo info;
  const cosmology::Cosmology universe(cosmos());
  const Catalogue c = read_catalogue(p, {}, universe, {}, parallel::Communicator::world(), info);
  EXPECT_TRUE(c.position_cmpc.empty());
  EXPECT_EQ(info.box_cmpc, 0.0);
  EXPECT_DOUBLE_EQ(info.volume_cmpc3, 512.0);
  EXPECT_THAT(info.warnings, ElementsAre(HasSubstr("no positions")));
}

TEST(Galacticus, IdsThatAreUniqueInAForestOnlyAreReplacedByRows) {
  TinyGalacticus tiny;
  tiny.node = {1, 2, 3, 1};
  tiny.descendant = {-1, 1, 1, -1};
  tiny.host = {1, 2, 2, 1};
  const Folder folder;
  const auto reader = open_tiny(tiny, folder);
  const Catalogue c = all_of(*reader);
  EXPECT_THAT(c.id, ElementsAre(3, 0, 1, 2));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, -1, 0, 0));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, 1));
  EXPECT_THAT(reader->facts().warnings, ElementsAre(HasSubstr("not unique")));
}

TEST(Galacticus, IsRecognisedByContent) {
  const Folder folder;
  TinyGalacticus tiny;
  EXPECT_TRUE(galacticus::recognise(tiny.write(folder, "a.txt")));
  tiny.is_version_1 = true;
  EXPECT_TRUE(galacticus::recognise(tiny.write(folder, "b.dat")));
  io::SerialFile f = io::SerialFile::create(folder.path() + "/other.hdf5");
  f.write_attribute("/forestHalos", "positionsArePeriodic", std::int64_t{0});
  f.commit();
  EXPECT_FALSE(galacticus::recognise(folder.path() + "/other.hdf5"));
  EXPECT_FALSE(galacticus::recognise(folder.write("text", "#scale(0) id(1)\n")));
  EXPECT_FALSE(galacticus::recognise(folder.path()));
}

TEST(Galacticus, ACutFileIsAnErrorAtAnyByte) {
  const Folder folder;
  const std::string whole = cecropia::testing::read_text(TinyGalacticus().write(folder));
  for (std::size_t bytes = 8; bytes < whole.size(); bytes += 97) {
    Parameters p;
    p.path = folder.write("cut.hdf5", whole.substr(0, bytes));
    try {
      galacticus::recognise(p.path);
      ADD_FAILURE() << "cut at byte " << bytes << " and recognised";
    } catch (const InputError& error) {
      EXPECT_THAT(error.complaint().where, HasSubstr("cut.hdf5"));
    }
    EXPECT_THROW(galacticus::open(p, cosmos()), InputError) << bytes;
  }
}

/// As many forests of one halo, each at a time of its own.
TinyGalacticus many_roots(std::int64_t n) {
  TinyGalacticus many;
  many.node.resize(static_cast<std::size_t>(n));
  std::iota(many.node.begin(), many.node.end(), 0);
  many.forest = many.host = many.first = many.node;
  many.descendant.assign(many.node.size(), -1);
  many.number.assign(many.node.size(), 1);
  many.mass.assign(many.node.size(), 1e9);
  many.position.clear();
  many.clock.clear();
  for (const std::int64_t i : many.node)
    many.clock.push_back(0.1 + 0.9 * static_cast<double>(i) / static_cast<double>(n));
  return many;
}

struct Fault {
  const char* name;
  std::function<void(TinyGalacticus&)> make;
  const char* what;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class GalacticusFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(GalacticusFaults, AreRefused) {
  TinyGalacticus tiny;
  GetParam().make(tiny);
  EXPECT_THAT(complaint_about(tiny).what, HasSubstr(GetParam().what));
}

const double nan = std::numeric_limits<double>::quiet_NaN();
INSTANTIATE_TEST_SUITE_P(
    All, GalacticusFaults,
    ::testing::Values(
        Fault{"ShortColumn", [](TinyGalacticus& with) { with.mass.pop_back(); },
              "nodeMass' has 3 rows, 'nodeIndex' has 4"},
        Fault{"ShortIndex", [](TinyGalacticus& with) { with.number.pop_back(); }, "columns of different length"},
        Fault{"BeyondTheEnd", [](TinyGalacticus& with) { with.number[1] = 2; }, "has rows 3 to 5 of 4"},
        // The bug: the end of such rows was added up for the message, beyond what a number can be.
        Fault{"BugRowsBeyondAnyNumber",
              [](TinyGalacticus& with) { with.number[1] = std::numeric_limits<std::int64_t>::max(); },
              "forest 3 has rows 3 to 9223372036854775808 of 4"},
        Fault{"NegativeRow", [](TinyGalacticus& with) { with.first[0] = -1; }, "forest 7 has rows"},
        Fault{"Overflow", [](TinyGalacticus& with) { with.number[0] = std::numeric_limits<std::int64_t>::max(); },
              "forest 7 has rows"},
        Fault{"SharedRows", [](TinyGalacticus& with) { with.first[1] = 2; }, "share rows"},
        Fault{"ForestTwice", [](TinyGalacticus& with) { with.forest[1] = 7; }, "forest 7 occurs twice"},
        Fault{"NegativeForest", [](TinyGalacticus& with) { with.forest[1] = -3; }, "forest -3"},
        Fault{"NegativeMass", [](TinyGalacticus& with) { with.mass[2] = -1; }, "mass of a halo is -1"},
        Fault{"NanMass", [](TinyGalacticus& with) { with.mass[2] = nan; }, "mass of a halo is nan"},
        Fault{"NanPosition", [](TinyGalacticus& with) { with.position[4] = nan; }, "position of a halo"},
        Fault{"FarPosition", [](TinyGalacticus& with) { with.position[4] = 4000; }, "position of a halo is 4000"},
        Fault{"NanTime", [](TinyGalacticus& with) { with.clock[0] = nan; }, "the time of a halo is nan"},
        Fault{"TimeOfTheFuture", [](TinyGalacticus& with) { with.clock[0] = 2; }, "time 2 of a halo cannot be"},
        Fault{"NoTime", [](TinyGalacticus& with) { with.clock_name = "hour"; }, "times of the halos are missing"},
        Fault{"NoUnit", [](TinyGalacticus& with) { with.mass_si = -1; }, "massUnitsInSI"},
        Fault{"OtherVersion",
              [](TinyGalacticus& with) {
                with.more = [](io::SerialFile& f) { f.write_attribute("/", "formatVersion", std::int64_t{3}); };
              },
              "the version of the format is 3"},
        Fault{"TimesThatGrowWithTheUniverse",
              [](TinyGalacticus& with) {
                with.clock_name = "time";
                with.more = [](io::SerialFile& f) {
                  f.write_attribute("/units", "timeScaleFactorExponent", std::int64_t{1});
                };
              },
              "times that grow with the universe are not understood"},
        Fault{"ManyTimes", [](TinyGalacticus& with) { with = many_roots(5000); },
              "halos at 5000 different times are not in snapshots"},
        Fault{"NoSnapshotsAtAll", [](TinyGalacticus& with) { with = many_roots(70000); },
              "the halos are not in snapshots: nearly each has a time of its own"},
        Fault{"OursWithoutLevels",
              [](TinyGalacticus& with) {
                with.more = [](io::SerialFile& f) { f.write_attribute("/cecropia", "volume_cmpc3", 512.0); };
              },
              "the redshifts of the levels are missing"},
        Fault{"LengthsWithoutUnit", [](TinyGalacticus& with) { with.has_length_unit = false; },
              "the unit of length is missing"},
        Fault{"CrookedExponent", [](TinyGalacticus& with) { with.mass_h = 12; },
              "the attribute 'massHubbleExponent' is 12"},
        Fault{"HostsInTwoColumns",
              [](TinyGalacticus& with) {
                with.host.clear();
                with.more = [](io::SerialFile& f) {
                  f.write("/forestHalos/hostIndex", std::vector<std::int64_t>{10, 20, 20, 30}, {2, 2}, "-", "");
                };
              },
              "the dataset 'forestHalos/hostIndex' has another shape"},
        Fault{"NoHalos",
              [](TinyGalacticus& with) {
                with.node.clear(), with.descendant.clear(), with.host.clear(), with.position.clear();
                with.mass.clear(), with.clock.clear(), with.first.clear(), with.number.clear(), with.forest.clear();
              },
              "there are no halos"},
        Fault{"MissingWeight", [](TinyGalacticus& with) { with.weight = {1}; },
              "the weights of the forests are not one for each"},
        Fault{"NegativeWeight",
              [](TinyGalacticus& with) {
                with.weight = {1, -1};
              },
              "weight of a forest"},
        Fault{"LinkOutsideWhereRowsAreIds",
              [](TinyGalacticus& with) {
                with.node = {1, 2, 3, 1};
                with.descendant = {-1, 1, 9, -1};
                with.host = with.node;
              },
              "its descendant, node 9, is not in its forest"},
        Fault{"NodeTwiceInItsForest",
              [](TinyGalacticus& with) {
                with.node = {1, 2, 2, 1};
                with.descendant = {-1, 1, 1, -1};
                with.host = with.node;
              },
              "nodeIndex 2 occurs twice in its forest"}),
    [](const auto& fault) { return fault.param.name; });

TEST(Galacticus, FilesOfThisProgramAreNotTrustedEither) {
  TinyGalacticus tiny;
  tiny.clock_name = "redshift";
  tiny.clock = {4, 9, 9, 4};
  tiny.more = [](io::SerialFile& f) { f.write("/cecropia/redshift", std::vector<double>{4, 9}, "-", ""); };
  const Complaint levels = complaint_about(tiny);
  EXPECT_EQ(levels.what, "the redshift of level 1 is 9");
  EXPECT_EQ(levels.expected, "falling redshifts");
  tiny.more = [](io::SerialFile& f) { f.write("/cecropia/redshift", std::vector<double>{9, 4}, "-", ""); };
  tiny.node[3] = tiny.host[3] = -30;
  const Complaint id = complaint_about(tiny);
  EXPECT_EQ(id.what, "the nodeIndex is -30");
  EXPECT_EQ(id.expected, "a whole number, 0 or more");
}

TEST(Galacticus, AColumnThatClaimsMoreRowsThanItsBytesCanHoldIsRefused) {
  TinyGalacticus tiny;
  tiny.host.clear();
  const Folder folder;
  Parameters p;
  p.path = tiny.write(folder);
  ASSERT_TRUE(cecropia::testing::add_claim(p.path, "/forestHalos/hostIndex", std::size_t{1} << 50));
  EXPECT_THAT(cecropia::testing::refusal([&] { galacticus::open(p, cosmos()); }),
              HasSubstr("rows, more than its bytes can hold"));
}

TEST(Galacticus, HalosThatBelongToNoForestAreLeftOutAndTheUserIsTold) {
  TinyGalacticus tiny;
  tiny.number[0] = 2;
  tiny.descendant[1] = -1;
  const Folder folder;
  const auto reader = open_tiny(tiny, folder);
  EXPECT_THAT(reader->facts().warnings, ElementsAre(HasSubstr("1 of 4 halos belong to no forest")));
  EXPECT_EQ(all_of(*reader).n_halos(), 3U);
}

}  // namespace
}  // namespace cecropia::tree

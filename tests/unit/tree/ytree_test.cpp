#include "cecropia/tree/ytree.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/refusal.hpp"
#include "tiny_trees.hpp"

namespace cecropia::tree {
namespace {
using cecropia::testing::Folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ytree::measure;
using ytree::Quantity;

using Numbers = std::vector<std::int64_t>;

/// Three trees in two files: 10 <- {20, 21}, 30 <- 40 (40 is a satellite of 21), 50.
struct TinyArbor {
  struct File {
    Numbers uid, desc, upid;
    std::vector<double> mass, scale, x;
    Numbers begin, end;
  };
  std::vector<File> files{{{10, 20, 21, 30, 40},
                           {-1, 10, 10, -1, 30},
                           {-1, -1, -1, -1, 21},
                           {4, 3, 1, 2, 0.5},
                           {0.2, 0.1, 0.1, 0.2, 0.1},
                           {0.25, 0.25, 0.5, 0.75, 0.5},
                           {0, 3},
                           {3, 5}},
                          {{50}, {-1}, {-1}, {7}, {0.2}, {0.125}, {0}, {1}}};
  Numbers first_tree{0, 2}, last_tree{2, 3};
  std::vector<double> root_mass{4, 2, 7};
  Numbers root_uid{10, 30, 50};
  std::string mass_unit = "1e9*Msun/h", place_unit = "unitary", clock = "scale_factor", arbor_type = "YTreeArbor";
  double box = 4.0;
  std::string unit_of_y;
  bool hosts = true, uids_in_a_table = false, starts_in_a_table = false;
  std::function<void(io::SerialFile&)> more = [](io::SerialFile&) {};

  static void field(io::SerialFile& f, const std::string& name, const auto& values, const std::string& units) {
    f.write("/data/" + name, values, "-", "");
    f.write_attribute("/data/" + name, "units", units);
  }
  void write_positions(io::SerialFile& f, const std::vector<double>& values) const {
    field(f, "position_x", values, place_unit);
    field(f, "position_y", values, unit_of_y.empty() ? place_unit : unit_of_y);
    field(f, "position_z", values, place_unit);
  }
  std::string write(const Folder& folder, const std::string& name = "arbor") const {
    const std::string prefix = folder.path() + "/" + name;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const File& t = files[i];
      io::SerialFile f = io::SerialFile::create(prefix + "_000" + std::to_string(i) + ".h5");
      if (uids_in_a_table)
        f.write("/data/uid", t.uid, {t.uid.size(), 1}, "-", "");
      else
        field(f, "uid", t.uid, "");
      field(f, "desc_uid", t.desc, "");
      if (hosts) field(f, "upid", t.upid, "");
      field(f, "mass", t.mass, mass_unit);
      field(f, clock, t.scale, "");
      write_positions(f, t.x);
      if (starts_in_a_table)
        f.write("/index/tree_start_index", t.begin, {t.begin.size(), 1}, "-", "");
      else
        f.write("/index/tree_start_index", t.begin, "-", "");
      f.write("/index/tree_end_index", t.end, "-", "");
      f.commit();
    }
    io::SerialFile f = io::SerialFile::create(prefix + ".h5");
    f.write_attribute("/", "arbor_type", arbor_type);
    f.write_attribute("/", "hubble_constant", 0.5);
    f.write_attribute("/", "omega_matter", 0.3);
    f.write_attribute("/", "omega_lambda", 0.7);
    f.write_attribute("/", "box_size", box);
    f.write_attribute("/", "box_size_units", "Mpc/h");
    field(f, "uid", root_uid, "");
    field(f, "desc_uid", Numbers{-1, -1, -1}, "");
    if (hosts) field(f, "upid", Numbers{-1, -1, -1}, "");
    field(f, "mass", root_mass, mass_unit);
    field(f, clock, std::vector<double>{0.2, 0.2, 0.2}, "");
    write_positions(f, root_mass);
    f.write("/index/tree_start_index", first_tree, "-", "");
    f.write("/index/tree_end_index", last_tree, "-", "");
    more(f);
    f.commit();
    return prefix + ".h5";
  }
};

cosmology::Parameters cosmos() {
  cosmology::Parameters c;
  c.omega_m = 0.3;
  c.h = 0.5;
  return c;
}

std::unique_ptr<Reader> open_at(const std::string& path) {
  Parameters p;
  p.path = path;
  return ytree::open(p, cosmos());
}

Catalogue all_of(const Reader& reader) { return read_forests(reader, 0, reader.forests().size(), 8.0); }

TEST(Ytree, TreesThatTouchAreOneForest) {
  const Folder folder;
  const auto reader = open_at(TinyArbor().write(folder));
  ASSERT_EQ(reader->forests().size(), 2U);
  EXPECT_EQ(reader->forests()[0].id, 10);
  EXPECT_EQ(reader->forests()[0].n_halos, 5);
  EXPECT_DOUBLE_EQ(*reader->facts().box_cmpc, 8.0);
  const Catalogue c = all_of(*reader);
  EXPECT_THAT(c.id, ElementsAre(10, 20, 21, 30, 40, 50));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, -1, 21, -1));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, 10, 10, -1, 30, -1));
  EXPECT_THAT(c.forest, ElementsAre(0, 0, 0, 0, 0, 1));
  EXPECT_THAT(c.level, ElementsAre(1, 0, 0, 1, 0, 1));
  EXPECT_DOUBLE_EQ(c.m_vir_msun[0], 8e9);
  EXPECT_FLOAT_EQ(c.position_cmpc[0][2], 2.0F) << "a quarter of the box";
}

TEST(Ytree, AFolderWithoutAnArborIsNamed) {
  const Folder folder;
  EXPECT_THAT(cecropia::testing::refusal([&] { open_at(folder.path()); }), HasSubstr("there is no ytree arbor"));
}

TEST(Ytree, AForestCanBeReadAlone) {
  const Folder folder;
  const auto reader = open_at(TinyArbor().write(folder));
  EXPECT_THAT(read_forests(*reader, 1, 2, 8.0).id, ElementsAre(50));
}

TEST(Ytree, TheMassThatIsNamedIsTaken) {
  const Folder folder;
  Parameters p;
  p.path = TinyArbor().write(folder);
  p.mass_column = "mass";
  EXPECT_DOUBLE_EQ(all_of(*ytree::open(p, cosmos())).m_vir_msun[0], 8e9);
  p.mass_column = "mass_of_another_kind";
  EXPECT_THAT(cecropia::testing::refusal([&] { ytree::open(p, cosmos()); }), HasSubstr("mass_of_another_kind"));
}

TEST(Ytree, WithoutHostsEveryTreeIsAForest) {
  TinyArbor arbor;
  arbor.hosts = false;
  const Folder folder;
  const auto reader = open_at(arbor.write(folder));
  EXPECT_EQ(reader->forests().size(), 3U);
  EXPECT_THAT(reader->facts().warnings, ElementsAre(HasSubstr("does not tell hosts")));
}

TEST(Ytree, UidsThatAreTooLargeAreReplacedByRows) {
  TinyArbor arbor;
  constexpr std::int64_t far = std::int64_t{1} << 60;
  for (TinyArbor::File& file : arbor.files)
    for (Numbers* ids : {&file.uid, &file.desc, &file.upid})
      for (std::int64_t& id : *ids) id += id < 0 ? 0 : far;
  for (std::int64_t& id : arbor.root_uid) id += far;
  const Folder folder;
  const auto reader = open_at(arbor.write(folder));
  const Catalogue c = all_of(*reader);
  EXPECT_THAT(c.id, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(c.host_id, ElementsAre(-1, -1, -1, -1, 2, -1));
  EXPECT_THAT(c.descendant_id, ElementsAre(-1, 0, 0, -1, 3, -1));
}

TEST(Ytree, RedshiftIsAClockToo) {
  TinyArbor arbor;
  arbor.clock = "redshift";
  arbor.files[0].scale = {4, 9, 9, 4, 9};
  arbor.files[1].scale = {4};
  const Folder folder;
  EXPECT_THAT(open_at(arbor.write(folder))->facts().scale, ElementsAre(0.1, 0.2));
}

TEST(Ytree, IsRecognisedByItsHeaderItsDataAndItsFolder) {
  const Folder folder;
  const std::string header = TinyArbor().write(folder);
  EXPECT_TRUE(ytree::recognise(header));
  EXPECT_TRUE(ytree::recognise(folder.path()));
  EXPECT_TRUE(ytree::recognise(folder.path() + "/arbor_0001.h5"));
  EXPECT_THAT(all_of(*open_at(folder.path() + "/arbor_0001.h5")).id, ::testing::SizeIs(6));
  EXPECT_FALSE(ytree::recognise(folder.write("text.h5", "#scale(0) id(1)\n")));
  TinyArbor().write(folder, "second");
  EXPECT_THAT(cecropia::testing::refusal([&] { ytree::recognise(folder.path()); }),
              HasSubstr("the folder holds several arbors"));
  const Folder other;
  TinyArbor arbor;
  arbor.arbor_type = "GadgetArbor";
  EXPECT_FALSE(ytree::recognise(arbor.write(other)));
}

TEST(Ytree, ACutFileIsAnErrorAtAnyByte) {
  for (const char* name : {"arbor.h5", "arbor_0000.h5"}) {
    const Folder folder;
    const std::string header = TinyArbor().write(folder);
    const std::string whole = cecropia::testing::read_text(folder.path() + "/" + name);
    for (std::size_t bytes = 8; bytes < whole.size(); bytes += 211) {
      folder.write(name, whole.substr(0, bytes));
      EXPECT_THROW(open_at(header), InputError) << name << " cut at " << bytes;
    }
  }
}

struct Fault {
  const char* name;
  std::function<void(TinyArbor&)> make;
  const char* what;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class YtreeFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(YtreeFaults, AreRefused) {
  TinyArbor arbor;
  GetParam().make(arbor);
  const Folder folder;
  try {
    all_of(*open_at(arbor.write(folder)));
    ADD_FAILURE() << "no InputError was thrown";
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().what, HasSubstr(GetParam().what));
    EXPECT_THAT(error.complaint().where, HasSubstr("arbor"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, YtreeFaults,
    ::testing::Values(
        Fault{"MissingFile",
              [](TinyArbor& with) {
                with.first_tree = {0, 2, 3};
                with.last_tree = {2, 3, 4};
              },
              "data files of the arbor are missing: arbor_0002.h5"},
        Fault{"TreesThatTheHeaderDoesNotCount",
              [](TinyArbor& with) {
                with.files[1].begin = with.files[1].end = {0, 1};
              },
              "the index has 2 trees, the header says 1"},
        Fault{"EmptyTree", [](TinyArbor& with) { with.files[0].end[0] = 0; }, "tree 0 has nodes 0 to 0"},
        Fault{"TreeBeyondTheEnd", [](TinyArbor& with) { with.files[0].end[1] = 9; }, "tree 1 has nodes 3 to 9 of 5"},
        Fault{"UidsInATable", [](TinyArbor& with) { with.uids_in_a_table = true; },
              "'data/uid' is not a list of numbers"},
        Fault{"FirstNodesInATable", [](TinyArbor& with) { with.starts_in_a_table = true; },
              "the dataset 'index/tree_start_index' is not a list of numbers"},
        Fault{"OverlappingTrees", [](TinyArbor& with) { with.files[0].begin[1] = 2; }, "tree 1 has nodes 2 to 5"},
        Fault{"NodesWithoutTree", [](TinyArbor& with) { with.files[0].end[1] = 4; }, "has 5 nodes, its trees have 4"},
        Fault{"OverlappingFiles", [](TinyArbor& with) { with.first_tree[1] = 1; }, "file 1 has trees 1 to 3"},
        Fault{"ShortField", [](TinyArbor& with) { with.files[0].mass.pop_back(); },
              "'data/mass' does not have an entry for each of 5 nodes"},
        Fault{"RootTwice", [](TinyArbor& with) { with.root_uid[2] = 10; }, "two trees have the root 10"},
        Fault{"RootsOfTwoTreesOnly", [](TinyArbor& with) { with.root_uid.pop_back(); },
              "'data/uid' does not have an entry for each of 3 trees"},
        Fault{"IdOfAForestBelow0", [](TinyArbor& with) { with.root_uid[2] = with.files[1].uid[0] = -50; },
              "a forest has the id -50"},
        Fault{"OtherUnitsAlongTheAxes", [](TinyArbor& with) { with.unit_of_y = "Mpc"; },
              "the positions have different units along the axes"},
        Fault{"OursWithoutLevels",
              [](TinyArbor& with) {
                with.more = [](io::SerialFile& f) { f.write_attribute("/cecropia", "volume_cmpc3", 512.0); };
              },
              "the redshifts of the levels, the forests or their weights are missing"},
        Fault{"NegativeMass", [](TinyArbor& with) { with.files[0].mass[1] = -3; }, "mass of a halo is -3"},
        Fault{"NanTime", [](TinyArbor& with) { with.files[0].scale[1] = std::nan(""); }, "time of a halo is nan"},
        Fault{"FarPosition", [](TinyArbor& with) { with.files[0].x[1] = 5; }, "position of a halo"},
        Fault{"NegativeBox", [](TinyArbor& with) { with.box = -1; }, "the attribute 'box_size' is -1"},
        Fault{"UnknownUnit", [](TinyArbor& with) { with.mass_unit = "elephants"; },
              "unit 'elephants' is not understood"},
        Fault{"NoTime", [](TinyArbor& with) { with.clock = "hour"; }, "times of the halos are missing"}),
    [](const auto& fault) { return fault.param.name; });

TEST(YtreeUnits, AreProductsOfKnownSymbols) {
  EXPECT_EQ(measure("Msun", Quantity::mass, "here").factor, 1.0);
  EXPECT_EQ(measure("Msun/h", Quantity::mass, "here").h_exponent, -1);
  EXPECT_EQ(measure("10000000000.0*Msun/h", Quantity::mass, "here").factor, 1e10);
  EXPECT_EQ(measure("1e+10*Msun*h**-1", Quantity::mass, "here").h_exponent, -1);
  EXPECT_NEAR(measure("g", Quantity::mass, "here").factor * 1.98841e33, 1.0, 1e-12);
  EXPECT_EQ(measure("Mpc", Quantity::length, "here").factor, 1.0);
  EXPECT_EQ(measure("Mpccm/h", Quantity::length, "here").factor, 1.0);
  EXPECT_EQ(measure("kpc*h**(-1)", Quantity::length, "here").factor, 1e-3);
  EXPECT_NEAR(measure("cm", Quantity::length, "here").factor * 3.0857e24, 1.0, 1e-4);
  EXPECT_TRUE(measure("unitary", Quantity::length, "here").of_box);
}

TEST(YtreeUnits, OfAnotherKindAreRefused) {
  for (const char* text :
       {"", "Mpc", "Msun**2", "Msun//h", "Msun*", "h", "1e10", "Msun/Msun", "Msun h", "0*Msun", "code_mass"})
    EXPECT_THROW(measure(text, Quantity::mass, "here"), InputError) << text;
  for (const char* text : {"Msun", "Mpc**3", "unitary/h", "unitary*unitary", "xpc", "1/Mpc"})
    EXPECT_THROW(measure(text, Quantity::length, "here"), InputError) << text;
}

}  // namespace
}  // namespace cecropia::tree

#include "cecropia/stars/table_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/stars/builder.hpp"
#include "scratch.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::Scratch;

const Tables& standard() {
  static const Tables tables = build({});
  return tables;
}

/// The complaint must name the file, the item and the remedy.
void expect_refusal(const std::filesystem::path& path, const std::string& item) {
  try {
    read_tables(path);
    ADD_FAILURE() << "accepted, although " << item << " is wrong";
  } catch (const InputError& e) {
    const std::string message = e.what();
    EXPECT_NE(message.find(path.filename().string()), std::string::npos) << message;
    EXPECT_NE(message.find(item), std::string::npos) << message;
    EXPECT_FALSE(e.complaint().fix.empty());
  }
}

/// A copy of `from` in which `edit` writes each dataset in its own way.
struct Edit {
  std::string dataset{}, unit{};  // dataset whose unit is replaced
  std::string leave_out{};        // dataset that is not copied
  std::int64_t schema = table_schema;
  double factor = 1.0;  // multiplies `scaled`
  std::string scaled{};
  bool short_column = false;
};
void copy_with(const std::filesystem::path& from, const std::filesystem::path& to, const Edit& edit) {
  const auto in = io::SerialFile::open(from);
  auto out = io::SerialFile::create(to);
  for (const char* key : {"kind", "source", "content_hash"})
    out.write_attribute("/", key, in.read_string_attribute("/", key));
  out.write_attribute("/", "schema", edit.schema);
  for (const char* group : {"/grid", "/stars", "/ejecta"})
    for (const std::string& child : in.children(group)) {
      const std::string name = std::string(group) + "/" + child;
      if (name == edit.leave_out) continue;
      if (name == "/grid/slots" || name == "/grid/fates") {
        out.write_strings(name, in.read_strings(name), "names");
        continue;
      }
      auto a = in.read_double(name);
      if (name == edit.scaled)
        for (double& x : a.data) x *= edit.factor;
      if (name == edit.dataset && edit.short_column) {
        a.dims[0] -= 1;
        a.data.resize(a.dims[0] * a.dims[1]);
      }
      const bool other_unit = name == edit.dataset && !edit.unit.empty();
      out.write(name, a.data, a.dims, other_unit ? edit.unit : in.unit(name), "copied");
    }
  out.commit();
}

TEST(TableFile, GivesBackEveryBitOfTheTables) {
  const Scratch folder;
  for (Model model : {Model::standard, Model::hartwig2022}) {
    const Tables tables = build({.model = model});
    write_tables(folder / "t.h5", tables);
    const Tables again = read_tables(folder / "t.h5");
    EXPECT_EQ(again.content_hash(), tables.content_hash());
    EXPECT_EQ(again.source(), tables.source());
    EXPECT_EQ(again.z_grid(), tables.z_grid());
    EXPECT_EQ(again.m_grid_msun(), tables.m_grid_msun());
    for (std::size_t k = 0; k < tables.n_z(); ++k)
      for (std::size_t j = 0; j < tables.n_m(); ++j) {
        EXPECT_EQ(again.at(k, j).fate, tables.at(k, j).fate);
        EXPECT_EQ(again.at(k, j).sn_msun, tables.at(k, j).sn_msun);
        EXPECT_EQ(again.at(k, j).wind_msun, tables.at(k, j).wind_msun);
        EXPECT_EQ(again.at(k, j).z, tables.at(k, j).z);
        EXPECT_EQ(again.at(k, j).m_msun, tables.at(k, j).m_msun);
      }
  }
}

TEST(TableFile, EqualTablesAreEqualBytes) {
  const Scratch folder;
  write_tables(folder / "a.h5", standard());
  write_tables(folder / "b.h5", standard());
  EXPECT_EQ(io::read_file(folder / "a.h5"), io::read_file(folder / "b.h5"));
}

TEST(TableFile, EveryDatasetHasAUnitAndADescriptionAndTheFileItsSourcesAndChecks) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  const auto file = io::SerialFile::open(folder / "t.h5");
  for (const char* group : {"/grid", "/stars", "/ejecta"})
    for (const std::string& child : file.children(group)) {
      const std::string name = std::string(group) + "/" + child;
      EXPECT_FALSE(file.description(name).empty()) << name;
      if (name != "/grid/slots" && name != "/grid/fates") {
        EXPECT_FALSE(file.unit(name).empty()) << name;
      }
    }
  EXPECT_NE(file.read_string_attribute("/", "source").find("Costa"), std::string::npos);
  EXPECT_LT(file.read_double_attribute("/", "largest_mass_error"), 1e-12);
  EXPECT_EQ(file.read_string_attribute("/", "conservation"), "every star conserves mass to 1e-12");
}

TEST(TableFile, ACopyThatChangesNothingIsAccepted) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  copy_with(folder / "t.h5", folder / "copy.h5", {});
  EXPECT_EQ(read_tables(folder / "copy.h5").content_hash(), standard().content_hash());
}

TEST(TableFile, AnotherSchemaIsRefused) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  copy_with(folder / "t.h5", folder / "new.h5", {.schema = table_schema + 1});
  expect_refusal(folder / "new.h5", "schema");
}

TEST(TableFile, AWrongUnitIsRefused) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  copy_with(folder / "t.h5", folder / "gyr.h5", {.dataset = "/stars/lifetime", .unit = "Gyr"});
  expect_refusal(folder / "gyr.h5", "/stars/lifetime");
  copy_with(folder / "t.h5", folder / "g.h5", {.dataset = "/ejecta/sn", .unit = "g"});
  expect_refusal(folder / "g.h5", "/ejecta/sn");
}

TEST(TableFile, AMissingOrShortColumnIsRefused) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  copy_with(folder / "t.h5", folder / "no.h5", {.leave_out = "/stars/e_sn"});
  expect_refusal(folder / "no.h5", "/stars/e_sn");
  copy_with(folder / "t.h5", folder / "names.h5", {.leave_out = "/grid/slots"});
  expect_refusal(folder / "names.h5", "'/grid/slots' does not hold the names of this program");
  copy_with(folder / "t.h5", folder / "short.h5", {.dataset = "/stars/m_fin", .short_column = true});
  expect_refusal(folder / "short.h5", "'/stars/m_fin' has the wrong shape");
}

// The bug: room was made for metallicities x masses of the grids before a column told that there are not so many stars.
TEST(TableFile, BugGridsOfAForgedFileAskedForMoreMemoryThanThereIs) {
  const Scratch scratch;
  const auto path = scratch / "forged.h5";
  auto file = io::SerialFile::create(path);
  file.write_attribute("/", "kind", "cecropia stellar tables");
  file.write_attribute("/", "schema", table_schema);
  const std::vector<double> grid(3000000, 1.0);
  file.write("/grid/z", grid, "1", "");
  file.write("/grid/m", grid, "Msun", "");
  file.write_strings("/grid/slots", {slot_names.begin(), slot_names.end()}, "");
  file.write_strings("/grid/fates", {fate_names.begin(), fate_names.end()}, "");
  file.write("/stars/lifetime", std::vector<double>{1.0}, {1, 1}, "Myr", "");
  file.commit();
  expect_refusal(path, "/stars/lifetime");
}

TEST(TableFile, AnEditedFileIsFoundOutByItsHashOrItsBudget) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  copy_with(folder / "t.h5", folder / "e.h5", {.factor = 1.1, .scaled = "/stars/e_sn"});
  expect_refusal(folder / "e.h5",
                 "attribute 'content_hash' of /' does not fit the content: the file was damaged or edited");
  copy_with(folder / "t.h5", folder / "f.h5", {.factor = 100, .scaled = "/stars/fate"});
  expect_refusal(folder / "f.h5", "'/stars/fate' holds");
  copy_with(folder / "t.h5", folder / "m.h5", {.factor = 1.1, .scaled = "/ejecta/sn"});
  expect_refusal(folder / "m.h5", "mass is not conserved");
}

TEST(TableFile, AFileThatIsMissingEmptyTruncatedOrOfAnotherKindIsRefused) {
  const Scratch folder;
  write_tables(folder / "t.h5", standard());
  expect_refusal(folder / "nowhere.h5", "does not exist");
  std::ofstream(folder / "empty.h5").close();
  expect_refusal(folder / "empty.h5", "empty");
  std::ofstream(folder / "text.h5") << "Z,m,t_life_Myr\n";
  expect_refusal(folder / "text.h5", "text.h5");
  const std::string bytes = io::read_file(folder / "t.h5");
  for (double part : {0.01, 0.5, 0.99}) {
    std::ofstream(folder / "cut.h5", std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(part * static_cast<double>(bytes.size())));
    expect_refusal(folder / "cut.h5", "cut.h5");
  }
  auto other = io::SerialFile::create(folder / "other.h5");
  other.write_attribute("/", "kind", "merger trees");
  other.commit();
  expect_refusal(folder / "other.h5", "kind");
}

TEST(TableFile, APlaceThatCannotBeWrittenIsAnInputError) {
  const Scratch folder;
  EXPECT_THROW(write_tables(folder / "no" / "such" / "t.h5", standard()), InputError);
}

}  // namespace

#include "cecropia/io/hdf5.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "unit/io/scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing_io::complaint_of;
using cecropia::testing_io::Scratch;
using io::SerialFile;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> ramp(std::size_t n) {
  std::vector<double> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = 1e-30 * std::exp(0.37 * static_cast<double>(i % 400));
  return v;
}

TEST(SerialFile, GivesBackArraysOfOneTwoAndThreeDimensionsBitByBit) {
  Scratch scratch;
  const auto cube = ramp(2 * 3 * 5);
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/grid/mass", ramp(7), {7}, "Msun", "Initial masses.");
    file.write("/table", ramp(6), {2, 3}, "1/s", "Rates.");
    file.write("/yields/all", cube, {2, 3, 5}, "Msun", "Yields by metallicity, mass and element.");
    file.write("/scalar", std::vector<double>{0.25}, {}, "-", "One number.");
    file.write("/nothing", std::vector<double>{}, {0}, "-", "An empty column.");
    file.commit();
  }
  const SerialFile file = SerialFile::open(scratch / "t.h5");
  EXPECT_EQ(file.read_double("/grid/mass").data, ramp(7));
  EXPECT_THAT(file.read_double("/table").dims, ElementsAre(2, 3));
  EXPECT_THAT(file.read_double("/yields/all").dims, ElementsAre(2, 3, 5));
  EXPECT_EQ(file.read_double("/yields/all").data, cube);
  EXPECT_TRUE(file.read_double("/scalar").dims.empty());
  EXPECT_EQ(file.read_double("/scalar").data, std::vector<double>{0.25});
  EXPECT_EQ(file.read_shaped<double>("/yields/all", {2, 3, 5}).data, cube);
  EXPECT_THAT(complaint_of([&] { file.read_shaped<double>("/yields/all", {30}); }).what,
              HasSubstr("its shape is (2, 3, 5), not (30)"));
  EXPECT_THAT(file.dims("/nothing"), ElementsAre(0));
  EXPECT_TRUE(file.read_double("/nothing").data.empty());
  EXPECT_EQ(file.unit("/table"), "1/s");
  EXPECT_EQ(file.description("/yields/all"), "Yields by metallicity, mass and element.");
  EXPECT_THAT(file.children("/"), ElementsAre("grid", "nothing", "scalar", "table", "yields"));
  const auto rows = file.read_rows<double>("/yields/all", 1, 1);
  EXPECT_THAT(rows.dims, ElementsAre(1, 3, 5));
  EXPECT_EQ(rows.data, std::vector<double>(cube.begin() + 15, cube.end()));
}

TEST(SerialFile, KeepsEveryNumberTypeExactly) {
  Scratch scratch;
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/i64", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 9007199254740993, -1}, "-",
               "x");
    file.write("/i32", std::vector<std::int32_t>{-7, 2147483647}, "-", "x");
    file.write("/u8", std::vector<std::uint8_t>{0, 255}, "-", "x");
    file.write("/f32", std::vector<float>{1.5F, -3.4e38F}, "-", "x");
    file.write("/f64", std::vector<double>{5e-324, -0.0, std::numeric_limits<double>::infinity()}, "-", "x");
    file.commit();
  }
  const SerialFile file = SerialFile::open(scratch / "t.h5");
  EXPECT_THAT(file.read_int64("/i64").data,
              ElementsAre(std::numeric_limits<std::int64_t>::min(), 9007199254740993, -1));
  EXPECT_THAT(file.read<std::int32_t>("/i32").data, ElementsAre(-7, 2147483647));
  EXPECT_THAT(file.read<std::uint8_t>("/u8").data, ElementsAre(0, 255));
  EXPECT_THAT(file.read<float>("/f32").data, ElementsAre(1.5F, -3.4e38F));
  const auto f64 = file.read_double("/f64").data;
  EXPECT_EQ(f64[0], 5e-324);
  EXPECT_TRUE(std::signbit(f64[1]));
  EXPECT_TRUE(std::isinf(f64[2]));
}

TEST(SerialFile, ReadsFewAndManyNumbersAsAnotherType) {
  Scratch scratch;
  for (const std::size_t n : {1, 4096, 4097, 300000}) {  // short reads go through a buffer of their own
    std::vector<std::int32_t> values(n);
    std::iota(values.begin(), values.end(), -5);
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/i32", values, "-", "x");
    file.commit();
    const SerialFile again = SerialFile::open(scratch / "t.h5");
    const std::vector<double> expected(values.begin(), values.end());
    EXPECT_EQ(again.read_double("/i32").data, expected) << n;
    EXPECT_EQ(again.read_shaped<double>("/i32", {n}).data, expected) << n;
    EXPECT_EQ(again.read_rows<double>("/i32", n - 1, 1).data, std::vector<double>{expected.back()}) << n;
  }
}

TEST(SerialFile, AFolderDoesNotLookLikeHdf5) {
  Scratch scratch;
  std::ofstream(scratch / "text.h5") << "text";
  SerialFile::create(scratch / "good.h5").commit();
  EXPECT_TRUE(io::looks_like_hdf5(scratch / "good.h5"));
  EXPECT_FALSE(io::looks_like_hdf5(scratch / "text.h5"));
  EXPECT_FALSE(io::looks_like_hdf5(scratch / "."));
  EXPECT_FALSE(io::looks_like_hdf5(scratch / "nothing.h5"));
}

TEST(SerialFile, KeepsTextsAndAttributes) {
  Scratch scratch;
  const std::string json = "{\"a\": 1, \"text\": \"µ\"}" + std::string(100000, ' ') + "end";
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write_strings("/names", {"H", "He", "", "[O/H] ±"}, "Elements.");
    file.write_text("/provenance/parameters", json, "Everything.");
    file.write_text("/provenance/nothing", "", "Empty.");
    file.write_attribute("/", "format", "cecropia stellar tables");
    file.write_attribute("/", "empty", "");
    file.write_attribute("/new/group", "version", std::int64_t{3});
    file.write_attribute("/names", "solar", 0.0134);
    file.write_attribute("/names", "solar", 0.0142);  // the last word counts
    file.commit();
  }
  const SerialFile file = SerialFile::open(scratch / "t.h5");
  EXPECT_THAT(file.read_strings("/names"), ElementsAre("H", "He", "", "[O/H] ±"));
  EXPECT_EQ(file.read_text("/provenance/parameters"), json);
  EXPECT_EQ(file.read_text("/provenance/nothing"), "");
  EXPECT_EQ(file.read_string_attribute("/", "format"), "cecropia stellar tables");
  EXPECT_EQ(file.read_string_attribute("/", "empty"), "");
  EXPECT_EQ(file.read_int64_attribute("/new/group", "version"), 3);
  EXPECT_EQ(file.read_double_attribute("/names", "solar"), 0.0142);
  EXPECT_TRUE(file.has("/new/group"));
  EXPECT_FALSE(file.has("/new/other"));
  EXPECT_FALSE(file.has("/not/there/at/all"));
  EXPECT_TRUE(file.has_attribute("/", "format"));
  EXPECT_FALSE(file.has_attribute("/", "formats"));
  EXPECT_FALSE(file.has_attribute("/nowhere", "formats"));
}

TEST(SerialFile, EqualContentIsEqualBytesAndCompressionLosesNothing) {
  Scratch scratch;
  const auto write = [&](const std::string& name, int level) {
    SerialFile file = SerialFile::create(scratch / name);
    file.write("/x", ramp(50000), {50000}, "Msun", "A long column.", {.deflate_level = level, .chunk_rows = 4096});
    file.write_strings("/s", {"a", "b"}, "Texts.");
    file.write_attribute("/", "key", "value");
    file.commit();
  };
  write("a.h5", 4);
  write("b.h5", 4);
  write("plain.h5", 0);
  EXPECT_EQ(io::read_file(scratch / "a.h5"), io::read_file(scratch / "b.h5"));
  EXPECT_LT(std::filesystem::file_size(scratch / "a.h5"), std::filesystem::file_size(scratch / "plain.h5") / 4);
  EXPECT_EQ(SerialFile::open(scratch / "a.h5").read_double("/x").data, ramp(50000));
}

TEST(SerialFile, AFileThatIsNotCommittedLeavesTheOldOneAndNoTrace) {
  Scratch scratch;
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/old", ramp(3), "-", "Old.");
    file.commit();
  }
  const std::string old = io::read_file(scratch / "t.h5");
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/new", ramp(3), "-", "New.");
    EXPECT_EQ(io::read_file(scratch / "t.h5"), old);
  }
  EXPECT_EQ(io::read_file(scratch / "t.h5"), old);
  EXPECT_EQ(scratch.n_entries(), 1U);
}

TEST(SerialFile, RefusesWhatIsNotAReadableFileInWords) {
  Scratch scratch;
  const auto open = [&](const std::string& name) { return complaint_of([&] { SerialFile::open(scratch / name); }); };
  EXPECT_THAT(open("missing.h5").what, HasSubstr("does not exist"));
  EXPECT_THAT(open("").what, HasSubstr("folder"));
  std::ofstream(scratch / "empty.h5");
  EXPECT_THAT(open("empty.h5").what, HasSubstr("it is empty"));
  std::ofstream(scratch / "text.h5") << "mass 1 2 3\n";
  EXPECT_THAT(open("text.h5").what, HasSubstr("signature"));
  {
    SerialFile file = SerialFile::create(scratch / "whole.h5");
    file.write("/x", ramp(20000), "-", "x");
    file.commit();
  }
  const std::string whole = io::read_file(scratch / "whole.h5");
  std::ofstream(scratch / "cut.h5", std::ios::binary) << whole.substr(0, whole.size() / 2);
  EXPECT_THAT(open("cut.h5").what, HasSubstr("truncated"));
  EXPECT_THAT(open("cut.h5").where, HasSubstr("cut.h5"));
}

TEST(SerialFile, NamesFileAndItemWhenSomethingIsMissingOrOfTheWrongKind) {
  Scratch scratch;
  {
    SerialFile file = SerialFile::create(scratch / "t.h5");
    file.write("/x", ramp(4), "-", "x");
    EXPECT_THAT(complaint_of([&] { file.write("/x", ramp(4), "-", "again"); }).what, HasSubstr("'/x'"));
    EXPECT_THROW(file.write("/y", ramp(4), {3}, "-", "wrong size"), InternalError);
    file.write_strings("/s", {"a"}, "s");
    file.commit();
  }
  SerialFile file = SerialFile::open(scratch / "t.h5");
  const auto missing = complaint_of([&] { file.read_double("/y/z"); });
  EXPECT_THAT(missing.what, HasSubstr("'/y/z'"));
  EXPECT_THAT(missing.where, HasSubstr("t.h5"));
  EXPECT_THAT(complaint_of([&] { file.read_strings("/x"); }).what, HasSubstr("does not hold text"));
  EXPECT_THAT(complaint_of([&] { file.read_double("/s"); }).what, HasSubstr("'/s'"));
  EXPECT_THAT(complaint_of([&] { file.read_rows<double>("/x", 3, 2); }).what, HasSubstr("rows 3 to 5"));
  EXPECT_THAT(complaint_of([&] { file.read_double_attribute("/x", "nope"); }).what, HasSubstr("/x@nope"));
  EXPECT_THROW(file.write("/z", ramp(1), "-", "read only"), InternalError);
}

}  // namespace

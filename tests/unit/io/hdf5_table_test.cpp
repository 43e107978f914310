// Tables (compound datasets) and external links, which the program reads but never writes.
#include <gmock/gmock.h>

#include "cecropia/io/hdf5.hpp"
#include "testing/hdf5_table.hpp"
#include "unit/io/scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing_io::complaint_of;
using cecropia::testing_io::Scratch;
using io::SerialFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string file_with_a_table(const Scratch& scratch) {
  SerialFile file = SerialFile::create(scratch / "t.h5");
  file.write("/plain", std::vector<double>{1, 2}, "-", "no table");
  file.commit();
  const std::string path = (scratch / "t.h5").string();
  EXPECT_TRUE(
      cecropia::testing::add_table(path, "/group/table", {{"id", {7, 8, 9}}, {"mass", {0.5, 1.5, 2.5}}}, false));
  return path;
}

TEST(TableOfAFile, GivesOneColumnInAnyNumberType) {
  Scratch scratch;
  const SerialFile file = SerialFile::open(file_with_a_table(scratch));
  EXPECT_THAT(file.columns("/group/table"), ElementsAre("id", "mass"));
  EXPECT_THAT(file.columns("/plain"), IsEmpty());
  EXPECT_THAT(file.dims("/group/table"), ElementsAre(3));
  EXPECT_THAT(file.read_column_rows<std::int64_t>("/group/table", "id", 0, 3).data, ElementsAre(7, 8, 9));
  EXPECT_THAT(file.read_column_rows<double>("/group/table", "mass", 1, 2).data, ElementsAre(1.5, 2.5));
  EXPECT_THAT(file.read_column_rows<float>("/group/table", "mass", 3, 0).data, IsEmpty());
}

TEST(TableOfAFile, RefusesColumnsAndRowsThatAreNotThere) {
  Scratch scratch;
  const SerialFile file = SerialFile::open(file_with_a_table(scratch));
  const auto read = [&](const std::string& table, const std::string& column, std::size_t first, std::size_t count) {
    return complaint_of([&] { file.read_column_rows<double>(table, column, first, count); }).what;
  };
  EXPECT_THAT(read("/group/table", "no such", 0, 1), HasSubstr("the table has no column 'no such'"));
  EXPECT_THAT(read("/group/table", "id", 2, 2), HasSubstr("it has no rows 2 to 4"));
  EXPECT_THAT(read("/group/table", "id", 0, ~std::size_t{0}), HasSubstr("it has no rows"));
  EXPECT_THAT(read("/plain", "id", 0, 1), HasSubstr("it is not a table"));
  EXPECT_THAT(read("/nothing", "id", 0, 1), HasSubstr("there is no such dataset"));
}

TEST(LinkOfAFile, TellsTheFileItPointsTo) {
  Scratch scratch;
  const std::string path = file_with_a_table(scratch);
  EXPECT_TRUE(cecropia::testing::add_external_link(path, "/other", "not there.h5"));
  const SerialFile file = SerialFile::open(path);
  EXPECT_EQ(file.external_file("/other"), "not there.h5");
  EXPECT_EQ(file.external_file("/plain"), "");
  EXPECT_EQ(file.external_file("/nothing"), "");
}

}  // namespace

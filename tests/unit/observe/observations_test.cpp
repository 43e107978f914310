// Reading the observational tables: what is shipped is complete, what is wrong is refused with file and line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <tuple>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/observations.hpp"

namespace cecropia::observe {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const fs::path shipped = fs::path(CECROPIA_SOURCE_DIR) / "params/observations";

/// A private copy of the shipped folder that a test may spoil.
class Tables : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("cecropia_observations_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy(shipped, folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void replace(const char* file, const std::string& before, const std::string& after) {
    std::ifstream in(folder_ / file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find(before);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, before.size(), after);
    std::ofstream(folder_ / file) << text;
  }
  std::string complaint() {
    try {
      read_observations(folder_);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no complaint";
  }
  fs::path folder_;
};

TEST_F(Tables, ShippedHoldTheTwelvePointsOfTheCompilation) {
  const auto o = read_observations(folder_);
  ASSERT_EQ(o.sfrd.size(), 12u);
  EXPECT_EQ(o.sfrd.front().z, 4.9);
  EXPECT_EQ(o.sfrd.front().log10_sfrd, -1.387);
  EXPECT_EQ(o.sfrd[6].err_lo_dex, 0.20);
  EXPECT_EQ(o.sfrd[6].err_hi_dex, 0.13);
  EXPECT_EQ(o.sfrd[4].reference, "Donnan+2023a,b");
  EXPECT_EQ(o.sfrd.back().err_lo_dex, 2.83);
}

TEST_F(Tables, TheirHashKnowsEveryValueAndNothingElse) {
  const auto hash = [&] { return read_observations(folder_).content_hash(); };
  const auto first = hash();
  EXPECT_EQ(first, read_observations(shipped).content_hash());
  std::ofstream(folder_ / sfrd_file, std::ios::app) << "# a remark\n";
  EXPECT_EQ(hash(), first) << "a remark is no value";
  for (const auto& [file, before, after] : {std::tuple{sfrd_file, "-1.387", "-1.388"},
                                            {sfrd_file, "0.124,0.124", "0.124,0.125"},
                                            {sfrd_file, "\"Donnan+2023a,b\"", "\"Donnan+2023x,b\""},
                                            {sfrd_fit_file, "-0.231", "-0.232"},
                                            {csmd_file, "8.728", "8.729"},
                                            {mzr_file, "6,8,0.23", "6,7.9,0.23"}}) {
    replace(file, before, after);
    EXPECT_NE(hash(), first) << file << ": " << after;
    replace(file, after, before);
    EXPECT_EQ(hash(), first) << file;
  }
}

TEST_F(Tables, AMissingFileIsNamed) {
  fs::remove(folder_ / mzr_file);
  EXPECT_THAT(complaint(), AllOf(HasSubstr("cannot be read"), HasSubstr(mzr_file), HasSubstr("observations_path")));
}

TEST_F(Tables, AColumnThatStandsTwiceIsNamed) {
  replace(sfrd_file, "err_hi_dex,epoch", "err_lo_dex,epoch");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("column 'err_lo_dex' stands twice in the header"), HasSubstr(sfrd_file)));
}

TEST_F(Tables, AMissingColumnIsNamed) {
  replace(sfrd_file, "err_hi_dex,epoch", "error_up,epoch");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'err_hi_dex' is missing"), HasSubstr(sfrd_file), HasSubstr("error_up")));
}

TEST_F(Tables, ABadNumberIsShownWithFileAndLine) {
  replace(sfrd_file, "-1.64,", "-1.6x4,");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'-1.6x4'"), HasSubstr(std::string(sfrd_file) + ", line 8")));
}

TEST_F(Tables, NaNIsNoNumber) {
  replace(csmd_file, "8.728", "nan");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'nan'"), HasSubstr(csmd_file)));
}

TEST_F(Tables, ANegativeErrorBarIsRefused) {
  replace(sfrd_file, "0.124,0.124", "-0.124,0.124");
  EXPECT_THAT(complaint(), HasSubstr("'-0.124' in column 'err_lo_dex'"));
}

TEST_F(Tables, ARaggedLineIsRefused) {
  replace(sfrd_file, "4.9,-1.387,", "4.9,");
  EXPECT_THAT(complaint(), HasSubstr("5 fields under a header of 6"));
}

TEST_F(Tables, AnOpenQuotationIsRefused) {
  replace(sfrd_file, "\"Donnan+2023a,b\"", "\"Donnan+2023a,b");
  EXPECT_THAT(complaint(), HasSubstr("quotation mark is not closed"));
}

TEST_F(Tables, AMissingOrRepeatedCoefficientIsNamed) {
  replace(csmd_file, "a2,", "b2,");
  EXPECT_THAT(complaint(), HasSubstr("'a2' is not given"));
  replace(csmd_file, "b2,", "a1,");
  EXPECT_THAT(complaint(), HasSubstr("'a1' is given twice"));
}

TEST_F(Tables, OverlappingRedshiftBinsAreRefused) {
  replace(mzr_file, "6,8,0.23", "5,8,0.23");
  EXPECT_THAT(complaint(),
              AllOf(HasSubstr("the redshift bin 5 to 8 is empty or overlaps the one before"), HasSubstr("line 6")));
}

TEST_F(Tables, AnEmptyFileIsRefused) {
  std::ofstream(folder_ / mzr_file) << "# nothing\n";
  EXPECT_THAT(complaint(), AllOf(HasSubstr("the table is empty"), HasSubstr(mzr_file)));
}

}  // namespace
}  // namespace cecropia::observe

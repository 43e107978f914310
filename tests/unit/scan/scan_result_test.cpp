#include "cecropia/scan/scan_result.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"

namespace {
using namespace cecropia;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

Json content_with(const std::vector<double>& redshifts) {
  return {{"key", "a"},
          {"values", Json::object()},
          {"likelihood", {{"log10_csfh", -0.5}, {"log10_mzsfr", nullptr}, {"log10_all", -0.25}}},
          {"likelihood_max", Json::object()},
          {"points_used", Json::object()},
          {"sfrd_used", Json::array()},
          {"tau_e", 0.05},
          {"relations", Json::object()},
          {"history", {{"z", redshifts}}}};
}

class ScanResult : public testing::Test {
 protected:
  ScanResult() { fs::create_directories(folder_); }
  ~ScanResult() override { fs::remove_all(folder_); }
  void write(const std::vector<Json>& contents) {
    std::vector<scan::Point> points(contents.size());
    std::vector<scan::Finished> finished;
    for (std::size_t i = 0; i < points.size(); ++i) {
      points[i].id = static_cast<std::int64_t>(5 + i);
      finished.push_back({&points[i], &contents[i]});
    }
    scan::write_results(folder_, finished, header_);
  }
  fs::path folder_ = fs::temp_directory_path() / ("scan-result-" + std::to_string(::getpid()));
  scan::Header header_{
      "0.1.0 (abc)",
      Json::object(),
      "1",
      "2",
      {{"history", {{{"name", "z"}, {"unit", "-"}, {"description", "Redshift"}}}}, {"relations", Json::array()}}};
};

TEST_F(ScanResult, HasARowForEachPoint) {
  write({content_with({6, 5}), content_with({6, 5})});
  const auto file = io::SerialFile::open(folder_ / "scan.h5");
  EXPECT_EQ(file.dims("/history/z"), (std::vector<std::size_t>{2, 2}));
  EXPECT_EQ(file.read<std::int64_t>("/points/id").data, (std::vector<std::int64_t>{5, 6}));
}

TEST_F(ScanResult, PointsOfTwoForestsDoNotMix) {
  try {
    write({content_with({7, 6, 5}), content_with({6, 5})});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("point 6 has 2 levels, others have 3"));
  }
  EXPECT_FALSE(fs::exists(folder_ / "scan.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "best.json"));
}

TEST_F(ScanResult, AColumnThatTheDescriptionOfTheScanDoesNotNameIsRefused) {
  Json content = content_with({6, 5});
  content["relations"]["fmr_slope"] = 0.4;
  try {
    write({content});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("nothing says what the column 'fmr_slope' means"));
  }
}

}  // namespace

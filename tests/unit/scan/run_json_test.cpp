// The summary of a run where something is not there.
#include "cecropia/scan/run_json.hpp"

#include <gtest/gtest.h>

namespace {
using namespace cecropia;

nlohmann::ordered_json summary(const scan::PointReport& report) {
  tree::Forest forest;
  forest.redshift = {10.0, 5.0};
  return scan::run_json({}, forest, report, {});
}

TEST(RunJson, AnOpticalDepthThatIsNotThereIsNullWithItsReason) {
  scan::PointReport report;
  report.results.tau_e_reason = "no ionised fraction was given";
  const auto none = summary(report);
  EXPECT_TRUE(none.at("tau_e").is_null());
  EXPECT_EQ(none.at("tau_e_reason"), "no ionised fraction was given");
  report.results.tau_e = 0.05;
  const auto some = summary(report);
  EXPECT_EQ(some.at("tau_e"), 0.05);
  EXPECT_FALSE(some.contains("tau_e_reason"));
}

TEST(RunJson, HistoriesAndRelationsHaveUnits) {
  scan::PointReport report;
  report.results.history = {{"csmd_msun_cmpc3", "Msun cMpc^-3", "Stellar mass density", {1.0, 2.0}}};
  report.results.metallicity_plane.emplace();
  const auto json = summary(report);
  EXPECT_EQ(json.at("units").at("history").at("csmd_msun_cmpc3"), "Msun cMpc^-3");
  for (const auto& [name, value] : json.at("relations").items())
    EXPECT_FALSE(json.at("units").at("relations").at(name).get<std::string>().empty()) << name;
  EXPECT_EQ(json.at("units").at("relations").at("plane_zero_point"), "dex");
}

TEST(RunJson, AWalkTooShortForTheClockHasNoInfiniteThroughput) {
  scan::RunFacts facts;
  EXPECT_EQ(facts.per_core_s(1000), 0.0);
  facts.walk_cpu_s = 4.0;
  EXPECT_EQ(facts.per_core_s(1000), 250.0);
}

}  // namespace

// The report of `trees check` says the same in words and in JSON.
#include "cecropia/app/tree_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cecropia::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

tree::Inspection inspection() {
  tree::Inspection in;
  in.info.source = "my/trees";
  in.info.format = "gadget4";
  in.info.box_cmpc = 10.0;
  in.info.volume_cmpc3 = 1000.0;
  tree::Examination& e = in.examination;
  e.halos = 12;
  e.forests = 3;
  e.trees = 4;
  e.particle_msun = 1e6;
  e.least_msun = 2e7;
  e.median_msun = 5e7;
  e.sizes = {{1, 10, 3, 12}};
  e.levels = {{6.0, 900.0, 12, 1, 0, 4, {{8.0, 8.5, 10, 0.01, 0.02, 20.0}, {8.5, 9.0, 0, 0.0, 0.0, 0.0}}}};
  e.findings = {
      {"orphan_host", tree::Severity::error, 12, 0, "hosts that do not exist", "find them", {{5, 2, 6.0, "halo 9"}}},
      {"source", tree::Severity::warning, 1, 0, "remarks of the reader", "", {{-1, -1, 0.0, "no box"}}},
      {"phantom", tree::Severity::note, 3, 12, "phantoms", "none", {}}};
  return in;
}

TEST(TreeReport, SaysInWordsWhatIsWrongWhereAndWhatToDo) {
  const std::string text = report_text(inspection());
  EXPECT_THAT(
      text, AllOf(HasSubstr("orphan_host: 12 hosts that do not exist\n      halo 5, z = 6.0000, forest 2: halo 9\n"
                            "      ...\n    to do: find them\n"),
                  HasSubstr("errors: a run refuses these trees"), HasSubstr("phantom: 3 of 12 (25.00 %) phantoms"),
                  HasSubstr("20.0 in the least halo"), HasSubstr("10/20.0"), HasSubstr("(0/0.0)"),
                  HasSubstr("my/trees: refused, 1 class of errors, 1 class of warnings\n"), Not(HasSubstr(": right"))));
}

TEST(TreeReport, SaysRightWhereARunTakesTheTrees) {
  tree::Inspection in = inspection();
  in.examination.findings.erase(in.examination.findings.begin());
  EXPECT_THAT(report_text(in), HasSubstr("my/trees: right (12 halos in 3 forests), 1 class of warnings\n"));
  EXPECT_EQ(report_json(in)["accepted"], true);
}

TEST(TreeReport, ListsRepairsBeforeWhatIsLeft) {
  tree::Inspection in = inspection();
  in.repairs = {
      {"flatten_hosts", tree::Severity::note, 2, 0, "satellites pointed", "", {{7, 1, 6.0, "is now in halo 8"}}}};
  const std::string text = report_text(in);
  EXPECT_LT(text.find("repaired before this examination"), text.find("errors:"));
  EXPECT_EQ(report_json(in)["repairs"][0]["examples"][0]["halo"], 7);
}

TEST(TreeReport, HasTheDocumentedKeysInJson) {
  const nlohmann::ordered_json j = report_json(inspection());
  EXPECT_EQ(j["schema"], 1);
  EXPECT_EQ(j["accepted"], false);
  EXPECT_EQ(j["source"], "my/trees");
  EXPECT_EQ(j["findings"][0]["class"], "orphan_host");
  EXPECT_EQ(j["findings"][0]["severity"], "error");
  EXPECT_EQ(j["findings"][0]["count"], 12);
  EXPECT_FALSE(j["findings"][0].contains("of"));
  EXPECT_EQ(j["findings"][0]["examples"][0]["forest"], 2);
  EXPECT_EQ(j["findings"][2]["of"], 12);
  EXPECT_FALSE(j["findings"][1]["examples"][0].contains("halo"));
  EXPECT_EQ(j["levels"][0]["mass_function"][0]["expected_n"], 20.0);
  EXPECT_EQ(j["forests_by_size"][0]["forests"], 3);
  tree::Inspection unknown = inspection();
  unknown.examination.particle_msun = 0.0;
  EXPECT_TRUE(report_json(unknown)["particle_mass_msun"].is_null());
}

}  // namespace
}  // namespace cecropia::app

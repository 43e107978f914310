#include "cecropia/scan/design.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using scan::Axis;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

scan::Plan plan(const std::string& design) { return scan::read_plan("{ \"design\": " + design + " }", "scan.json"); }

std::string complaint(const std::string& text) {
  try {
    scan::read_plan(text, "scan.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}
std::string complaint_of_points(const std::string& text) {
  try {
    scan::read_points(text, "points.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(Design, AGridHasAllCombinationsAndTheLastAxisRunsFastest) {
  const auto points = plan(R"({ "axes": { "a.x": [1, 2], "b.y": ["p", "q", "r"] } })").points;
  ASSERT_EQ(points.size(), 6u);
  EXPECT_EQ(points[0].values.dump(), R"({"a.x":1,"b.y":"p"})");
  EXPECT_EQ(points[2].values.dump(), R"({"a.x":1,"b.y":"r"})");
  EXPECT_EQ(points[5].values.dump(), R"({"a.x":2,"b.y":"r"})");
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i].id, static_cast<std::int64_t>(i));
}

TEST(Design, ARangeReachesBothEndsExactly) {
  const auto linear = plan(R"({ "axes": { "a.x": { "from": 100, "to": 600, "n": 11 } } })").points;
  ASSERT_EQ(linear.size(), 11u);
  EXPECT_EQ(linear[10].values["a.x"], 600.0);
  EXPECT_DOUBLE_EQ(linear[3].values["a.x"].get<double>(), 250.0);
  const auto log = plan(R"({ "axes": { "a.x": { "from": 1e8, "to": 1e10, "n": 5, "spacing": "log" } } })").points;
  EXPECT_EQ(log[0].values["a.x"], 1e8);
  EXPECT_NEAR(log[1].values["a.x"].get<double>() / std::pow(10.0, 8.5), 1.0, 1e-12);
  EXPECT_EQ(log[4].values["a.x"], 1e10);
}

TEST(Design, ThePaperGridHas165ModelsTheSameOnBothSetsOfTrees) {
  const auto read = [](const char* name) {
    const fs::path file = fs::path(CECROPIA_SOURCE_DIR) / "params" / name;
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return scan::read_plan(text, file);
  };
  const scan::Plan paper = read("paper_grid.json"), box = read("paper_box_grid.json");
  EXPECT_EQ(paper.points.size(), 165u);
  EXPECT_THAT(paper.base_text, AllOf(HasSubstr("mass_noise"), Not(HasSubstr("box_mpc_h"))));
  EXPECT_THAT(box.base_text, HasSubstr("box_mpc_h"));
  ASSERT_EQ(box.points.size(), paper.points.size());
  for (std::size_t i = 0; i < box.points.size(); ++i) EXPECT_EQ(box.points[i].values, paper.points[i].values) << i;
}

TEST(Design, ASobolSequenceFillsEveryHalfQuarterAndEighthOfEachAxisEqually) {
  const std::string ranges = R"("a.x": { "from": 0, "to": 1 }, "c.z": { "from": -1, "to": 1 },
                                "b.y": { "from": 1, "to": 1000, "spacing": "log" })";
  const auto points = plan(R"({ "kind": "sobol", "n": 63, "axes": {)" + ranges + "} }").points;
  ASSERT_EQ(points.size(), 63u);  // and the origin, which is left out
  EXPECT_EQ(points[0].values["a.x"], 0.5);
  std::set<int> x, y, z;
  for (const auto& p : points) {
    x.insert(static_cast<int>(64 * p.values["a.x"].get<double>()));
    y.insert(static_cast<int>(64 * std::log(p.values["b.y"].get<double>()) / std::log(1000.0) + 1e-9));
    z.insert(static_cast<int>(32 * (p.values["c.z"].get<double>() + 1)));
  }
  EXPECT_EQ(x.size(), 63u);  // one in each sixty-fourth
  EXPECT_EQ(y.size(), 63u);
  EXPECT_EQ(z.size(), 63u);
}

TEST(Design, ASobolSequenceGoesOnWhereAnotherEnded) {
  const std::string axes = R"("axes": { "a.x": { "from": 0, "to": 1 }, "b.y": { "from": 0, "to": 1 } })";
  const auto all = plan(R"({ "kind": "sobol", "n": 20, )" + axes + "}").points;
  const auto rest = plan(R"({ "kind": "sobol", "n": 8, "skip": 12, )" + axes + "}").points;
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(rest[i].values, all[12 + i].values);
}

TEST(Design, OneAtATimeVariesEachParameterAroundTheBase) {
  const auto points = plan(R"({ "kind": "one_at_a_time", "axes": { "a.x": [1, 2], "b.y": [3] } })").points;
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points[0].values.dump(), "{}");
  EXPECT_EQ(points[2].values.dump(), R"({"a.x":2})");
  EXPECT_EQ(points[3].values.dump(), R"({"b.y":3})");
}

TEST(Design, WhatCannotBeUnderstoodIsNamedWithItsPlace) {
  EXPECT_THAT(complaint(R"({ "desing": {} })"), HasSubstr("did you mean 'design'?"));
  EXPECT_THAT(complaint("{\n \"design\": { \"kind\": \"gird\", \"axes\": { \"a.x\": [1] } } }"), HasSubstr("line 2"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": {} } })"), HasSubstr("design.axes"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": [] } } })"), HasSubstr("a.x"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": [1, 2, 1] } } })"), HasSubstr("twice"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": { "from": 2, "to": 1, "n": 3 } } } })"), HasSubstr("above"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": { "from": 0, "to": 1, "n": 3, "spacing": "log" } } } })"),
              HasSubstr("above 0"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": { "from": 0, "to": 1 } } } })"),
              HasSubstr("'design.axes.a.x.n'"));
  EXPECT_THAT(complaint(R"({ "design": { "kind": "sobol", "axes": { "a.x": [1] }, "n": 3 } })"), HasSubstr("range"));
  EXPECT_THAT(complaint(R"({ "ranks_per_point": 0 })"), HasSubstr("at least 1"));
  EXPECT_THAT(complaint(R"({ "keep": [0, -1] })"), HasSubstr("keep"));
  EXPECT_THAT(complaint(R"({ "design": { "axes": { "a.x": { "from": 0, "to": 1, "n": 20000000 } } } })"),
              HasSubstr("at most"));
  EXPECT_THAT(complaint(R"([])"), HasSubstr("object"));
}

TEST(Design, AParameterFileOfOneRunIsCalledSo) {
  const std::string words = complaint(R"({ "trees": { "path": "eps" }, "random": { "seed": 2 } })");
  EXPECT_THAT(words, HasSubstr("sets the parameters of one run"));
  EXPECT_THAT(words, HasSubstr("cecropia run scan.json"));
  EXPECT_THAT(complaint(R"({ "base": "", "trees": {} })"), HasSubstr("'trees' means nothing here"));
}

TEST(PointTable, CellsAreNumbersTextsAndLists) {
  const auto points = scan::read_points(
      "# remark\n feedback.alpha_out , stars.imf2_form, surroundings.redshift\n"
      "0.5, kroupa2001, [5, 20]\n\n1, \"a,b\", []\n",
      "points.csv");
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].values["feedback.alpha_out"], 0.5);
  EXPECT_EQ(points[0].values["stars.imf2_form"], "kroupa2001");
  EXPECT_EQ(points[0].values["surroundings.redshift"].size(), 2u);
  EXPECT_EQ(points[1].values["stars.imf2_form"], "a,b");
  EXPECT_THAT(points[1].where, HasSubstr("line 5"));
  EXPECT_EQ(points[1].where_names, "points.csv, line 2");
}

TEST(PointTable, MayBeOneObjectPerLine) {
  const auto points = scan::read_points("{\"a.x\": 1}\n{\"a.x\": 2, \"b.y\": \"c\"}\n", "points.jsonl");
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1].id, 1);
  EXPECT_EQ(points[1].values["b.y"], "c");
}

TEST(PointTable, AByteOrderMarkIsNoPartOfTheFirstName) {
  const auto points = scan::read_points(
      "\xEF\xBB\xBF"
      "a.x, b.y\r\n1, 2\r\n",
      "points.csv");
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].values.dump(), R"({"a.x":1,"b.y":2})");
  const auto lines = scan::read_points(
      "\xEF\xBB\xBF"
      "{\"a.x\": 1}\n",
      "points.jsonl");
  EXPECT_EQ(lines.at(0).values["a.x"], 1);
}

TEST(PointTable, FaultsAreNamedWithTheirLine) {
  EXPECT_THAT(complaint_of_points(""), HasSubstr("there are no points"));
  EXPECT_THAT(complaint_of_points("a.x, b.y\n1\n"),
              AllOf(HasSubstr("there are 1 cells and 2 columns"), HasSubstr("line 2")));
  EXPECT_THAT(complaint_of_points("a.x, a.x\n1, 2\n"), HasSubstr("column 'a.x' stands twice"));
  EXPECT_THAT(complaint_of_points("a.x,\n1, 2\n"), HasSubstr("a column has no name"));
  EXPECT_THAT(complaint_of_points("a.x\n"), HasSubstr("there are no points below the names"));
  EXPECT_THAT(complaint_of_points("{\"a.x\": 1}\nrubbish\n"), HasSubstr("line 2"));
}

TEST(PointTable, ThatIsMissingIsCalledATableOfPoints) {
  try {
    scan::read_table("no/points.csv");
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().what, HasSubstr("the table of points 'no/points.csv' does not exist"));
    EXPECT_THAT(error.complaint().expected, testing::Not(HasSubstr("params/")));
  }
}

}  // namespace

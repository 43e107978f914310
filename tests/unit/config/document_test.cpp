#include "cecropia/config/document.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "cecropia/core/error.hpp"
#include "unit/config/sample.hpp"

namespace cecropia::config {
namespace {
using sample::Colour;
using sample::Values;
using testing::AllOf;
using testing::HasSubstr;

// The message of the InputError that reading `json` as "file.json" ends with; empty if it was accepted.
std::string complaint(const std::string& json) {
  Values v;
  try {
    v.document.apply_json(json, "file.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}
std::string complaint_of_set(const std::string& assignment) {
  Values v;
  try {
    v.document.apply_set(assignment);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(ParameterFile, SetsWhatItMentionsAndLeavesTheRest) {
  Values v;
  v.document.apply_json(R"({
    // a comment
    "outflow": { "eta_norm": 2.5, "n_steps": 7, "enabled": false, "colour": "dark_green", /* another */ "path": "a b",
                 "redshifts": [4, 5.5], "columns": ["x", "y"] } })",
                        "file.json");
  EXPECT_EQ(v.outflow.eta_norm, 2.5);
  EXPECT_EQ(v.outflow.m_out0_msun, 3e9);
  EXPECT_EQ(v.outflow.n_steps, 7);
  EXPECT_FALSE(v.outflow.enabled);
  EXPECT_EQ(v.outflow.colour, Colour::dark_green);
  EXPECT_EQ(v.outflow.path, "a b");
  EXPECT_THAT(v.outflow.redshifts, testing::ElementsAre(4.0, 5.5));
  EXPECT_THAT(v.outflow.columns, testing::ElementsAre("x", "y"));
  EXPECT_EQ(v.stars.m_max_msun, 250);
}

TEST(ParameterFile, MayBeAnEmptyObject) { EXPECT_EQ(complaint("{ }"), ""); }

TEST(ParameterFile, AnUnknownKeyNamesTheNearestOneAndItsLine) {
  EXPECT_THAT(complaint("{\n \"outflow\": {\n  \"eta_nrom\": 1 } }"),
              AllOf(HasSubstr("parameter 'outflow.eta_nrom' is unknown"), HasSubstr("file.json, line 3"),
                    HasSubstr("did you mean 'eta_norm'?"), HasSubstr("one of: eta_norm, m_out0_msun")));
}

TEST(ParameterFile, AKeyOfAnotherSectionIsSentThere) {
  EXPECT_THAT(complaint(R"({ "outflow": { "m_max_msun": 200 } })"), HasSubstr("did you mean 'stars.m_max_msun'?"));
}

TEST(ParameterFile, AnUnknownKeyThatResemblesNothingPointsToTheList) {
  EXPECT_THAT(
      complaint(R"({ "outflow": { "zzzzzzzzzz": 200 } })"),
      AllOf(HasSubstr("is unknown"), HasSubstr("cecropia params list"), testing::Not(HasSubstr("did you mean"))));
}

TEST(ParameterFile, AnUnknownSectionNamesTheNearestOne) {
  EXPECT_THAT(complaint("{\n \"outflwo\": {} }"),
              AllOf(HasSubstr("section 'outflwo' is unknown"), HasSubstr("file.json, line 2"),
                    HasSubstr("did you mean 'outflow'?"), HasSubstr("one of: outflow, stars")));
}

TEST(ParameterFile, AKeyWithoutItsSectionIsSentToIt) {
  EXPECT_THAT(complaint(R"({ "m_max_msun": 200 })"), HasSubstr("'m_max_msun' belongs to the section 'stars'"));
}

TEST(ParameterFile, WrongTypesAreRefused) {
  EXPECT_THAT(
      complaint(R"({ "outflow": { "n_steps": 1.5 } })"),
      AllOf(HasSubstr("'outflow.n_steps' = 1.5 is not a whole number"), HasSubstr("a whole number in [1, 1000]")));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": "many" } })"),
              AllOf(HasSubstr("'outflow.eta_norm' = \"many\" is text, not a number"), HasSubstr("a number in [0, 100]"),
                    HasSubstr("Mass loading at the pivot. The default is 1; source: OUT-1")));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": "2.5" } })"),
              AllOf(HasSubstr("is text, not a number"), HasSubstr("remove the quotes")));
  EXPECT_THAT(complaint(R"({ "outflow": { "path": 3 } })"), HasSubstr("'outflow.path' = 3 is a number, not text"));
  EXPECT_THAT(complaint(R"({ "outflow": { "enabled": 1 } })"), HasSubstr("= 1 is a number, not true or false"));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": true } })"), HasSubstr("= true is true or false, not a number"));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": null } })"), HasSubstr("= null is null, not a number"));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": [1] } })"), HasSubstr("= [1] is a list, not a number"));
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": {"a": 1} } })"), HasSubstr("is a group of values, not a number"));
  EXPECT_THAT(complaint(R"({ "outflow": { "redshifts": 6 } })"), HasSubstr("= 6 is a number, not a list of numbers"));
  EXPECT_THAT(complaint(R"({ "outflow": { "redshifts": [6, "x"] } })"),
              HasSubstr("entry 2 = \"x\" is text, not a number"));
  EXPECT_THAT(complaint(R"({ "outflow": { "columns": ["a", 1] } })"), HasSubstr("entry 2 = 1 is a number, not text"));
  EXPECT_THAT(complaint(R"({ "outflow": { "colour": 1 } })"), HasSubstr("= 1 is a number, not the name of a choice"));
  EXPECT_THAT(complaint(R"({ "outflow": 3 })"), HasSubstr("section 'outflow' is not a group of values"));
  EXPECT_THAT(complaint("[1]"), HasSubstr("the parameters are not a JSON object"));
}

TEST(ParameterFile, WholeNumbersMayBeWrittenAsNumbers) {
  Values v;
  v.document.apply_json(R"({ "outflow": { "n_steps": 5e1, "eta_norm": 3 } })", "file.json");
  EXPECT_EQ(v.outflow.n_steps, 50);
  EXPECT_EQ(v.outflow.eta_norm, 3.0);
}

TEST(ParameterFile, ValuesOutOfRangeAreRefusedWithRangeAndUnit) {
  EXPECT_THAT(complaint(R"({ "outflow": { "m_out0_msun": -3 } })"),
              AllOf(HasSubstr("'outflow.m_out0_msun' = -3 is out of range"),
                    HasSubstr("a number in [1e6, 1e13], unit Msun"), HasSubstr("The default is 3e9")));
  EXPECT_THAT(complaint(R"({ "outflow": { "n_steps": 0 } })"), HasSubstr("= 0 is out of range"));
  EXPECT_THAT(complaint(R"({ "outflow": { "n_steps": 18446744073709551615 } })"), HasSubstr("is out of range"));
  EXPECT_THAT(complaint(R"({ "outflow": { "redshifts": [6, 51] } })"), HasSubstr("entry 2 = 51 is out of range"));
}

TEST(ParameterFile, TheEndsOfARangeAreInside) {
  EXPECT_EQ(complaint(R"({ "outflow": { "eta_norm": 0, "m_out0_msun": 1e13, "n_steps": 1000 } })"), "");
}

TEST(ParameterFile, AnUnknownChoiceListsTheNames) {
  EXPECT_THAT(complaint(R"({ "outflow": { "colour": "dark_gren" } })"),
              AllOf(HasSubstr("'outflow.colour' = 'dark_gren' is not one of its choices"),
                    HasSubstr("one of: red, dark_green"), HasSubstr("did you mean 'dark_green'?")));
}

TEST(ParameterFile, NotANumberAndInfinityAreRefusedByName) {
  for (const std::string word : {"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf"})
    EXPECT_THAT(
        complaint("{\n\"outflow\": {\n\"eta_norm\": " + word + " } }"),
        AllOf(HasSubstr("'outflow.eta_norm' = " + word + " is not a finite number"), HasSubstr("file.json, line 3")))
        << word;
  EXPECT_THAT(complaint(R"({ "outflow": { "eta_norm": "NaN" } })"), HasSubstr("is not a finite number"));
  EXPECT_THAT(complaint("{ \"outflow\": {\n \"eta_norm\": 1e999 } }"),
              AllOf(HasSubstr("'outflow.eta_norm' = 1e999 is not a finite number"), HasSubstr("line 2")));
}

TEST(ParameterFile, AKeyGivenTwiceIsRefusedWithBothLines) {
  EXPECT_THAT(
      complaint("{ \"outflow\": {\n \"eta_norm\": 1,\n \"n_steps\": 2,\n \"eta_norm\": 3 } }"),
      AllOf(HasSubstr("'outflow.eta_norm' is given twice"), HasSubstr("file.json, line 4"), HasSubstr("in line 2")));
  EXPECT_THAT(complaint("{ \"outflow\": { },\n \"outflow\": { } }"), HasSubstr("'outflow' is given twice"));
}

TEST(ParameterFile, MalformedJsonIsRefusedWithLineAndColumn) {
  EXPECT_THAT(
      complaint("{\n  \"outflow\": {\n    \"eta_norm\": 1,\n  }\n}"),
      AllOf(HasSubstr("not valid JSON"), HasSubstr("file.json, line 4, column 3"), HasSubstr("none after the last")));
  EXPECT_THAT(complaint("{ \"outflow\": { \"eta_norm\": 1 }"), AllOf(HasSubstr("not valid JSON"), HasSubstr("line 1")));
  EXPECT_THAT(complaint("{\n\n  outflow: 1 }"), HasSubstr("line 3, column 3"));
  EXPECT_THAT(complaint("{} {}"), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("{ \"outflow\": { \"eta_norm\": 1e-3x } }"), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("\x89HDF\r\n"), HasSubstr("not valid JSON"));
}

TEST(SetOption, ReadsJsonAndTakesBareWordsAsText) {
  Values v;
  v.document.apply_set("outflow.eta_norm=2e1");
  v.document.apply_set("outflow.colour=dark_green");
  v.document.apply_set("outflow.path=/data/a=b.json");
  v.document.apply_set("outflow.redshifts=[1,2]");
  v.document.apply_set("outflow.columns=[\"m\"]");
  v.document.apply_set("outflow.enabled=false");
  EXPECT_EQ(v.outflow.eta_norm, 20.0);
  EXPECT_EQ(v.outflow.colour, Colour::dark_green);
  EXPECT_EQ(v.outflow.path, "/data/a=b.json");
  EXPECT_THAT(v.outflow.redshifts, testing::ElementsAre(1.0, 2.0));
  EXPECT_THAT(v.outflow.columns, testing::ElementsAre("m"));
  EXPECT_FALSE(v.outflow.enabled);
  v.document.apply_set("outflow.path=\"quoted\"");
  EXPECT_EQ(v.outflow.path, "quoted");
  v.document.apply_set("outflow.path=17");
  EXPECT_EQ(v.outflow.path, "17");
  v.document.apply_set("outflow.path=");
  EXPECT_EQ(v.outflow.path, "");
}

TEST(SetOption, FaultsAreRefusedAsInAFile) {
  EXPECT_THAT(
      complaint_of_set("outflow.eta_norm=nan"),
      AllOf(HasSubstr("'outflow.eta_norm' = \"nan\" is not a finite number"), HasSubstr("--set outflow.eta_norm=nan")));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm=inf"), HasSubstr("is not a finite number"));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm=1e999"), HasSubstr("is not a finite number"));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm=1e-3x"), HasSubstr("is text, not a number"));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm=101"), HasSubstr("out of range"));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm="), HasSubstr("not a number"));
  EXPECT_THAT(complaint_of_set("outflow.n_steps=1.5"), HasSubstr("is not a whole number"));
  EXPECT_THAT(complaint_of_set("outflow.eta_nrom=1"), HasSubstr("did you mean 'eta_norm'?"));
  EXPECT_THAT(complaint_of_set("outflw.eta_norm=1"), HasSubstr("did you mean 'outflow'?"));
  EXPECT_THAT(complaint_of_set("outflow.eta_norm"), HasSubstr("section.key=value"));
  EXPECT_THAT(complaint_of_set("eta_norm=1"), HasSubstr("section.key=value"));
  EXPECT_THAT(complaint_of_set("outflow.=1"), HasSubstr("section.key=value"));
  EXPECT_THAT(complaint_of_set(""), HasSubstr("section.key=value"));
}

// The bug: the name of a folder in another encoding was taken, and the run ended as a defect when it wrote its results.
TEST(SetOption, BugATextThatIsNotUtf8WasTakenAndCouldNotBeWritten) {
  EXPECT_THAT(complaint_of_set("outflow.path=/data/caf\xe9"), HasSubstr("is not UTF-8"));
  EXPECT_THAT(complaint_of_set("outflow.colour=\xff"), HasSubstr("is not one of its choices"));
  EXPECT_EQ(complaint_of_set("outflow.path=/data/caf\xc3\xa9"), "");
}

TEST(ResolvedValues, ComeInTableOrderAndGiveTheSameBitsBack) {
  Values v, again;
  v.document.apply_set("outflow.eta_norm=0.1234567890123456789");
  v.document.apply_set("outflow.colour=dark_green");
  const std::string text = v.document.resolved_json().dump(2);
  EXPECT_LT(text.find("\"eta_norm\""), text.find("\"m_out0_msun\""));
  EXPECT_LT(text.find("\"outflow\""), text.find("\"stars\""));
  again.document.apply_json(text, "run.json");
  EXPECT_EQ(std::bit_cast<std::uint64_t>(again.outflow.eta_norm), std::bit_cast<std::uint64_t>(v.outflow.eta_norm));
  EXPECT_EQ(again.document.resolved_json().dump(2), text);
}

TEST(ResolvedValues, ChangesSayFromWhere) {
  Values v;
  v.document.apply_json("{\n\"outflow\": { \"eta_norm\": 3, \"n_steps\": 5 } }", "file.json");
  v.document.apply_set("stars.m_max_msun=300");
  const auto changes = v.document.changes();
  ASSERT_EQ(changes.size(), 2u);  // n_steps was set to its default
  EXPECT_EQ(changes[0].name, "outflow.eta_norm");
  EXPECT_EQ(changes[0].origin, "file.json, line 2");
  EXPECT_EQ(changes[1].name, "stars.m_max_msun");
  EXPECT_EQ(changes[1].origin, "--set");
}

TEST(Reference, ListsEveryParameterWithUnitDefaultRangeAndSource) {
  const Values v;
  EXPECT_THAT(v.document.markdown(),
              AllOf(HasSubstr("## outflow"),
                    HasSubstr("| `outflow.eta_norm` | - | 1 | [0, 100] | "
                              "Mass loading at the pivot. | OUT-1 |"),
                    HasSubstr("| Msun | 3e9 | [1e6, 1e13] | Normalisation \\| of the outflow. |"),
                    HasSubstr("| `outflow.colour` | - | red | red, dark_green |")));
  EXPECT_THAT(v.document.text(), HasSubstr("outflow.m_out0_msun = 3e9 Msun   allowed: [1e6, 1e13]"));
  const auto json = v.document.json();
  ASSERT_EQ(json.size(), 9u);
  EXPECT_EQ(json[1]["name"], "outflow.m_out0_msun");
  EXPECT_EQ(json[1]["highest"], 1e13);
  EXPECT_EQ(json[4]["choices"].size(), 2u);
}

TEST(Sections, OfTheSameNameAreADefect) {
  sample::Stars a, b;
  EXPECT_THROW(Document({section("stars", "", a, sample::star_rows), section("stars", "", b, sample::star_rows)}),
               InternalError);
}

}  // namespace
TEST(ParameterFile, ASectionMayBeShortForOneOfItsKeys) {
  Values values;
  std::vector<Section> sections = values.document.sections();
  sections[0].short_for = "colour";
  Document document(sections);
  document.apply_json("{ \"outflow\": \"dark_green\" }", "a.json");
  EXPECT_EQ(values.outflow.colour, sample::Colour::dark_green);
  EXPECT_EQ(document.changes().front().name, "outflow.colour");
  document.apply_set("outflow=red");
  EXPECT_EQ(values.outflow.colour, sample::Colour::red);
  document.apply_value("outflow", "dark_green", "line 2 of points.csv");
  EXPECT_EQ(values.outflow.colour, sample::Colour::dark_green);
  document.apply_json("{ \"outflow\": { \"colour\": \"red\", \"n_steps\": 7 } }", "a.json");
  EXPECT_EQ(values.outflow.n_steps, 7);
  try {
    document.apply_json("{\n\"outflow\": \"gren\" }", "a.json");
    FAIL() << "a choice that is none was taken";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("outflow.colour"));
    EXPECT_THAT(error.what(), HasSubstr("a.json, line 2"));
  }
  EXPECT_THROW(document.apply_json("{ \"stars\": 250 }", "a.json"), InputError);  // a section without
  EXPECT_THROW(document.apply_set("stars=250"), InputError);
}

}  // namespace cecropia::config

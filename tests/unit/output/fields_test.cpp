#include "cecropia/output/fields.hpp"

#include <gmock/gmock.h>

#include <set>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/output/parameters.hpp"

namespace {
using namespace cecropia;
using output::Levels;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(GalaxyFields, EachHasAUniqueNameAUnitAndAMeaning) {
  std::set<std::string_view> names;
  for (const auto& column : output::id_columns) names.insert(column.name);
  for (const output::Field& field : output::fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_FALSE(field.unit.empty()) << field.name;
    EXPECT_FALSE(field.description.empty()) << field.name;
    ASSERT_NE(field.get, nullptr) << field.name;
  }
}

TEST(GalaxyFields, AreSelectedByNameInTableOrderEachOnce) {
  const auto names = [](const std::vector<std::string>& properties, bool resolved = false) {
    std::vector<std::string_view> list;
    for (const auto* field : output::select_fields(properties, resolved)) list.push_back(field->name);
    return list;
  };
  EXPECT_THAT(names({"q_ion_per_s", "m_vir_msun", "q_ion_per_s"}), ElementsAre("m_vir_msun", "q_ion_per_s"));
  EXPECT_EQ(names({"all"}, true).size(), output::fields().size());
  EXPECT_THAT(names({"all"}, true), testing::Contains("m_dust_msun"));
  EXPECT_THAT(names({"all"}), testing::Not(testing::Contains("m_dust_msun")));  // nobody knows it star by star
  EXPECT_THROW(names({"m_dust_msun"}), InputError);
  EXPECT_LT(names({"default"}).size(), output::fields().size());
  EXPECT_EQ(names({"default", "q_ion_per_s"}).size(), names({"default"}).size() + 1);
  EXPECT_TRUE(names({}).empty());
}

TEST(GalaxyFields, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  try {
    output::select_fields({"m_star_msun", "stellar_mass"});
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().what, HasSubstr("'stellar_mass'"));
    EXPECT_THAT(error.complaint().expected, HasSubstr("m_star_iii_msun"));
  }
}

TEST(GalaxyFields, AreTheOnesInTheDocumentation) {
  const std::string page = io::read_file(CECROPIA_SOURCE_DIR "/docs/output.md");
  EXPECT_THAT(page, HasSubstr(output::fields_markdown() + "\n")) << "nothing more and nothing less;"
                                                                 << "copy this into docs/output.md:\n"
                                                                 << output::fields_markdown();
}

TEST(LevelChoice, TakesTheLevelNearestInRedshiftAndSaysWhatLiesOutsideOfTheTrees) {
  const std::vector<double> redshift{20, 15, 11, 8, 6, 5};
  output::Parameters p;
  p.redshifts = {14, 6.9, 7.1, 22.4, 4.6, 23, 4.4};
  const auto choice = output::choose_levels(p, redshift);
  EXPECT_THAT(choice.written, ElementsAre(true, true, false, true, true, true));
  EXPECT_THAT(choice.before, ElementsAre(23));
  EXPECT_THAT(choice.after, ElementsAre(4.4));
  p.redshifts = {3};
  EXPECT_THAT(output::choose_levels(p, redshift).written, ElementsAre(false, false, false, false, false, true));
  EXPECT_THAT(output::choose_levels(p, redshift).after, ElementsAre(3));
  p.levels = Levels::all;
  EXPECT_TRUE(output::choose_levels(p, redshift).after.empty()) << "nothing was asked for by redshift";
}

TEST(LevelChoice, TheLastLevelIsAlwaysAmongThoseNearestToRedshifts) {
  output::Parameters p;
  EXPECT_THAT(output::choose_levels(p, {6, 5.5, 5.25, 5, 4.75, 4.5}).written,
              ElementsAre(true, false, false, true, false, true))
      << "the defaults, on trees that end between two of them";
  EXPECT_THAT(output::choose_levels(p, {6, 5.5, 5.25, 5, 4.75, 4.5}).before, ElementsAre(7, 8, 9, 10, 12, 15, 20));
  EXPECT_THAT(output::choose_levels(p, {6, 5.5, 5.25, 5, 4.75, 4.5}).after, ElementsAre(4));
  p.redshifts = {};
  EXPECT_THAT(output::choose_levels(p, {9, 8, 7}).written, ElementsAre(false, false, true));
  EXPECT_THAT(output::choose_levels(p, {9}).written, ElementsAre(true));
}

TEST(LevelChoice, CountsEveryNthBackFromTheLastLevel) {
  const std::vector<double> redshift{12, 10, 8, 6, 4};
  output::Parameters p;
  p.levels = Levels::every;
  p.every = 2;
  EXPECT_THAT(output::choose_levels(p, redshift).written, ElementsAre(true, false, true, false, true));
  p.every = 3;
  EXPECT_THAT(output::choose_levels(p, redshift).written, ElementsAre(false, true, false, false, true));
  p.levels = Levels::all;
  EXPECT_THAT(output::choose_levels(p, redshift).written, testing::Each(true));
  p.levels = Levels::none;
  EXPECT_THAT(output::choose_levels(p, redshift).written, testing::Each(false));
  EXPECT_TRUE(output::choose_levels(p, {}).written.empty());
}

}  // namespace

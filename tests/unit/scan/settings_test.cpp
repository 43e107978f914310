// What single ranges cannot see: values that do not fit together.
#include "cecropia/scan/settings.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(const scan::Settings& s) {
  try {
    scan::check(s);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Settings, TheDefaultsFitTogether) { EXPECT_EQ(refusal({}), ""); }

TEST(Settings, RefuseInflowThatWouldBeMostlyMetals) {
  scan::Settings s;
  s.space.surroundings = {
      .metals = space::MetalSource::uniform, .redshift = {5.0, 10.0}, .z_igm = {0.1, 0.1}, .ionised_fraction = {}};
  EXPECT_EQ(refusal(s), "") << "3.32 x 0.1 is a mass fraction";
  s.physics.feedback.c_zigm = 20.0;
  EXPECT_THAT(refusal(s), HasSubstr("gas that falls in would be mostly metals"));
}

TEST(Settings, RefuseAnImfWithoutMassiveStarsAndUnsortedSurroundings) {
  scan::Settings s;
  s.stars.imf3_min_msun = 300.0;
  EXPECT_THAT(refusal(s), HasSubstr("to fix"));
  s = {};
  s.space.surroundings = {
      .metals = space::MetalSource::uniform, .redshift = {10.0, 5.0}, .z_igm = {0, 0}, .ionised_fraction = {}};
  EXPECT_THAT(refusal(s), HasSubstr("do not ascend"));
}

TEST(Settings, RefuseLateOutflowsThatNeverComeToPass) {
  scan::Settings s;
  s.physics.feedback.alpha_out_late = 0.7;
  EXPECT_THAT(refusal(s), HasSubstr("late outflows were changed, but have no effect while feedback.z_late is 0"));
  s.physics.feedback.z_late = 6.0;
  EXPECT_EQ(refusal(s), "");
  s = {};
  s.physics.feedback.m_out0_late_msun = 1e9;
  EXPECT_THAT(refusal(s), HasSubstr("feedback.z_late"));
}

// The bug: trees were grown and tables of stars made before a run was told that its comparison cannot be.
TEST(Settings, BugAnEmptyRedshiftRangeWasRefusedAfterTheTreesWereGrown) {
  scan::Settings s;
  s.observe.csmd_z_min = s.observe.csmd_z_max;
  EXPECT_THAT(refusal(s), HasSubstr("the redshift range of observe.csmd_z_min and observe.csmd_z_max is empty"));
  s = {};
  s.observe.sfrd_cuts_log10 = {0.5, 1, 0.5};
  EXPECT_THAT(refusal(s), HasSubstr("0.5 stands twice in observe.sfrd_cuts_log10"));
}

TEST(Settings, RefuseASubStepThatMustBeLongerThanItMay) {
  scan::Settings s;
  s.physics.star_formation.max_step_myr = s.physics.star_formation.min_step_myr = 0.01;
  EXPECT_EQ(refusal(s), "");
  s.physics.star_formation.max_step_myr = 0.009;
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("star_formation.min_step_myr"), HasSubstr("0.009 Myr")));
}

TEST(Settings, RefuseTypeIaSupernovaeOfPopulationsThatAreStillBeingBorn) {
  scan::Settings s;
  s.physics.type_ia.delay_min_myr = s.physics.type_ia.interval_myr = 12.0;
  EXPECT_EQ(refusal(s), "");
  s.physics.type_ia.interval_myr = 12.5;
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("type_ia.delay_min_myr"), HasSubstr("12.5 Myr")));
  s.physics.type_ia.enabled = false;
  EXPECT_EQ(refusal(s), "") << "nothing explodes";
}

TEST(Settings, RefuseDelaysOfTypeIaSupernovaeInTheWrongOrder) {
  scan::Settings s;
  s.physics.type_ia.delay_max_myr = 41.0;
  EXPECT_EQ(refusal(s), "");
  s.physics.type_ia.delay_max_myr = 36.83;
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("type_ia.delay_max_myr"), HasSubstr("36.83 Myr")));
}

TEST(Settings, RefuseFilesThatAreNotThere) {
  const auto missing = [](auto&& name) {
    scan::Settings s;
    name(s);
    try {
      scan::check_files(s);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(missing([](scan::Settings&) {}), "");
  EXPECT_THAT(missing([](scan::Settings& s) { s.stars.table_file = "no/tables.h5"; }), HasSubstr("no/tables.h5"));
  EXPECT_THAT(missing([](scan::Settings& s) { s.observe.observations_path = "no/where"; }), HasSubstr("no/where"));
  EXPECT_EQ(missing([](scan::Settings& s) { s.stars.imf2_file = "no.txt"; }), "") << "a form that reads no file";
  EXPECT_THAT(missing([](scan::Settings& s) {
                s.stars.imf2_form = stars::ImfForm::table;
                s.stars.imf2_file = "no.txt";
              }),
              HasSubstr("stars.imf2_file = no.txt"));
  EXPECT_THAT(missing([](scan::Settings& s) {
                s.stars.imf3_form = stars::ImfForm::table;
                s.stars.imf3_file = "none.txt";
              }),
              HasSubstr("stars.imf3_file = none.txt"));
}

TEST(Settings, RefuseACalendarCoarserThanTheShortestLifeOfTheTables) {
  scan::Settings s;
  s.model.calendar_myr = 1.5;
  EXPECT_EQ(refusal(s), "");
  s.stars.tables = stars::Model::hartwig2022;
  EXPECT_EQ(refusal(s), "");
  s.model.calendar_myr = 5.0;
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("model.calendar_myr = 5"), HasSubstr("shortest stellar life")));
  // Tables of a file are seen once they are read.
  s.stars.tables = stars::Model::standard;
  s.stars.table_file = "tables.h5";
  EXPECT_EQ(refusal(s), "");
  stars::Star star;
  star.lifetime_myr = 4.9;
  EXPECT_THROW(scan::check(s, stars::Tables({0.01}, {10.0}, {star}, "tables.h5")), InputError);
  star.lifetime_myr = 5.0;
  s.stars.imf2_max_msun = s.stars.imf3_max_msun = 20.0;
  EXPECT_NO_THROW(scan::check(s, stars::Tables({0.01}, {10.0}, {star}, "tables.h5")));
}

TEST(Settings, RefuseTablesThatDoNotReachTheStarsThatAreDrawn) {
  scan::Settings s;
  s.stars.table_file = "tables.h5";
  stars::Star star;
  star.lifetime_myr = 5.0;
  const auto said = [&](double first, double last) {
    try {
      scan::check(s, stars::Tables({0.01}, {first, last}, {star, star}, "tables.h5"));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(said(2, 600), "");
  EXPECT_EQ(said(10, 125), "");  // up to a factor two the nearest star stands for those beyond
  EXPECT_THAT(said(10.1, 600),
              AllOf(HasSubstr("begin at 10.1 Msun, and stars from 5 Msun on"), HasSubstr("--fill standard")));
  EXPECT_THAT(said(2, 124),
              AllOf(HasSubstr("end at 124 Msun, and stars up to 250 Msun"), HasSubstr("--fill standard")));
  s.stars.m_massive_msun = 8.0;
  EXPECT_EQ(said(14, 600), "");
  s.stars.imf2_max_values_msun = {90, 120};
  s.stars.imf3_max_msun = 100.0;
  EXPECT_EQ(said(14, 60), "");
}

TEST(Settings, EveryValueSurvivesTheWayThroughJson) {
  scan::Settings a, b;
  a.physics.feedback.m_out0_msun = 1.0 / 3.0 * 1e9;
  a.physics.threshold.fit = physics::ThresholdFit::schauer_min;
  a.output.redshifts = {4.5, 7.25};
  auto from = scan::document(a), to = scan::document(b);
  to.apply_json(from.resolved_json().dump(), "resolved");
  EXPECT_EQ(b.physics.feedback.m_out0_msun, a.physics.feedback.m_out0_msun);
  EXPECT_EQ(b.physics.threshold.fit, a.physics.threshold.fit);
  EXPECT_EQ(to.resolved_json().dump(), from.resolved_json().dump());
}
}  // namespace

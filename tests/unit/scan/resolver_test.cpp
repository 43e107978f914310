#include "cecropia/scan/resolver.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using testing::HasSubstr;

struct World {
  World() { settings.trees.path = "eps"; }
  scan::Settings settings;
  scan::Point point(nlohmann::ordered_json values) const { return {3, std::move(values), "line 9 of points.csv"}; }
  std::string complaint(nlohmann::ordered_json values) {
    try {
      scan::Point of = point(std::move(values));
      scan::Resolver(scan::document(settings)).prepare(of);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
};

std::string key_of(const scan::Resolver& resolver, scan::Point point) {
  resolver.prepare(point);
  return point.key;
}

TEST(Resolver, APointChangesWhatItNamesAndNothingElse) {
  World w;
  w.settings.physics.feedback.m_out0_msun = 7e9;
  const scan::Resolver resolver(scan::document(w.settings));
  const scan::Settings s = resolver.settings(w.point({{"feedback.alpha_out", 0.5}, {"stars.imf2_max_msun", 120}}));
  EXPECT_EQ(s.physics.feedback.alpha_out, 0.5);
  EXPECT_EQ(s.physics.feedback.m_out0_msun, 7e9);
  EXPECT_EQ(s.stars.imf2_max_msun, 120.0);
}

TEST(Resolver, AnUnknownNameInTheHeaderOfATableIsFoundThereAndAValueInItsOwnLine) {
  World w;
  const scan::Resolver resolver(scan::document(w.settings));
  const auto where = [&](nlohmann::ordered_json values) {
    scan::Point point = w.point(std::move(values));
    point.where_names = "line 1 of points.csv";
    try {
      resolver.prepare(point);
    } catch (const InputError& error) {
      return error.complaint().where;
    }
    return std::string();
  };
  EXPECT_EQ(where({{"feedback.alpha_uot", 1}}), "line 1 of points.csv");
  EXPECT_EQ(where({{"alpha_out", 1}}), "line 1 of points.csv");
  EXPECT_EQ(where({{"eps.z_min", 5}}), "line 1 of points.csv");
  EXPECT_EQ(where({{"feedback.alpha_out", -1e9}}), "line 9 of points.csv");
}

TEST(Resolver, TheKeyNamesWhatIsComputedAndNotHowItIsWritten) {
  World w;
  const scan::Resolver resolver(scan::document(w.settings));
  const auto key = [&](nlohmann::ordered_json values) { return key_of(resolver, w.point(std::move(values))); };
  EXPECT_EQ(key({{"feedback.alpha_out", 1}}), key({{"feedback.alpha_out", 1.0}}));
  EXPECT_EQ(key({{"feedback.alpha_out", 1}, {"stars.imf2_max_msun", 120}}),
            key({{"stars.imf2_max_msun", 120}, {"feedback.alpha_out", 1}}));
  EXPECT_EQ(key(nlohmann::ordered_json::object()),
            key({{"feedback.alpha_out", w.settings.physics.feedback.alpha_out}}));
  EXPECT_NE(key({{"feedback.alpha_out", 1}}), key({{"feedback.alpha_out", 1.0000000001}}));
}

TEST(Resolver, APointKnowsNothingOfThePointsBeforeIt) {
  World w;
  const scan::Resolver resolver(scan::document(w.settings));
  for (const nlohmann::ordered_json& values :
       {nlohmann::ordered_json{{"feedback.alpha_out", 0.5}, {"model", "disc"}},
        nlohmann::ordered_json{{"stars.imf2_max_msun", 120}},
        nlohmann::ordered_json{{"feedback.m_out0_msun", 2e9}, {"feedback.alpha_out", -1e9}},
        nlohmann::ordered_json{{"observe.observations_path", "elsewhere"}}, nlohmann::ordered_json::object()}) {
    scan::Point point = w.point(values);
    try {
      scan::Settings settings = resolver.prepare(point);
      const auto resolved = scan::document(settings).resolved_json();
      EXPECT_EQ(point.key, resolver.key_of(resolved, values)) << values;
      EXPECT_EQ(point.key, key_of(scan::Resolver(scan::document(w.settings)), w.point(values))) << values;
      scan::Settings again = resolver.settings(point);
      EXPECT_EQ(scan::document(again).resolved_json(), resolved) << values;
    } catch (const InputError&) {
      EXPECT_EQ(values.at("feedback.alpha_out"), -1e9);
    }
  }
}

TEST(Resolver, WhereDataLieCountsOnlyForPointsThatSayWhereTheirsAre) {
  World w;
  const scan::Resolver here(scan::document(w.settings));
  World moved;
  moved.settings.observe.observations_path = "elsewhere";
  const scan::Resolver there(scan::document(moved.settings));
  EXPECT_EQ(key_of(here, w.point({{"feedback.alpha_out", 1}})), key_of(there, w.point({{"feedback.alpha_out", 1}})));
  const auto with = [&](const char* folder) { return key_of(here, w.point({{"observe.observations_path", folder}})); };
  EXPECT_NE(with("a"), with("b")) << "a scan over observations computes both";
}

TEST(Resolver, OfAFileThatAPointNamesTheContentCounts) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("resolver-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "there");
  World w;
  const scan::Resolver resolver(scan::document(w.settings));
  const auto key = [&] { return key_of(resolver, w.point({{"observe.observations_path", folder.string()}})); };
  std::ofstream(folder / "sfrd.csv") << "1";
  const std::string before = key();
  EXPECT_EQ(key(), before);
  std::ofstream(folder / "sfrd.csv") << "2";
  EXPECT_NE(key(), before);
  std::filesystem::remove_all(folder);
}

TEST(Resolver, WhatAllPointsShareCannotBeVaried) {
  World w;
  for (const char* name : {"trees.path", "eps.z_min", "cosmology.h", "random.seed", "output.levels"})
    EXPECT_THAT(w.complaint({{name, 1}}), HasSubstr("cannot differ")) << name;
}

// The bug: the last of two names of one parameter counted, without a word.
TEST(Resolver, BugAPointCouldSetOneParameterUnderTwoNames) {
  World w;
  EXPECT_THAT(w.complaint({{"model", "disc"}, {"model.galaxies", "bathtub"}}),
              HasSubstr("'model' and 'model.galaxies' are one parameter, and the point sets both"));
  EXPECT_EQ(w.complaint({{"model", "asloth"}}), "");
}

TEST(Resolver, AFaultIsNamedWithThePoint) {
  World w;
  EXPECT_THAT(w.complaint({{"feedback.alpha_out", -3}}), HasSubstr("line 9 of points.csv"));
  EXPECT_THAT(w.complaint({{"feedback.alpha_oit", 1}}), HasSubstr("did you mean 'alpha_out'?"));
  EXPECT_THAT(w.complaint({{"alpha_out", 1}}), HasSubstr("section.key"));
  // values that do not fit together
  EXPECT_THAT(w.complaint({{"stars.tables", "hartwig2022"}, {"model.calendar_myr", 5}}),
              HasSubstr("line 9 of points.csv"));
  EXPECT_THAT(w.complaint({{"star_formation.min_step_myr", 0.9}, {"star_formation.max_step_myr", 0.5}}),
              HasSubstr("line 9 of points.csv"));
}

TEST(Resolver, TablesOfOnePointAreNotTakenForThoseOfTheNext) {
  World w;
  const scan::Resolver resolver(scan::document(w.settings));
  // Weaker winds leave heavier cores: other tables. The calendar suits neither.
  for (const double wind_scale : {1.0, 0.5, 0.5, 1.0})
    for (const double calendar_myr : {0.5, 5.0}) {
      scan::Point point = w.point({{"stars.wind_scale", wind_scale}, {"model.calendar_myr", calendar_myr}});
      if (calendar_myr < 1.0)
        EXPECT_NO_THROW(resolver.prepare(point)) << wind_scale;
      else
        EXPECT_THROW(resolver.prepare(point), InputError) << wind_scale;
    }
  scan::Point limits = w.point({{"stars.m_ecsn_max_msun", 3.0}});  // in no order with the limit of white dwarfs
  EXPECT_THROW(resolver.prepare(limits), InputError);
  scan::Point good = w.point({{"feedback.alpha_out", 0.5}});
  EXPECT_NO_THROW(resolver.prepare(good));
}

}  // namespace

// Every parameter of the program, walked through its row.
#include "cecropia/scan/settings.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cecropia/app/run_parameters.hpp"
#include "cecropia/config/value.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia {
namespace {

TEST(Settings, EveryDefaultIsAllowedByItsOwnRow) {
  scan::Settings settings;
  const config::Document document = scan::document(settings);
  for (const config::Section& section : document.sections())
    for (const config::Entry& entry : section.entries)
      EXPECT_NO_THROW(
          config::checked(entry, config::to_json(entry.fallback), section.name + "." + std::string(entry.key), ""));
}

TEST(Settings, EveryRowSaysWhatItMeansAndWhereItComesFrom) {
  scan::Settings settings;
  const config::Document document = scan::document(settings);
  for (const config::Section& section : document.sections()) {
    EXPECT_FALSE(section.entries.empty()) << section.name;
    for (const config::Entry& entry : section.entries) {
      const std::string name = section.name + "." + std::string(entry.key);
      EXPECT_GE(entry.meaning.size(), 10u) << name;
      EXPECT_EQ(entry.meaning.back(), '.') << name;
      EXPECT_FALSE(entry.source.empty()) << name;
      EXPECT_FALSE(entry.unit.empty()) << name;
    }
  }
}

TEST(Settings, EveryRowStoresWhereItLoadsFrom) {
  scan::Settings settings;
  const config::Document document = scan::document(settings);
  std::vector<std::pair<const config::Entry*, Value>> stored;
  for (const config::Section& section : document.sections())
    for (const config::Entry& entry : section.entries) {
      Value other = entry.fallback;
      if (auto* flag = std::get_if<bool>(&other)) *flag = !*flag;
      if (auto* whole = std::get_if<std::int64_t>(&other))
        *whole += static_cast<double>(*whole) < entry.highest ? 1 : -1;
      if (auto* number = std::get_if<double>(&other)) *number = *number == entry.lowest ? entry.highest : entry.lowest;
      if (auto* text = std::get_if<std::string>(&other))
        *text = entry.kind == Kind::choice ? std::string(entry.choices.back()) : *text + "x";
      if (auto* list = std::get_if<std::vector<double>>(&other)) list->push_back(entry.highest);
      if (auto* list = std::get_if<std::vector<std::string>>(&other)) list->push_back("x");
      entry.store(other);
      stored.emplace_back(&entry, std::move(other));
    }
  for (const auto& [entry, value] : stored) EXPECT_EQ(entry->load(), value) << entry->key << " shares its place";
}

TEST(RunParameters, ValuesThatDoNotFitTogetherAreRefused) {
  for (const char* assignment : {"cosmology.omega_b=0.4", "eps.z_min=31", "eps.log10_m_root_min=13",
                                 "stars.m_wd_max_msun=12", "stars.imf3_min_msun=400", "surroundings.redshift=[6,5]"}) {
    app::RunParameters parameters;
    EXPECT_THROW(parameters.apply("{}", "file.json", {assignment}), InputError) << assignment;
  }
  app::RunParameters parameters;  // trees from a file: the section eps does not count
  EXPECT_NO_THROW(parameters.apply("{}", "file.json", {"trees.path=folder", "eps.log10_m_root_min=13"}));
}

TEST(RunParameters, TheCommandLineOverridesTheFile) {
  app::RunParameters parameters;
  parameters.apply(R"({ "random": { "seed": 5, "realisation": 2 } })", "file.json", {"random.seed=7"});
  EXPECT_EQ(parameters.settings.random.seed, 7);
  EXPECT_EQ(parameters.settings.seed().realisation, 2u);
}

}  // namespace
}  // namespace cecropia

// Light and deaths of galaxies as histories; the columns of the history against the documentation.
#include <gtest/gtest.h>

#include "cecropia/io/atomic_file.hpp"
#include "unit/observe/synthetic.hpp"

namespace cecropia::observe {
namespace {

using synthetic::galaxy;

Results run(const synthetic::Galaxies& galaxies) {
  return synthetic::observe({}, {8, 7}, galaxies, 1647, parallel::Communicator::self());
}

// LIT-3, LIT-5
TEST(History, EveryFateHasItsOwnRatePerYearOfTheStep) {
  const auto r = run([](double) {
    auto g = galaxy(9, 1, -1, 10.5, 1e-3);
    g.ccsn_events = 1e5, g.ppisn_events = 4e3, g.pisn_events = 1e3, g.fsn_events = 2e4, g.dbh_events = 300;
    g.ia_events = 10;
    return std::vector<model::Galaxy>{g, g};
  });
  const double step_yr = 1e6 * (r.column("age_myr").values[1] - r.column("age_myr").values[0]);
  for (const auto& [name, events] :
       {std::pair("ccsn", 1e5), {"ppisn", 4e3}, {"pisn", 1e3}, {"fsn", 2e4}, {"dbh", 300.0}, {"ia", 10.0}}) {
    const auto& rate = r.column(std::string(name) + "_rate_yr_cmpc3").values;
    EXPECT_NEAR(rate[1] * step_yr / (2e-3 * events), 1.0, 1e-14) << name;
    EXPECT_EQ(rate[0], 0.0) << name << ": no time has passed before the first level";
  }
}

TEST(History, PairInstabilitySupernovaeHaveRatesByPopulationThatAddUp) {
  const auto r = run([](double) {
    auto mixed = galaxy(9, 1, -1, 10.5, 1e-3), poor = galaxy(8, 0, -1, 10, 2e-3);
    mixed.pisn_events = 1000, mixed.pisn_iii_events = 250;
    poor.pisn_events = poor.pisn_iii_events = 40;
    return std::vector<model::Galaxy>{mixed, poor};
  });
  const double step_yr = 1e6 * (r.column("age_myr").values[1] - r.column("age_myr").values[0]);
  const auto events = [&](const char* name) { return r.column(name).values[1] * step_yr; };
  EXPECT_NEAR(events("pisn_rate_ii_yr_cmpc3"), 0.75, 1e-14);
  EXPECT_NEAR(events("pisn_rate_iii_yr_cmpc3"), 0.33, 1e-14);
  EXPECT_NEAR(events("pisn_rate_yr_cmpc3"), 1.08, 1e-14);
}

// LIT-5
TEST(History, EmissivitiesAreSumsOfTheLightOfAllGalaxiesByPopulation) {
  const auto r = run([](double z) {
    auto bright = galaxy(9, 1, -1, 10.5, 1e-3), quiet = galaxy(8, 0, -1, 10, 2e-3);
    bright.q_ion_per_s = 8e53, bright.q_ion_ii_per_s = 6e53, bright.q_ion_iii_per_s = 2e53;
    bright.q_lw_ii_per_s = 3e53, bright.q_lw_iii_per_s = 1e53;
    bright.l_uv_erg_s_hz = 1e28, bright.l_uv_iii_erg_s_hz = 1e27;
    quiet.l_uv_erg_s_hz = z * 1e25;  // stars of 30 Myr ago still shine
    return std::vector<model::Galaxy>{bright, quiet};
  });
  const auto at_7 = [&r](const char* name) { return r.column(name).values[1]; };
  EXPECT_DOUBLE_EQ(at_7("ionising_emissivity_s_cmpc3"), 8e50);
  EXPECT_DOUBLE_EQ(at_7("ionising_emissivity_ii_s_cmpc3"), 6e50);
  EXPECT_DOUBLE_EQ(at_7("ionising_emissivity_iii_s_cmpc3"), 2e50);
  EXPECT_DOUBLE_EQ(at_7("lyman_werner_emissivity_ii_s_cmpc3"), 3e50);
  EXPECT_DOUBLE_EQ(at_7("lyman_werner_emissivity_iii_s_cmpc3"), 1e50);
  EXPECT_DOUBLE_EQ(at_7("uv_luminosity_density_erg_s_hz_cmpc3"), 1e25 + 1.4e23);
  EXPECT_DOUBLE_EQ(at_7("uv_luminosity_density_iii_erg_s_hz_cmpc3"), 1e24);
}

TEST(History, ColumnsAreTheOnesInTheDocumentation) {
  std::string table = "| column | unit | meaning |\n|---|---|---|\n";
  for (const Column& c : run([](double) { return std::vector<model::Galaxy>{}; }).history)
    table += "| `" + c.name + "` | " + c.unit + " | " + c.description + " |\n";
  const std::string page = io::read_file(CECROPIA_SOURCE_DIR "/docs/output.md") + "\n";
  EXPECT_NE(page.find(table + "\n"), std::string::npos) << "copy this into docs/output.md:\n" << table;
}

}  // namespace
}  // namespace cecropia::observe

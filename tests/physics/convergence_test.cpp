// Does the answer depend on the steps? Sub-steps within a level, the resolution of stellar deaths, and the spacing of
// the levels; each on the same trees, so that differences are those of the steps and of the stars drawn. With
// CECROPIA_PLOT_DIR set, the tables behind docs/validation.md are written there.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/observe/history.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/eps.hpp"
#include "testing/thinned.hpp"

namespace {
using namespace cecropia;

const stars::Tables& tables() {
  static const stars::Tables t = stars::build({});
  return t;
}

/// The defaults, hence the model of the shipped parameter files, on coarse trees. Every halo begins without metals:
/// what its first stars do within a step is part of the statements.
scan::Settings reference_settings() {
  scan::Settings s;
  s.eps.trees_per_bin = 4;
  s.eps.resolution_relative = 1e-3;
  s.observe.observations_path = CECROPIA_SOURCE_DIR "/params/observations";
  // pristine and neutral surroundings: what neighbours do is the subject of space_test.cpp
  s.space.surroundings.metals = space::MetalSource::uniform;
  s.space.surroundings.ionisation = space::Ionisation::uniform;
  return s;
}

tree::Catalogue grow(const scan::Settings& s) {
  return tree::grow_eps(s.eps, cosmology::Cosmology(s.cosmology), s.seed(), 0, tree::eps_n_trees(s.eps));
}

tree::Forest arranged(const tree::Catalogue& c, const scan::Settings& s) {
  return tree::arrange(c, tree::eps_info(s.eps), cosmology::Cosmology(s.cosmology), parallel::Communicator::self());
}

struct Outcome {
  scan::PointReport report;
  struct Star {
    double weight, m_star_msun, m_vir_msun;
  };
  std::map<std::int64_t, Star> at_z6;  ///< galaxies of the level nearest to z = 6, by halo

  /// Linear in redshift between levels, as log10.
  double log10(const char* column, double z) const {
    const auto& r = report.results;
    return std::log10(observe::interpolate(r.column("z").values, r.column(column).values, z).value());
  }
  /// Mean over z = 5, 6, 7, 8, 9 of the difference in log10 [dex].
  double difference_dex(const char* column, const Outcome& other) const {
    double sum = 0;
    for (const double z : {5.0, 6.0, 7.0, 8.0, 9.0}) sum += log10(column, z) - other.log10(column, z);
    return sum / 5;
  }
};

Outcome evolve(const scan::Settings& s, const tree::Forest& forest) {
  std::size_t level6 = 0;
  for (std::size_t l = 0; l < forest.n_levels(); ++l)
    if (std::fabs(forest.redshift[l] - 6) < std::fabs(forest.redshift[level6] - 6)) level6 = l;
  Outcome o;
  scan::PointHooks hooks;
  hooks.write_level = [&](const model::LevelView& view) {
    if (view.level.index != level6) return;
    for (const model::Galaxy& g : view.galaxies) o.at_z6[g.halo_id] = {g.weight_per_cmpc3, g.m_star_msun, g.m_vir_msun};
  };
  o.report = scan::run_point(s, forest, tables(), observe::read_observations(s.observe.observations_path),
                             parallel::Communicator::self(), hooks);
  return o;
}

struct Ratio {
  double value, error;
};

/// Halo masses [Msun] whose galaxies are looked at.
struct MassBin {
  double low = 0, high = 1e99;
};

/// Mean stellar mass at z = 6 over that of `standard`, galaxies weighted by what they stand for; the standard error
/// comes from the scatter between equal halos.
Ratio mass_ratio(const Outcome& o, const Outcome& standard, MassBin bin = {}) {
  EXPECT_EQ(o.at_z6.size(), standard.at_z6.size());
  double a = 0, b = 0, square = 0;
  const auto each = [&](const auto& visit) {
    for (const auto& [halo, g] : standard.at_z6)
      if (g.m_vir_msun >= bin.low && g.m_vir_msun < bin.high) visit(g, o.at_z6.at(halo).m_star_msun);
  };
  each([&](const Outcome::Star& g, double m_star_msun) {
    a += g.weight * m_star_msun;
    b += g.weight * g.m_star_msun;
  });
  each([&](const Outcome::Star& g, double m_star_msun) {
    square += std::pow(g.weight * (m_star_msun - a / b * g.m_star_msun), 2);
  });
  return {a / b, std::sqrt(square) / b};
}

constexpr const char* sfrd = "sfrd_detectable_msun_yr_cmpc3";
constexpr const char* sfrd_all = "sfrd_msun_yr_cmpc3";
constexpr const char* csmd = "csmd_msun_cmpc3";
constexpr const char* csmd_iii = "csmd_iii_msun_cmpc3";

/// Opens a table of the plot folder; a stream that swallows everything where none was asked for.
std::ofstream plot_table(const std::string& name, const std::string& header) {
  std::ofstream out;
  if (const char* folder = std::getenv("CECROPIA_PLOT_DIR")) {
    out.open(std::string(folder) + "/" + name);
    EXPECT_TRUE(out.good()) << "cannot write to CECROPIA_PLOT_DIR = " << folder;
    out << header << '\n';
  }
  return out;
}

// --- sub-steps ------------------------------------------------------------------------------------------------------

class SubSteps : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    forest_ = new tree::Forest(arranged(grow(reference_settings()), reference_settings()));
    standard_ = new Outcome(evolve(reference_settings(), *forest_));
  }
  static void TearDownTestSuite() {
    delete standard_;
    delete forest_;
  }
  /// Outcome and ratio of the stellar masses for other steps.
  static const std::pair<Outcome, Ratio>& with(double accuracy, double cap_myr, bool cap, double calendar_myr = 1.0) {
    auto& known = variants_[{accuracy, cap_myr, cap ? 1.0 : 0.0, calendar_myr}];
    if (!known.first.at_z6.empty()) return known;
    scan::Settings s = reference_settings();
    s.physics.star_formation.accuracy = accuracy;
    s.physics.star_formation.max_step_myr = cap_myr;
    s.physics.star_formation.cap_steps = cap;
    s.model.calendar_myr = calendar_myr;
    Outcome o = evolve(s, *forest_);
    const Ratio r = mass_ratio(o, *standard_);
    std::printf(
        "accuracy %.2g, cap %.2g Myr %s, calendar %.2g Myr: mean stellar mass at z = 6 x %.4f +- %.4f, SFRD %+.3f "
        "dex\n",
        accuracy, cap_myr, cap ? "on" : "off", calendar_myr, r.value, r.error, o.difference_dex(sfrd, *standard_));
    for (const double z : {15.0, 12.0, 10.0, 8.0, 6.0})
      std::printf("  z = %2.0f: stellar mass density %+.3f dex, of Population III %+.3f dex\n", z,
                  o.log10(csmd, z) - standard_->log10(csmd, z), o.log10(csmd_iii, z) - standard_->log10(csmd_iii, z));
    return known = {std::move(o), r};
  }
  static inline tree::Forest* forest_ = nullptr;
  static inline Outcome* standard_ = nullptr;
  static inline std::map<std::array<double, 4>, std::pair<Outcome, Ratio>> variants_;  ///< each is walked once
};

TEST_F(SubSteps, HalvingAccuracyAndCapTogetherChangesTheMeanStellarMassByLessThanTwoPercent) {
  const auto& [o, r] = with(0.1, 0.5, true);
  EXPECT_LT(r.error, 0.01) << "too few galaxies to tell";
  EXPECT_NEAR(r.value, 1.0, 0.02);
  // Where first bursts are much of all stars: the densities at high redshift, and those of Population III.
  EXPECT_NEAR(o.log10(csmd, 10.0), standard_->log10(csmd, 10.0), 0.03);
  for (const double z : {6.0, 10.0})
    EXPECT_NEAR(o.log10(csmd_iii, z), standard_->log10(csmd_iii, z), 0.15) << "z = " << z;
}

TEST_F(SubSteps, AFinerCalendarOfDeathsChangesTheMeanStellarMassByLessThanTwoPercent) {
  EXPECT_NEAR(with(0.2, 1.0, true, 0.5).second.value, 1.0, 0.02);
}

TEST_F(SubSteps, LongerStepsLoseStarsInTheOrderOfTheirLengthUntilTheLimitOfBurstsSetsThem) {
  // In halos of 10^10 to 10^11 Msun, where errors are smallest against what a step loses.
  constexpr MassBin bin{1e10, 1e11};
  const Ratio half = mass_ratio(with(0.1, 0.5, true).first, *standard_, bin),
              two = mass_ratio(with(0.2, 2.0, true).first, *standard_, bin),
              four = mass_ratio(with(0.2, 4.0, true).first, *standard_, bin);
  std::printf("10^10 to 10^11 Msun: x %.4f +- %.4f at 0.5 Myr, x %.4f +- %.4f at 2 Myr, x %.4f +- %.4f at 4 Myr\n",
              half.value, half.error, two.value, two.error, four.value, four.error);
  EXPECT_GT(half.value - 3 * half.error, 1.0);
  EXPECT_LT(two.value + 3 * two.error, 1.0);
  EXPECT_GT(1.0 - two.value, half.value - 1.0) << "the error shrinks with the step";
  EXPECT_NEAR(two.value, 1.0, 0.05);
  // Above 2 Myr the limit of bursts (SUB-2) sets the steps: a higher cap costs no more than that one.
  EXPECT_LT(four.value + 3 * four.error, 1.0);
  EXPECT_NEAR(four.value, two.value, 0.01);
}

TEST_F(SubSteps, WithoutACapTheCoarseAccuracyIsWrongByFarMoreThanTheStandardOne) {
  const double fine = std::fabs(std::log10(with(0.2, 1.0, false).second.value));
  const double coarse = std::fabs(std::log10(with(1.0, 1.0, false).second.value));
  EXPECT_GT(coarse, 0.1);
  EXPECT_GT(coarse, 2.0 * fine);
}

// --- levels ---------------------------------------------------------------------------------------------------------

TEST(LevelSpacing, FromTwentyToTenMegayearsTheStarFormationRateDensityChangesByLessThanThreeHundredthsOfADex) {
  scan::Settings s = reference_settings();
  s.eps.max_step_myr = 10.0;
  s.eps.max_step_fraction = 0.025;
  const tree::Catalogue fine = grow(s);
  auto table = plot_table("level_spacing.csv", "mode,spacing_myr,d_sfrd_dex,d_sfrd_all_dex,d_csmd_dex");
  double forty_interpolated = 0, forty_new_level = 0;
  for (const auto mode : {model::MassInStep::interpolated, model::MassInStep::new_level}) {
    s.model.mass_in_step = mode;
    const bool interpolated = mode == model::MassInStep::interpolated;
    double& at_forty = interpolated ? forty_interpolated : forty_new_level;
    const Outcome ten = evolve(s, arranged(fine, s));
    for (const std::uint32_t keep : {2u, 4u}) {
      const Outcome coarse = evolve(s, arranged(made::thinned(fine, keep), s));
      const double d = coarse.difference_dex(sfrd, ten), all = coarse.difference_dex(sfrd_all, ten),
                   mass = coarse.difference_dex(csmd, ten);
      std::printf("%s, %u instead of 10 Myr: SFRD %+.3f dex detectable, %+.3f dex all, stellar mass %+.3f dex\n",
                  interpolated ? "interpolated" : "new level", 10 * keep, d, all, mass);
      table << (interpolated ? "interpolated" : "new_level") << ',' << 10 * keep << ',' << d << ',' << all << ','
            << mass << '\n';
      if (keep == 2 && interpolated) {
        EXPECT_LT(std::fabs(d), 0.03);
      }
      if (keep == 4) at_forty = std::fabs(d);
    }
  }
  EXPECT_LT(forty_interpolated, forty_new_level) << "the default is the better one";
}

}  // namespace

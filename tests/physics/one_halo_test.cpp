// One smooth halo against the deterministic integration of an independent evaluation of the equations (no sampling,
// supernovae spread over fixed ages, fixed yields). That integration lies 1.0 to 2 times above a model with stars
// drawn one by one.
#include <gtest/gtest.h>

#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "testing/one_halo.hpp"
#include "testing/surroundings.hpp"

namespace {
using namespace cecropia;

/// Mean over seeds of the stellar mass at z = 6.
double mean_stellar_mass(double log10_m, double norm, int n_seeds, double step_myr = 20.0, double accuracy = 0.2,
                         double cap_myr = 1.0) {
  static const stars::Tables tables = stars::build({});
  cosmology::Parameters cp;
  cp.concentration_z_cap = 100.0;
  const cosmology::Cosmology c(cp);
  const auto forest = made::smooth_halo(c, std::pow(10.0, log10_m), step_myr);
  double sum = 0.0;
  for (int i = 0; i < n_seeds; ++i) {
    physics::Parameters p;
    p.feedback.ebind_norm = norm;
    p.mixing.internal_sigma_dex = 0.0;
    p.type_ia.enabled = false;
    p.star_formation.accuracy = accuracy;
    p.star_formation.max_step_myr = cap_myr;
    const model::Physics physics(p, {}, c, tables, stars::Imf::kroupa(0.01, 250.0),
                                 stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, forest.age_myr.back(),
                                 {1, static_cast<std::uint64_t>(i)});
    auto surroundings = made::uniform_surroundings(c, {1, static_cast<std::uint64_t>(i)});
    model::walk(
        forest, physics, surroundings, parallel::Communicator::self(),
        [&](const model::LevelView& v) {
          if (v.level.index + 1 == forest.n_levels()) sum += v.galaxies[0].m_star_msun;
        },
        [](std::size_t, std::size_t) { return false; });
  }
  return sum / n_seeds;
}

TEST(OneHalo, TheDeterministicReferenceLiesOneToTwoTimesAboveTheSampledModel) {
  struct Row {
    double norm, log10_m, toy;
  };
  for (const Row& r : {Row{1, 10, 4.511e7}, Row{1, 10.5, 2.988e8}, Row{1, 11, 2.079e9}, Row{2, 10, 8.355e7},
                       Row{2, 10.5, 5.863e8}, Row{2, 11, 3.718e9}}) {
    const double ratio = r.toy / mean_stellar_mass(r.log10_m, r.norm, 200);
    std::printf("log10 M = %.1f norm %.0f: deterministic / sampled = %.3f\n", r.log10_m, r.norm, ratio);
    EXPECT_GE(ratio, 1.0) << r.log10_m;
    EXPECT_LE(ratio, 2.0) << r.log10_m;
  }
}

TEST(OneHalo, DoublingTheBindingEnergyDoublesTheStarsAsInTheReference) {
  // The toy gives 8.355e7/4.511e7 = 1.85, 1.96, 1.79 at log10 M = 10, 10.5, 11.
  for (const auto& [log10_m, expected] : {std::pair{10.0, 1.852}, std::pair{10.5, 1.962}, std::pair{11.0, 1.788}})
    EXPECT_NEAR(mean_stellar_mass(log10_m, 2.0, 100) / mean_stellar_mass(log10_m, 1.0, 100) / expected, 1.0, 0.15)
        << log10_m;
}

TEST(OneHalo, HalvingAccuracyAndCapChangesTheStellarMassByLessThanTwoPercent) {
  for (double log10_m : {10.0, 11.0}) {
    const double coarse = mean_stellar_mass(log10_m, 1.0, 200),
                 fine = mean_stellar_mass(log10_m, 1.0, 200, 20.0, 0.1, 0.5);
    EXPECT_NEAR(fine / coarse, 1.0, 0.02) << log10_m;
  }
}

TEST(OneHalo, HalvingTheLevelSpacingChangesTheStellarMassByLessThanThreePercent) {
  for (double log10_m : {10.0, 11.0})
    EXPECT_NEAR(mean_stellar_mass(log10_m, 1.0, 200, 10.0) / mean_stellar_mass(log10_m, 1.0, 200, 20.0), 1.0, 0.03)
        << log10_m;
}
}  // namespace

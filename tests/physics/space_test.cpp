// Galaxies that act on each other through bubbles, ionised regions and light: does the answer depend on how the trees
// are listed, where the box begins and how many levels there are?
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "cecropia/core/constants.hpp"
#include "cecropia/observe/history.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/space/ionised.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/eps.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/thinned.hpp"

namespace {
using namespace cecropia;

const stars::Tables& tables() {
  static const stars::Tables t = stars::build({});
  return t;
}

scan::Settings settings() {
  scan::Settings s;
  s.observe.observations_path = CECROPIA_SOURCE_DIR "/params/observations";
  s.space.lyman_werner.source = space::LymanWernerSource::self_consistent;
  return s;
}

struct Outcome {
  scan::PointReport report;
  std::map<std::int64_t, model::Galaxy> last;  ///< galaxies of the last level, by halo
  double at(const char* column, double z) const {
    const auto& r = report.results;
    return observe::interpolate(r.column("z").values, r.column(column).values, z).value();
  }
};

Outcome evolve(const scan::Settings& s, const tree::Forest& forest) {
  Outcome o;
  scan::PointHooks hooks;
  hooks.write_level = [&](const model::LevelView& view) {
    if (view.level.index + 1 < forest.n_levels()) return;
    for (const model::Galaxy& g : view.galaxies) o.last[g.halo_id] = g;
  };
  o.report = scan::run_point(s, forest, tables(), observe::read_observations(s.observe.observations_path),
                             parallel::Communicator::self(), hooks);
  return o;
}

tree::Forest real_trees(const scan::Settings& s) {
  tree::Parameters p;
  p.path = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  return tree::load(p, {}, cosmology::Cosmology(s.cosmology), s.seed(), parallel::Communicator::self());
}

/// Positions travel in single precision, so moving the box moves a halo against a neighbour by up to 1e-6 cMpc: a halo
/// that close to the edge of a bubble may change sides, and other stars are then drawn for it. Almost all galaxies must
/// be the same.
void expect_the_same_with(const std::function<std::array<double, 3>(const std::array<double, 3>&, double)>& move) {
  scan::Settings s = settings();
  s.physics.star_formation.first_pop2 = true;
  s.physics.feedback.c_zigm = 1.0;
  const tree::Forest forest = real_trees(s);
  tree::ForestDraft moved = forest.draft();
  const double box = forest.info.box_cmpc;
  ASSERT_GT(box, 0.0);
  for (auto& x : moved.position_cmpc) {
    const auto to =
        move({static_cast<double>(x[0]), static_cast<double>(x[1]), static_cast<double>(x[2])}, forest.info.box_cmpc);
    for (std::size_t k = 0; k < 3; ++k) x[k] = static_cast<float>(to[k]);
  }
  const Outcome a = evolve(s, forest), b = evolve(s, tree::Forest(std::move(moved)));
  ASSERT_EQ(a.last.size(), b.last.size());
  std::size_t same = 0, enriched = 0;
  for (const auto& [id, g] : a.last) {
    same += std::fabs(b.last.at(id).m_star_msun / g.m_star_msun - 1.0) < 1e-9;
    enriched += g.z_igm > 0.0;
  }
  EXPECT_GT(static_cast<double>(same), 0.98 * static_cast<double>(a.last.size()));
  EXPECT_GT(enriched, a.last.size() / 20) << "nobody feels a neighbour: the test would show nothing";
  EXPECT_NEAR(b.at("csmd_msun_cmpc3", 5.0) / a.at("csmd_msun_cmpc3", 5.0), 1.0, 1e-2);
  EXPECT_NEAR(b.at("q_hii", 7.0) / a.at("q_hii", 7.0), 1.0, 1e-2);
}

TEST(SpaceBetweenHalos, ShiftingTheBoxChangesNothingBeyondRounding) {
  expect_the_same_with([](const std::array<double, 3>& x, double box) {
    return std::array<double, 3>{std::fmod(x[0] + 0.37 * box, box), std::fmod(x[1] + 0.74 * box, box),
                                 std::fmod(x[2] + 1.11 * box, box)};
  });
}

TEST(SpaceBetweenHalos, AMirrorAndOtherAxesChangeNothingBeyondRounding) {
  expect_the_same_with([](const std::array<double, 3>& x, double box) {
    return std::array<double, 3>{x[1], box - x[2], x[0]};
  });
}

TEST(SpaceBetweenHalos, AnotherOrderOfForestsChangesNothing) {
  scan::Settings s = settings();
  s.eps.trees_per_bin = 1;
  s.eps.bins_per_dex = 4;
  s.eps.resolution_relative = 1e-2;
  const cosmology::Cosmology cosmos(s.cosmology);
  const tree::Catalogue c = tree::grow_eps(s.eps, cosmos, s.seed(), 0, tree::eps_n_trees(s.eps));
  const tree::Forest forest = tree::arrange(c, tree::eps_info(s.eps), cosmos, parallel::Communicator::self());
  // the same halos, last forest first: names of forests are reversed, the halos keep theirs
  tree::Catalogue reversed = c;
  const auto n = static_cast<std::uint32_t>(c.forest_id.size());
  for (auto& f : reversed.forest) f = n - 1 - f;
  std::reverse(reversed.weight_per_cmpc3.begin(), reversed.weight_per_cmpc3.end());
  const tree::Forest other = tree::arrange(reversed, tree::eps_info(s.eps), cosmos, parallel::Communicator::self());
  const Outcome a = evolve(s, forest), b = evolve(s, other);
  ASSERT_EQ(a.last.size(), b.last.size());
  for (const auto& [id, g] : a.last) {
    EXPECT_EQ(b.last.at(id).m_star_msun, g.m_star_msun);
    EXPECT_EQ(b.last.at(id).z_igm, g.z_igm);
    EXPECT_EQ(b.last.at(id).bubble_radius_ckpc, g.bubble_radius_ckpc);
  }
  EXPECT_EQ(a.at("q_hii", 6.0), b.at("q_hii", 6.0));
  EXPECT_EQ(a.at("metal_filling", 6.0), b.at("metal_filling", 6.0));
}

/// What neighbours did is felt one level later, so twice as many levels halve the delay.
TEST(SpaceBetweenHalos, TwiceAsManyLevelsChangeFillingFactorsByLessThanTheStatedBound) {
  scan::Settings s = settings();
  s.eps.trees_per_bin = 4;
  s.eps.resolution_relative = 1e-3;
  s.eps.max_step_myr = 10;
  s.eps.max_step_fraction = 0.025;
  const cosmology::Cosmology cosmos(s.cosmology);
  const tree::Catalogue c = tree::grow_eps(s.eps, cosmos, s.seed(), 0, tree::eps_n_trees(s.eps));
  const auto arranged = [&](const tree::Catalogue& x) {
    return tree::arrange(x, tree::eps_info(s.eps), cosmos, parallel::Communicator::self());
  };
  const Outcome fine = evolve(s, arranged(c)), coarse = evolve(s, arranged(made::thinned(c, 2)));
  for (const double z : {6.0, 8.0, 10.0}) {
    const double metals = std::log10(coarse.at("metal_filling", z) / fine.at("metal_filling", z));
    const double ionised = std::log10(coarse.at("ionised_filling", z) / fine.at("ionised_filling", z));
    std::printf("z = %4.1f: enriched %.4f and %.4f (%+.3f dex), ionised %.4f and %.4f (%+.3f dex)\n", z,
                fine.at("metal_filling", z), coarse.at("metal_filling", z), metals, fine.at("ionised_filling", z),
                coarse.at("ionised_filling", z), ionised);
    EXPECT_LT(std::fabs(metals), 0.05) << "z = " << z;
    EXPECT_LT(std::fabs(ionised), 0.05) << "z = " << z;
  }
}

/// A small forest without places; its history is that of the universe it stands for.
tree::Forest small_eps(const scan::Settings& s) {
  return tree::load(s.trees, s.eps, cosmology::Cosmology(s.cosmology), s.seed(), parallel::Communicator::self());
}

scan::Settings small_eps_settings() {
  scan::Settings s = settings();
  s.eps.log10_m_root_min = 9.0;
  s.eps.log10_m_root_max = 11.0;
  s.eps.bins_per_dex = 4;
  s.eps.trees_per_bin = 2;
  s.eps.resolution_relative = 1e-3;
  return s;
}

/// The bug: the ionised volume grew by 1.3 atoms per photon, and less with shorter sub-steps.
TEST(SpaceBetweenHalos, BugIonisedGasGrewFasterThanPhotonsAllow) {
  scan::Settings s = small_eps_settings();
  s.space.reionisation = {.f_esc_ii = 1.0, .f_esc_iii = 1.0, .clumping = 0.0};
  s.eps.max_step_myr = 3.0;  // light flickers from level to level: the integral of a few of them is worth little
  const Outcome o = evolve(s, small_eps(s));
  const auto& r = o.report.results;
  const auto &z = r.column("z").values, &t = r.column("age_myr").values;
  const auto &q = r.column("ionising_emissivity_s_cmpc3").values, &filling = r.column("ionised_filling").values;
  const cosmology::Cosmology cosmos(s.cosmology);
  const double atoms_per_cmpc3 = cosmos.n_h0_per_cm3() * std::pow(constants::mpc_cm, 3);
  double photons = 0.0, grown = 0.0;
  for (std::size_t l = 1; l < z.size(); ++l) {
    if (z[l] > 8.0) continue;
    photons += 0.5 * (q[l] + q[l - 1]) * (t[l] - t[l - 1]) * constants::myr_s / atoms_per_cmpc3;
    grown += filling[l] - filling[l - 1];
  }
  std::printf("atoms per photon after z = 8: %.4f\n", grown / photons);
  EXPECT_NEAR(grown / photons, 1.0, 0.015);
}

TEST(SpaceBetweenHalos, HalfTheSubStepChangesIonisedFillingByLessThanTheStatedBound) {
  scan::Settings s = small_eps_settings();
  s.eps.trees_per_bin = 16;  // other steps draw other stars: many galaxies, to see a bias below that noise
  const tree::Forest forest = small_eps(s);
  const Outcome coarse = evolve(s, forest);
  s.physics.star_formation.max_step_myr = 0.5;
  const Outcome fine = evolve(s, forest);
  for (const double z : {6.0, 8.0, 10.0}) {
    const double change = std::log10(coarse.at("ionised_filling", z) / fine.at("ionised_filling", z));
    std::printf("z = %4.1f: ionised %.4f and %.4f (%+.3f dex)\n", z, fine.at("ionised_filling", z),
                coarse.at("ionised_filling", z), change);
    EXPECT_LT(std::fabs(change), 0.02) << "z = " << z;
  }
}

/// Second road: Q_HII for a prescribed emissivity, by small steps of the level walk's formula against the integral of
/// the same equation with an integrating factor.
TEST(SpaceBetweenHalos, TheIonisedFractionOfAPrescribedEmissivityAgreesWithItsIntegral) {
  const cosmology::Cosmology cosmos;
  const double clumping = 3.0, emissivity = 300.0;  // 1e48 photons/s/cMpc^3, constant
  const double t0 = cosmos.age_myr(15.0), t1 = cosmos.age_myr(7.0);
  double q = 0.0;
  const int levels = 30;
  for (int l = 0; l < levels; ++l) {
    const double a = t0 + (t1 - t0) * l / levels, b = t0 + (t1 - t0) * (l + 1) / levels;
    const auto rates = space::ionisation_rates(cosmos, clumping, cosmos.redshift_at(0.5 * (a + b)));
    const double dt = (b - a) / 20, escaped = emissivity * space::effective_time_myr(dt, rates);
    for (int i = 0; i < 20; ++i) q = space::ionised_volume_after(q, escaped, dt, rates);
  }
  // q(t1) = int s exp(-int_t^t1 k dt') dt
  const int n = 20000;
  const double h = (t1 - t0) / n;
  double decay = 0.0, integral = 0.0;
  for (int i = n; i-- > 0;) {
    const double z = cosmos.redshift_at(t0 + (i + 0.5) * h);
    const auto rates = space::ionisation_rates(cosmos, clumping, z);
    decay += 0.5 * rates.recombination_per_myr * h;
    integral += emissivity * rates.cmpc3_per_1e48_photons_s_myr * std::exp(-decay) * h;
    decay += 0.5 * rates.recombination_per_myr * h;
  }
  EXPECT_GT(integral, 0.1);
  EXPECT_NEAR(q / integral, 1.0, 1e-3);  // recombination is taken at the middle of each level
}
}  // namespace

// What holds in the mean, whatever chance gives: which way each parameter pushes, and that means depend neither on the
// seed nor on the names of halos. Bounds are 4 standard errors of the difference, taken from the scatter of the draws;
// where two results are to be equal, the error must be small enough for the test to mean something.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "testing/one_halo.hpp"
#include "testing/renamed.hpp"
#include "testing/walked.hpp"

namespace {
using namespace cecropia;
using made::Walked;
using scan::Settings;

struct Mean {
  double value = 0, error = 0;
};

template <class Values>
Mean mean_of(const Values& x) {
  double sum = 0, square = 0;
  for (const double v : x) sum += v;
  const auto n = static_cast<double>(x.size());
  for (const double v : x) square += (v - sum / n) * (v - sum / n);
  return {sum / n, std::sqrt(square / (n * (n - 1.0)))};
}

/// The halos of the test, alone and in pristine space unless a test says otherwise.
Settings quiet() {
  Settings s;
  s.space.surroundings.metals = space::MetalSource::uniform;
  s.space.surroundings.ionisation = space::Ionisation::uniform;
  return s;
}

using Number = std::function<double(const Walked&)>;

/// `number` of walks with many seeds; the same seeds for everybody, so that differences are those of the parameters.
std::vector<double> sample(const Settings& s, const tree::Forest& forest, const Number& number, int n = 24,
                           int first_seed = 1) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) {
    Settings seeded = s;
    seeded.random.seed = first_seed + i;
    values.push_back(number(made::walked(seeded, forest)));
  }
  return values;
}

/// Each of these settings gives more than the one before.
void expect_rising(const char* what, const std::vector<Settings>& settings, const tree::Forest& forest,
                   const Number& number) {
  std::vector<double> before;
  for (const Settings& s : settings) {
    const std::vector<double> now = sample(s, forest, number);
    if (!before.empty()) {
      std::vector<double> gain(now.size());
      for (std::size_t i = 0; i < now.size(); ++i) gain[i] = now[i] - before[i];
      const Mean m = mean_of(gain);
      EXPECT_GT(m.value, 4.0 * m.error) << fmt::format("{}: from {:g} to {:g}", what, mean_of(before).value,
                                                       mean_of(now).value);
      EXPECT_GT(m.value, 0.0) << what;
    }
    before = now;
  }
}

/// The default, quiet, with these values of one parameter.
template <class T>
std::vector<Settings> with(T& (*parameter)(Settings&), std::initializer_list<T> values,
                           const Settings& like = quiet()) {
  std::vector<Settings> all;
  for (const T& value : values) {
    all.push_back(like);
    parameter(all.back()) = value;
  }
  return all;
}
using Knob = double& (*)(Settings&);

tree::Forest halo(double m_msun) { return made::smooth_halo(cosmology::Cosmology(quiet().cosmology), m_msun); }

const model::Galaxy& last(const Walked& w) { return w.levels.back().at(0); }
double stars(const Walked& w) { return last(w).m_star_msun; }
double pop_iii_stars(const Walked& w) { return last(w).m_star_iii_msun; }
double levels_with_a_galaxy(const Walked& w) {
  double n = 0;
  for (const auto& level : w.levels) n += level.empty() ? 0 : 1;
  return n;
}

TEST(InTheMean, StrongerOutflowsLeaveFewerStars) {
  const Knob m_out0 = [](Settings& s) -> double& { return s.physics.feedback.m_out0_msun; };
  for (const double m : {1e9, 1e10, 1e11})
    expect_rising("outflow mass", with(m_out0, {1e10, 3e9, 1e9}), halo(m), stars);
  Settings steep = quiet();
  steep.physics.feedback.alpha_out = 0.5;
  expect_rising("outflow mass, resistance that grows with mass", with(m_out0, {1e11, 1e10, 1e9}, steep), halo(1e10),
                stars);
  // above M_out0 a steeper resistance keeps gas, below it the same lets more go
  const Knob alpha = [](Settings& s) -> double& { return s.physics.feedback.alpha_out; };
  expect_rising("slope above M_out0", with(alpha, {0.3, 0.6, 1.2}), halo(1e11), stars);
  expect_rising("slope below M_out0", with(alpha, {1.2, 0.6, 0.3}), halo(3e8), stars);
}

TEST(InTheMean, DeeperBindingKeepsMoreStars) {
  const Knob norm = [](Settings& s) -> double& { return s.physics.feedback.ebind_norm; };
  const Knob cold = [](Settings& s) -> double& { return s.physics.feedback.cold_binding_factor; };
  for (const double m : {1e9, 1e10, 1e11})
    expect_rising("binding of all gas", with(norm, {0.3, 1.0, 3.0}), halo(m), stars);
  expect_rising("binding of cold gas", with(cold, {0.1, 1.0, 10.0}), halo(1e10), stars);
}

TEST(InTheMean, MoreEfficientStarFormationMakesMoreStarsEarly) {
  const Knob ii = [](Settings& s) -> double& { return s.physics.star_formation.eta_ii; };
  const Knob iii = [](Settings& s) -> double& { return s.physics.star_formation.eta_iii; };
  // Gas that has just cooled, before the first supernova: later, feedback decides how many stars there are, and
  // efficiency does not.
  const cosmology::Cosmology cosmos(quiet().cosmology);
  std::vector<double> z;
  for (const double t_myr : {0.0, 1.0, 2.0}) z.push_back(cosmos.redshift_at(cosmos.age_myr(8.0) + t_myr));
  Settings enriched = quiet();
  enriched.space.surroundings.redshift = {0.0};
  enriched.space.surroundings.z_igm = {1e-3};
  enriched.physics.mixing.external_mean_dex = enriched.physics.mixing.external_sigma_dex = 0.0;
  for (const double m : {1e9, 1e11})
    expect_rising("efficiency of Population II", with(ii, {0.02, 0.1, 0.5}, enriched),
                  made::one_branch(cosmos, z, {m, m, m}), stars);
  expect_rising("efficiency of Population III", with(iii, {0.1, 1.0, 10.0}), halo(1e9), pop_iii_stars);
}

TEST(InTheMean, ThresholdsThatRiseDelayTheFirstStars) {
  const Knob streaming = [](Settings& s) -> double& { return s.physics.threshold.v_streaming_sigma; };
  const Knob j21 = [](Settings& s) -> double& { return s.physics.threshold.j21_factor; };
  const tree::Forest often_seen = made::smooth_halo(cosmology::Cosmology(quiet().cosmology), 1e9, 4.0);
  expect_rising("streaming", with(streaming, {2.5, 0.8, 0.0}), often_seen, levels_with_a_galaxy);
  expect_rising("Lyman-Werner light", with(j21, {10.0, 1.0, 0.0}), often_seen, levels_with_a_galaxy);
}

TEST(InTheMean, PhotoHeatingHoldsBackStars) {
  const Knob heat = [](Settings& s) -> double& { return s.physics.feedback.f_heat; };
  expect_rising("photo-heating", with(heat, {10.0, 1.0, 0.0}), halo(1e9), stars);
}

TEST(InTheMean, MoreTypeIaSupernovaeMakeMoreIron) {
  const Knob per_msun = [](Settings& s) -> double& { return s.physics.type_ia.per_msun; };
  expect_rising("Type Ia", with(per_msun, {0.0, 1.3e-3, 1e-2}), halo(1e11), [](const Walked& w) {
    const model::Galaxy& g = last(w);
    return (g.metals_gas_msun[metal_fe] + g.metals_out_msun[metal_fe]) / g.m_star_msun;
  });
}

TEST(InTheMean, ClumpsOfMetalsBetweenGalaxiesEnrichThem) {
  Settings s = quiet();
  s.space.surroundings.redshift = {6.0, 20.0};
  s.space.surroundings.z_igm = {1e-3, 1e-4};
  const Knob clumping = [](Settings& t) -> double& { return t.physics.feedback.c_zigm; };
  expect_rising("clumping of metals", with(clumping, {0.0, 1.0, 10.0}, s), halo(1e9), [](const Walked& w) {
    return last(w).metals_gas_msun[metal_z] / (last(w).m_hot_msun + last(w).m_cold_msun);
  });
}

TEST(InTheMean, BubblesAndIonisedRegionsGrowWithWhatDrivesThem) {
  tree::ForestDraft draft = halo(1e10).draft();
  draft.weight_per_cmpc3 = {1e-9};  // alone in the universe
  const tree::Forest forest(std::move(draft));
  const Knob energy = [](Settings& s) -> double& { return s.space.bubbles.energy_fraction; };
  const Knob escape = [](Settings& s) -> double& { return s.space.reionisation.f_esc_ii; };
  const Knob clumping = [](Settings& s) -> double& { return s.space.reionisation.clumping; };
  const Number region = [](const Walked& w) { return last(w).region_radius_cmpc; };
  expect_rising("energy of bubbles", with(energy, {0.01, 0.1, 1.0}, Settings{}), forest,
                [](const Walked& w) { return last(w).bubble_radius_ckpc; });
  expect_rising("photons that escape", with(escape, {0.05, 0.2, 0.8}, Settings{}), forest, region);
  expect_rising("recombination", with(clumping, {30.0, 3.0, 0.0}, Settings{}), forest, region);
}

/// Trees of one kind, grown with this seed.
tree::Catalogue grown(std::int64_t seed, int n_trees) {
  tree::EpsParameters p;
  p.log10_m_root_min = 10.0;
  p.log10_m_root_max = 10.1;
  p.bins_per_dex = 10.0;
  p.trees_per_bin = n_trees;
  p.resolution_relative = 1e-2;
  p.z_min = 6.0;
  return tree::grow_eps(p, cosmology::Cosmology(quiet().cosmology), {static_cast<std::uint64_t>(seed), 0}, 0, n_trees);
}

tree::Forest arranged(const tree::Catalogue& c) {
  return tree::arrange(c, {}, cosmology::Cosmology(quiet().cosmology), parallel::Communicator::self());
}

double total(const Walked& w, const std::function<double(const model::Galaxy&)>& of) {
  double sum = 0;
  for (const model::Galaxy& g : w.levels.back()) sum += of(g);
  return sum;
}

void expect_equal(const char* what, const std::vector<double>& a, const std::vector<double>& b, double precision) {
  const Mean x = mean_of(a), y = mean_of(b);
  const double error = std::hypot(x.error, y.error);
  fmt::print("{}: {:.4g} and {:.4g}, error of the difference {:.1f} %\n", what, x.value, y.value,
             100.0 * error / x.value);
  EXPECT_LT(std::fabs(x.value - y.value), 4.0 * error) << what;
  EXPECT_LT(error, precision * x.value) << what << ": the means are too uncertain to tell anything";
}

TEST(InTheMean, TheSeedOfTreesAndStarsDoesNotMatter) {
  // One tree is one independent sample: the error falls with the root of their number.
  static constexpr int n_trees = 48;
  const auto stars_of_trees = [](std::int64_t seed) {
    const tree::Forest forest = arranged(grown(seed, n_trees));
    Settings s = quiet();
    s.random.seed = seed;
    std::vector<double> of_tree;
    const Walked w = made::walked(s, forest);
    for (const model::Galaxy& g : w.levels.back()) of_tree.push_back(g.m_star_msun);
    EXPECT_EQ(of_tree.size(), n_trees);
    return of_tree;
  };
  expect_equal("stars of trees of two seeds", stars_of_trees(1), stars_of_trees(2), 0.1);
}

TEST(InTheMean, TheSeedOfStarsAndTheNamesOfHalosDoNotMatter) {
  tree::Catalogue c = grown(1, 4);
  const tree::Forest forest = arranged(c);
  made::rename(c, 1);
  const tree::Forest renamed = arranged(c);
  struct Row {
    const char* what;
    double (*of)(const model::Galaxy&);
    double precision;
  };
  for (const Row& row : {Row{"stars", [](const model::Galaxy& g) { return g.m_star_msun; }, 0.05},
                         Row{"Population III", [](const model::Galaxy& g) { return g.m_star_iii_msun; }, 0.1},
                         Row{"metals", [](const model::Galaxy& g) { return g.metals_out_msun[metal_z]; }, 0.05}}) {
    const Number number = [&](const Walked& w) { return total(w, row.of); };
    const std::vector<double> values = sample(quiet(), forest, number, 32);
    expect_equal(fmt::format("{}, other seeds", row.what).c_str(), values, sample(quiet(), forest, number, 32, 1001),
                 row.precision);
    expect_equal(fmt::format("{}, other names", row.what).c_str(), values, sample(quiet(), renamed, number, 32),
                 row.precision);
    EXPECT_NE(number(made::walked(quiet(), forest)), number(made::walked(quiet(), renamed)))
        << "chance comes with the name";
  }
}
}  // namespace

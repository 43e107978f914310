// The light of sampled stars and the count of all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/by_age.hpp"
#include "testing/one_halo.hpp"
#include "testing/surroundings.hpp"

namespace {
using namespace cecropia;

const stars::Tables& tables() {
  static const stars::Tables t = stars::build({});
  return t;
}
const stars::Imf& imf_ii() {
  static const stars::Imf imf = stars::Imf::kroupa(0.01, 250.0);
  return imf;
}

struct Outcome {
  model::Budget budget;
  std::vector<std::vector<model::Galaxy>> levels;
};

Outcome walk(const tree::Forest& f, const model::Physics& p) {
  Outcome o;
  auto surroundings = made::uniform_surroundings(p.cosmos, p.seed);
  o.budget = model::walk(
                 f, p, surroundings, parallel::Communicator::self(),
                 [&](const model::LevelView& v) { o.levels.emplace_back(v.galaxies.begin(), v.galaxies.end()); },
                 [](std::size_t, std::size_t) { return false; })
                 .budget;
  return o;
}

Outcome walk(const tree::Forest& f, const model::Parameters& parameters = {}, std::uint64_t seed = 1) {
  const cosmology::Cosmology cosmos;
  return walk(f, model::Physics({}, parameters, cosmos, tables(), imf_ii(), stars::Imf::power_law(13.6, 197.0, 1.77),
                                5.0, f.age_myr.back(), {seed, 0}));
}

/// A halo of 1.5e8 Msun that forms stars for one step and is torn apart: below the threshold ever after.
tree::Forest one_burst() {
  std::vector<double> z{15.0, 14.5}, m{1.5e8, 1.6e8};
  while (z.back() > 9.0) {
    z.push_back(z.back() - 0.1);
    m.push_back(1e5);
  }
  return made::one_branch(cosmology::Cosmology(), z, m);
}

TEST(Light, OfASingleBurstFadesAsItsStarsDie) {
  const tree::Forest f = one_burst();
  const Outcome o = walk(f);
  ASSERT_GT(o.levels[1].at(0).m_star_msun, 1e3);
  ASSERT_GT(o.levels[1][0].l_uv_erg_s_hz, 0.0);
  std::size_t steps = 0;
  for (std::size_t l = 2; l < o.levels.size(); ++l) {
    const model::Galaxy &before = o.levels[l - 1].at(0), &now = o.levels[l].at(0);
    EXPECT_EQ(now.m_star_msun, before.m_star_msun) << "no star is added";
    for (auto light : {&model::Galaxy::l_uv_erg_s_hz, &model::Galaxy::l_uv_ii_erg_s_hz, &model::Galaxy::q_lw_ii_per_s,
                       &model::Galaxy::q_lw_iii_per_s, &model::Galaxy::q_ion_per_s}) {
      EXPECT_LE(now.*light, before.*light * (1 + 1e-12));
      EXPECT_EQ(now.*light<before.*light, before.*light> 0.0 && now.l_uv_erg_s_hz < before.l_uv_erg_s_hz)
          << "a star takes all its light along, level " << l;
    }
    // Light and deaths go together: nobody dies (of a fate whose time is not rounded) while the light stays.
    const double collapsed = now.ppisn_events + now.pisn_events + now.fsn_events + now.dbh_events;
    if (now.l_uv_erg_s_hz == before.l_uv_erg_s_hz) {
      EXPECT_EQ(collapsed, 0.0) << l;
    }
    steps += now.l_uv_erg_s_hz < before.l_uv_erg_s_hz ? 1 : 0;
    if (now.l_uv_erg_s_hz > 0.0) {
      EXPECT_NEAR(now.m_uv_ab, 51.595 - 2.5 * std::log10(now.l_uv_erg_s_hz), 1e-3);
    } else {
      EXPECT_TRUE(std::isnan(now.m_uv_ab));
    }
    if (f.age_myr[l] > f.age_myr[1] + 130.0) {
      EXPECT_EQ(now.l_uv_erg_s_hz + now.q_lw_iii_per_s, 0.0) << "all are dead";
    }
  }
  EXPECT_GT(steps, 3u);
  EXPECT_EQ(o.levels.back()[0].q_ion_per_s, 0.0);
  EXPECT_EQ(o.budget.stars.alive, 0);
}

TEST(Light, OfManySampledBurstsIsOnAverageThatOfThePopulationByAge) {
  // 50000 bursts of 500 Msun, drawn star by star, each within five times the error of the mean at every age.
  constexpr double burst_msun = 500.0;
  constexpr int n_bursts = 50000;
  const std::vector<double> ages{0.5, 3.0, 6.0, 12.0, 25.0, 50.0, 90.0};
  std::vector<double> times{1000.0};
  for (double age : ages) times.push_back(1000.0 + age);
  const model::LevelTimes levels(times);
  const stars::Population population(tables(), imf_ii());
  const std::size_t i_z = 3;
  std::vector<double> uv(ages.size(), 0.0), lw(ages.size(), 0.0);
  std::vector<model::Born> born;
  for (int i = 0; i < n_bursts; ++i) {
    model::LightCalendar ring(model::LevelDates(levels), 200.0, 0.0);
    random::Stream stream({5, 0}, static_cast<std::uint64_t>(i), 0, 0, random::Purpose::test);
    population.sample(burst_msun, 1e300, i_z, stream, born);
    ring.add(born, 1000.0, 1000.0, false);
    for (std::size_t a = 0; a < ages.size(); ++a) {
      const model::Light light = light_after(ring, times[a + 1]);
      uv[a] += light.l_uv_ii * 1e20 / n_bursts;
      lw[a] += light.q_lw_ii * 1e48 / n_bursts;
    }
  }
  const stars::ByAge expected = stars::by_age(population, i_z, ages);
  for (std::size_t a = 0; a < ages.size(); ++a) {
    double variance_uv = 0, variance_lw = 0;
    for (std::size_t c = 0; c < population.n_cells(); ++c) {
      const stars::Kind& star = population.cell(i_z, c);
      if (static_cast<double>(star.lifetime_myr) <= ages[a]) continue;
      const double n = burst_msun * population.cell_number_per_msun(c) / n_bursts;
      variance_uv += n * std::pow(1e20 * static_cast<double>(star.l_uv_1e20_erg_s_hz), 2);
      variance_lw += n * std::pow(1e48 * static_cast<double>(star.q_lw_1e48_per_s), 2);
    }
    EXPECT_NEAR(uv[a], burst_msun * expected.l_uv_erg_s_hz[a], 5 * std::sqrt(variance_uv)) << ages[a];
    EXPECT_NEAR(lw[a], burst_msun * expected.q_lw_per_s[a], 5 * std::sqrt(variance_lw)) << ages[a];
    EXPECT_LT(5 * std::sqrt(variance_uv), 0.05 * uv[a]) << "the test is sharp";
  }
}

/// H-ionising and Lyman-Werner photons and ultraviolet light, in s^-1, s^-1 and erg/s/Hz.
using ThreeLights = std::array<double, 3>;
constexpr std::array<const char*, 3> light_names{"H-ionising", "Lyman-Werner", "1500 Angstrom"};

/// Light of 1 Msun formed evenly between the ages `young` and `old` (LIT-6).
ThreeLights mean_light(const stars::Population& population, std::size_t i_z, double young_myr, double old_myr) {
  std::vector<double> ages;
  const double n = std::ceil((old_myr - young_myr) / 0.02);
  for (double i = 0.5; i < n; ++i) ages.push_back(young_myr + (old_myr - young_myr) * i / n);
  const stars::ByAge by_age = stars::by_age(population, i_z, ages);
  ThreeLights mean{};
  for (std::size_t a = 0; a < ages.size(); ++a) {
    mean[0] += by_age.q_ion_per_s[a] / n;
    mean[1] += by_age.q_lw_per_s[a] / n;
    mean[2] += by_age.l_uv_erg_s_hz[a] / n;
  }
  return mean;
}

TEST(Light, PerStarFormationRateIsThatOfThePopulationByAgeAtEveryLevel) {
  // Stars form at a constant rate; levels lie anywhere between the dates of a calendar of whole Myr.
  std::vector<double> times{400.0};
  while (times.back() < 640.0) times.push_back(times.back() + 3.0 + 0.0371 * static_cast<double>(times.size()));
  const model::LevelTimes levels(times);
  const stars::Population population(tables(), imf_ii());
  const std::size_t i_z = 3;
  constexpr double burst_msun = 1e12, n_per_level = 150;  // so many stars that whole numbers do not matter
  model::LightCalendar ring(model::LevelDates(levels), 200.0, 0.0);
  for (std::size_t l = 1; l < times.size(); ++l) {
    const double step_myr = times[l] - times[l - 1], mass_msun = burst_msun * step_myr / n_per_level;
    for (double i = 0.5; i < n_per_level; ++i)
      for (std::size_t c = 0; c < population.n_cells(); ++c) {
        const model::Born stars{&population.cell(i_z, c), std::llround(mass_msun * population.cell_number_per_msun(c))};
        ring.add({&stars, 1}, times[l - 1] + step_myr * i / n_per_level, times[l - 1], false);
      }
    ring.take(times[l - 1], times[l]);
    const model::Light light = light_after(ring, times[l]);
    const double since_myr = times[l] - times[0], formed_msun = burst_msun * since_myr;
    const ThreeLights expected = mean_light(population, i_z, 0.0, since_myr);
    const ThreeLights found{light.q_ion_ii * 1e48, light.q_lw_ii * 1e48, light.l_uv_ii * 1e20};
    for (std::size_t k = 0; k < found.size(); ++k)
      EXPECT_NEAR(found[k] / (formed_msun * expected[k]), 1.0, 1e-3) << light_names[k] << " at " << times[l];
  }
}

/// The stars of one metallicity at two, so that everybody is born of one population.
stars::Tables one_metallicity(std::size_t i_z) {
  const stars::Tables& all = tables();
  std::vector<stars::Star> stars;
  const std::vector<double> z{1e-6, 0.01};
  for (double metallicity : z)
    for (std::size_t m = 0; m < all.n_m(); ++m) {
      stars.push_back(all.at(i_z, m));
      stars.back().z = metallicity;
    }
  return {z, all.m_grid_msun(), stars, "one metallicity"};
}

TEST(Light, OfAGalaxyFollowsItsStarFormationWithoutATraceOfTheCalendar) {
  // A smooth halo, levels 4.3 Myr apart, deaths of the baryon cycle at whole Myr or coarser.
  const cosmology::Cosmology cosmos;
  const tree::Forest f = made::smooth_halo(cosmos, 3e11, 4.3);
  const stars::Tables same = one_metallicity(3);
  const stars::Population population(same, imf_ii());
  physics::Parameters often;
  often.star_formation.max_step_myr = 0.1;  // all stars of a sub-step are born in its middle
  for (double calendar_myr : {1.0, 1.5}) {
    const Outcome o = walk(f, model::Physics(often, {.calendar_myr = calendar_myr}, cosmos, same, imf_ii(), imf_ii(),
                                             5.0, f.age_myr.back(), {1, 0}));
    ThreeLights worst{};
    int levels = 0;
    for (std::size_t l = o.levels.size() - 40; l < o.levels.size(); ++l, ++levels) {
      ThreeLights expected{};
      for (std::size_t k = 1; k <= l; ++k) {
        const double t = f.age_myr[l], young = t - f.age_myr[k], old = t - f.age_myr[k - 1];
        if (young > 150.0 || o.levels[k].empty()) continue;
        const ThreeLights per_msun = mean_light(population, 0, young, old);
        const double formed_msun = o.levels[k].at(0).sfr_step_msun_yr * (old - young) * 1e6;
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += formed_msun * per_msun[i];
      }
      const model::Galaxy& g = o.levels[l].at(0);
      EXPECT_EQ(g.q_ion_per_s, g.q_ion_ii_per_s + g.q_ion_iii_per_s);
      const ThreeLights found{g.q_ion_per_s, g.q_lw_ii_per_s + g.q_lw_iii_per_s, g.l_uv_erg_s_hz};
      for (std::size_t i = 0; i < found.size(); ++i)
        worst[i] = std::max(worst[i], std::abs(found[i] / expected[i] - 1.0));
    }
    EXPECT_EQ(levels, 40);
    for (std::size_t i = 0; i < worst.size(); ++i)
      EXPECT_LT(worst[i], 0.01) << light_names[i] << ", calendar of " << calendar_myr << " Myr";
  }
}

/// Events of all galaxies and levels.
double total(const Outcome& o, double model::Galaxy::*events) {
  double sum = 0;
  for (const auto& level : o.levels)
    for (const model::Galaxy& g : level) sum += g.*events;
  return sum;
}

TEST(StarCount, EveryStarThatWasBornDiesOnceOrIsAlive) {
  const cosmology::Cosmology cosmos;
  for (double m : {3e8, 1e10, 3e11})
    for (double calendar_myr : {0.05, 1.0, 1.5}) {
      const Outcome o = walk(made::smooth_halo(cosmos, m), {.calendar_myr = calendar_myr});
      const model::StarCount& n = o.budget.stars;
      EXPECT_GT(n.born, 100) << m;
      EXPECT_GT(n.alive, 0) << m;
      EXPECT_EQ(n.missing(), 0) << m << " " << calendar_myr;
      EXPECT_EQ(total(o, &model::Galaxy::ccsn_events), static_cast<double>(n.died.ccsn));
      EXPECT_EQ(total(o, &model::Galaxy::ppisn_events), static_cast<double>(n.died.ppisn));
      EXPECT_EQ(total(o, &model::Galaxy::pisn_events), static_cast<double>(n.died.pisn));
      EXPECT_EQ(total(o, &model::Galaxy::pisn_iii_events), static_cast<double>(n.died.pisn_iii));
      EXPECT_EQ(total(o, &model::Galaxy::fsn_events), static_cast<double>(n.died.fsn));
      EXPECT_EQ(total(o, &model::Galaxy::dbh_events), static_cast<double>(n.died.dbh));
    }
}

TEST(StarCount, OfPairInstabilitySupernovaePopulationIIILeadsAndPopulationIIFollows) {
  // With Population II up to 100 Msun only Population III has them; with 250 Msun a halo of 3e11 Msun has mainly those
  // of Population II.
  const tree::Forest f = made::smooth_halo(cosmology::Cosmology(), 3e11);
  const cosmology::Cosmology cosmos;
  const auto count = [&](double m_max_msun) {
    return walk(f, model::Physics({}, {}, cosmos, tables(), stars::Imf::kroupa(0.01, m_max_msun),
                                  stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, f.age_myr.back(), {1, 0}));
  };
  const Outcome low = count(100.0), high = count(250.0);
  EXPECT_GT(low.budget.stars.died.pisn, 0);
  EXPECT_EQ(low.budget.stars.died.pisn_iii, low.budget.stars.died.pisn);
  EXPECT_GT(high.budget.stars.died.pisn_iii, 0);
  EXPECT_GT(high.budget.stars.died.pisn, 10 * high.budget.stars.died.pisn_iii);
  for (const auto& level : high.levels)
    for (const model::Galaxy& g : level) EXPECT_LE(g.pisn_iii_events, g.pisn_events);
}

TEST(StarCount, FatesComeInTheProportionsOfTheImf) {
  // Population II of one metallicity dominates in a halo of 3e11 Msun; its dead stars older than all lives follow the
  // IMF, those of the last 100 Myr are short of light ones.
  const Outcome o = walk(made::smooth_halo(cosmology::Cosmology(), 3e11));
  const model::StarCount& n = o.budget.stars;
  std::array<double, stars::fate_names.size()> least{}, most{};
  least.fill(1.0);
  const stars::Population population(tables(), imf_ii());
  for (std::size_t z = 1; z < tables().n_z(); ++z) {
    const stars::ByAge end = stars::by_age(population, z, {500.0});
    for (std::size_t fate = 0; fate < least.size(); ++fate) {
      const double share = end.deaths[fate][0] / population.massive_number_per_msun();
      least[fate] = std::min(least[fate], share);
      most[fate] = std::max(most[fate], share);
    }
  }
  const auto born = static_cast<double>(n.born);
  const auto at = [](stars::Fate fate) { return static_cast<std::size_t>(fate); };
  EXPECT_LT(static_cast<double>(n.died.wd) / born, most[at(stars::Fate::wd)]);
  EXPECT_LT(static_cast<double>(n.died.pisn) / born, 1.05 * most[at(stars::Fate::pisn)]);
  EXPECT_GT(static_cast<double>(n.died.pisn) / born, 0.9 * least[at(stars::Fate::pisn)]);
  EXPECT_LT(static_cast<double>(n.died.fsn) / born, 1.05 * most[at(stars::Fate::fsn)]);
  EXPECT_GT(static_cast<double>(n.died.fsn) / born, 0.9 * least[at(stars::Fate::fsn)]);
}

TEST(StarCount, IncludesTreesThatEndEarlyAndGalaxiesThatStopFormingStars) {
  const cosmology::Cosmology cosmos;
  tree::Forest ends_early = made::smooth_halo(cosmos, 1e10);
  while (ends_early.redshift.size() < 45) {  // levels without halos
    ends_early.redshift.push_back(ends_early.redshift.back() - 0.05);
    ends_early.age_myr.push_back(cosmos.age_myr(ends_early.redshift.back()));
    ends_early.level_begin.push_back(ends_early.level_begin.back());
  }
  const Outcome early = walk(ends_early), burst = walk(one_burst());
  EXPECT_EQ(early.budget.stars.missing(), 0);
  EXPECT_GT(early.budget.stars.alive, 0);
  EXPECT_EQ(burst.budget.stars.missing(), 0);
  EXPECT_GT(burst.budget.stars.born, 0);
}
}  // namespace

// The light of sampled stars and the count of all of them.
#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/by_age.hpp"
#include "testing/one_halo.hpp"

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

Outcome walk(const tree::Forest& f, const model::Parameters& parameters = {}, std::uint64_t seed = 1) {
  const cosmology::Cosmology cosmos;
  const model::Physics p({}, parameters, cosmos, tables(), imf_ii(), stars::Imf::power_law(13.6, 197.0, 1.77), 5.0,
                         f.age_myr.back(), {seed, 0});
  Outcome o;
  o.budget = model::walk(
                 f, p, space::Uniform({}), parallel::Communicator::self(),
                 [&](const model::LevelView& v) { o.levels.emplace_back(v.galaxies.begin(), v.galaxies.end()); },
                 [](std::size_t, std::size_t) { return false; })
                 .budget;
  return o;
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
                       &model::Galaxy::q_lw_iii_per_s})
      EXPECT_LE(now.*light, before.*light * (1 + 1e-12));
    // Light and deaths go together: nobody dies (of a fate whose time is not rounded) while the light stays.
    const double collapsed = now.ppisn_events + now.fsn_events + now.dbh_events;
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
    for (const auto& [kind, count] : born)
      ring.add(*kind, count, 1000.0 + static_cast<double>(kind->lifetime_myr), ring.passed(1000.0), false);
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
      EXPECT_EQ(total(o, &model::Galaxy::ccsn_events), static_cast<double>(n.ccsn));
      EXPECT_EQ(total(o, &model::Galaxy::ppisn_events), static_cast<double>(n.ppisn));
      EXPECT_EQ(total(o, &model::Galaxy::pisn_events), static_cast<double>(n.pisn));
      EXPECT_EQ(total(o, &model::Galaxy::fsn_events), static_cast<double>(n.fsn));
      EXPECT_EQ(total(o, &model::Galaxy::dbh_events), static_cast<double>(n.dbh));
    }
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
  EXPECT_LT(static_cast<double>(n.wd) / born, most[at(stars::Fate::wd)]);
  EXPECT_LT(static_cast<double>(n.pisn) / born, 1.05 * most[at(stars::Fate::pisn)]);
  EXPECT_GT(static_cast<double>(n.pisn) / born, 0.9 * least[at(stars::Fate::pisn)]);
  EXPECT_LT(static_cast<double>(n.fsn) / born, 1.05 * most[at(stars::Fate::fsn)]);
  EXPECT_GT(static_cast<double>(n.fsn) / born, 0.9 * least[at(stars::Fate::fsn)]);
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

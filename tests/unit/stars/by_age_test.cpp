#include "cecropia/stars/by_age.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cecropia/stars/builder.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;

const Tables& tables() {
  static const Tables t = build({});
  return t;
}
const Population& pop_ii() {
  static const Population p(tables(), Imf::kroupa(0.01, 250));
  return p;
}
const Population& pop_iii() {
  static const Population p(tables(), Imf::power_law(13.6, 197, 1.77));
  return p;
}
double all_deaths(const ByAge& t, std::size_t age) {
  double n = 0;
  for (const auto& fate : t.deaths) n += fate[age];
  return n;
}
constexpr double longer_than_any_life_myr = 500;

TEST(ByAge, AtBirthAllMassiveStarsShineAndNoneHasDied) {
  for (const Population* p : {&pop_ii(), &pop_iii()}) {
    const ByAge t = by_age(*p, 1, {0.0});
    EXPECT_NEAR(t.q_ion_per_s[0] / (1e48 * p->photons_1e48_per_s_msun(1)), 1.0, 1e-12);
    EXPECT_GT(t.q_lw_per_s[0], 0.0);
    EXPECT_GT(t.l_uv_erg_s_hz[0], 0.0);
    EXPECT_EQ(all_deaths(t, 0), 0.0);
    EXPECT_EQ(t.returned[0] + t.metals[0] + t.oxygen[0] + t.e_sn_erg[0], 0.0);
  }
}

TEST(ByAge, AtTheEndEveryMassiveStarHasDiedOnceAndGivenBackWhatItsTableSays) {
  for (const Population* p : {&pop_ii(), &pop_iii()})
    for (std::size_t z = 0; z < tables().n_z(); ++z) {
      const ByAge t = by_age(*p, z, {longer_than_any_life_myr});
      EXPECT_EQ(t.q_ion_per_s[0] + t.q_lw_per_s[0] + t.l_uv_erg_s_hz[0], 0.0);
      EXPECT_NEAR(all_deaths(t, 0) / p->massive_number_per_msun(), 1.0, 1e-12);
      double loss = 0, metals = 0, oxygen = 0, energy = 0;  // the integral over the tables, written out again
      for (std::size_t j = 0; j < tables().n_m(); ++j) {
        const Star& s = tables().at(z, j);
        const double n = p->imf().number(std::max(tables().m_edges_msun()[j], 5.0), tables().m_edges_msun()[j + 1]);
        loss += n * s.m_loss_msun();
        metals += n * (s.wind_metals_msun() + s.sn_metals_msun());
        oxygen += n * (s.wind_msun[static_cast<std::size_t>(Slot::O)] + s.sn_msun[static_cast<std::size_t>(Slot::O)]);
        energy += n * s.e_sn_erg;
      }
      constexpr double single = 2e-7;  // amounts per star are kept in single precision
      EXPECT_NEAR(t.returned[0] / loss, 1.0, single);
      EXPECT_NEAR(t.metals[0] / metals, 1.0, single);
      EXPECT_NEAR(t.oxygen[0] / oxygen, 1.0, single);
      EXPECT_NEAR(t.e_sn_erg[0] / energy, 1.0, single);
    }
}

TEST(ByAge, TheLightOverAllAgesIsTheLightOfAllLives) {
  // Lives end between 2 and 110 Myr; the trapezoidal rule on steps of 0.02 Myr misses each end by half a step.
  std::vector<double> ages;
  for (int i = 0; i <= 6000; ++i) ages.push_back(0.02 * i);
  for (const Population* p : {&pop_ii(), &pop_iii()}) {
    const ByAge t = by_age(*p, 0, ages);
    double photons = 0, uv = 0, lives = 0, light = 0;
    for (std::size_t i = 1; i < ages.size(); ++i) {
      photons += 0.5 * (t.q_ion_per_s[i] + t.q_ion_per_s[i - 1]) * 0.02;
      uv += 0.5 * (t.l_uv_erg_s_hz[i] + t.l_uv_erg_s_hz[i - 1]) * 0.02;
    }
    for (std::size_t i = 0; i < p->n_cells(); ++i) {
      const auto& star = p->cell(0, i);
      const double life = p->cell_number_per_msun(i) * static_cast<double>(star.lifetime_myr);
      lives += life * 1e48 * static_cast<double>(star.q_1e48_per_s);
      light += life * 1e20 * static_cast<double>(star.l_uv_1e20_erg_s_hz);
    }
    EXPECT_NEAR(photons / lives, 1.0, 2e-3);
    EXPECT_NEAR(uv / light, 1.0, 2e-3);
  }
}

TEST(ByAge, LightOnlyFadesAndDeathsOnlyAddUp) {
  const auto ages = log_spaced_ages(0.1, 200, 0.05);
  for (std::size_t z : {std::size_t{1}, std::size_t{5}, std::size_t{9}}) {
    const ByAge t = by_age(pop_ii(), z, ages);
    for (std::size_t i = 1; i < ages.size(); ++i) {
      for (const auto* fading : {&t.q_ion_per_s, &t.q_lw_per_s, &t.l_uv_erg_s_hz})
        EXPECT_LE((*fading)[i], (*fading)[i - 1]);
      for (const auto* growing : {&t.returned, &t.metals, &t.oxygen, &t.e_sn_erg})
        EXPECT_GE((*growing)[i], (*growing)[i - 1]);
      for (const auto& fate : t.deaths) EXPECT_GE(fate[i], fate[i - 1]);
      EXPECT_LE(t.oxygen[i], t.metals[i]);
      EXPECT_LE(t.metals[i], t.returned[i]);
    }
    // Ionising photons go with the first stars, ultraviolet light stays with those that live for tens of Myr.
    const auto at = [&ages](double age) {
      return static_cast<std::size_t>(std::lower_bound(ages.begin(), ages.end(), age * 0.999) - ages.begin());
    };
    const double ionising_left = t.q_ion_per_s[at(20)] / t.q_ion_per_s[0];
    const double uv_left = t.l_uv_erg_s_hz[at(20)] / t.l_uv_erg_s_hz[0];
    EXPECT_LT(ionising_left, 0.01);
    EXPECT_GT(uv_left, 3.0 * ionising_left);
  }
}

TEST(ByAge, TheHeaviestStarsDieFirst) {
  const auto ages = log_spaced_ages(0.1, 200, 0.01);
  const ByAge t = by_age(pop_ii(), 3, ages);
  const auto first = [&t](Fate fate) {
    const auto& n = t.deaths[static_cast<std::size_t>(fate)];
    return std::find_if(n.begin(), n.end(), [](double x) { return x > 0; }) - n.begin();
  };
  EXPECT_LT(first(Fate::pisn), first(Fate::ppisn));
  EXPECT_LT(first(Fate::ppisn), first(Fate::fsn));
  EXPECT_LT(first(Fate::fsn), first(Fate::ccsn));
  EXPECT_LT(first(Fate::ccsn), first(Fate::ecsn));
  EXPECT_LT(first(Fate::ecsn), first(Fate::wd));
}

TEST(LogSpacedAges, AreEvenInTheLogarithmAndReachTheEnd) {
  const auto ages = log_spaced_ages(0.1, 200, 0.05);
  EXPECT_EQ(ages.front(), 0.1);
  EXPECT_GE(ages.back(), 200.0);
  EXPECT_LT(ages[ages.size() - 2], 200.0);
  for (std::size_t i = 1; i < ages.size(); ++i) EXPECT_NEAR(std::log10(ages[i] / ages[i - 1]), 0.05, 1e-12);
  EXPECT_EQ(log_spaced_ages(1, 100, 0.5).size(), 5u);
}

}  // namespace

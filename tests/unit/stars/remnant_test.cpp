#include "cecropia/stars/remnant.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace {
using namespace cecropia::stars;

TEST(Remnant, DelayedFallbackReproducesTheReferenceExplosions) {
  const struct {
    double m_co, m_fin, f, m_rem;
  } list[] = {{1.7, 8.3, 0.0282, 1.4},      {3.0, 14.5, 0.0338, 1.65},    {4.9, 19.1, 0.2206, 5.2262},
              {7.1, 22.5, 0.4985, 11.9181}, {9.3, 25.8, 0.7804, 20.4413}, {12, 30, 1, 30}};
  for (const auto& e : list) {
    const Fallback f = delayed_fallback(e.m_co, e.m_fin);
    EXPECT_NEAR(f.f_fallback, e.f, 1e-4) << e.m_co;
    EXPECT_NEAR(f.m_rem_msun, e.m_rem, 1e-4) << e.m_co;
  }
}

TEST(Remnant, RapidFallbackHasTheValuesOfItsFormulae) {
  // Fryer et al. (2012), equation 16, worked out by hand.
  const struct {
    double m_co, m_fin, f, m_rem;
  } list[] = {{1.7, 8.3, 0.0273973, 1.2},
              {4.0, 17, 0.039375, 1.63},
              {5.99, 20, 0.0631126, 2.19914},
              {6.5, 22, 1, 22},
              {7.1, 22.5, 0.2562791, 6.51},
              {9.3, 25.8, 0.6623992, 17.4275},
              {12, 30, 1, 30}};
  for (const auto& e : list) {
    const Fallback f = rapid_fallback(e.m_co, e.m_fin);
    EXPECT_NEAR(f.f_fallback, e.f, 1e-6) << e.m_co;
    EXPECT_NEAR(f.m_rem_msun, e.m_rem, 1e-5) << e.m_co;
    EXPECT_EQ(f.m_proto_msun, 1.0);
    EXPECT_EQ(fallback(RemnantModel::rapid, e.m_co, e.m_fin).m_rem_msun, f.m_rem_msun);
    EXPECT_EQ(fallback(RemnantModel::delayed, e.m_co, e.m_fin).m_rem_msun,
              delayed_fallback(e.m_co, e.m_fin).m_rem_msun);
  }
}

TEST(Remnant, FallbackIsAFractionHoweverLittleIsLeftOfTheStar) {
  for (RemnantModel model : {RemnantModel::delayed, RemnantModel::rapid})
    for (double m_co = 1.0; m_co < 14.0; m_co += 0.25)
      for (double m_fin = std::max(m_co, 1.7); m_fin < 80.0; m_fin *= 1.1) {
        const Fallback f = fallback(model, m_co, m_fin);
        EXPECT_GE(f.f_fallback, 0.0);
        EXPECT_LE(f.f_fallback, 1.0);
        EXPECT_LE(f.m_rem_msun, m_fin * (1.0 + 1e-12)) << m_co << " " << m_fin;
      }
}

TEST(Remnant, PulsesHaveTheEnergiesOfWoosleysCores) {
  const struct {
    double m_he, energy;
  } list[] = {{34, .0012}, {40, .066}, {44, .83}, {46, .77}, {50, .86}, {51, 1.0},
              {53, .86},   {56, .56},  {58, 1.1}, {62, 2.3}, {64, 4.0}};
  for (const auto& e : list) EXPECT_DOUBLE_EQ(woosley2017_energy_1e51_erg(e.m_he), e.energy) << e.m_he;
  EXPECT_DOUBLE_EQ(woosley2017_energy_1e51_erg(43), 0.5 * (.26 + .83));
  EXPECT_DOUBLE_EQ(woosley2017_energy_1e51_erg(20), .0012);
  EXPECT_DOUBLE_EQ(woosley2017_energy_1e51_erg(70), 4.0);
}

TEST(Remnant, FallbackGrowsWithTheCoreUntilNothingEscapes) {
  double last = 0;
  for (double m_co = 3.6; m_co < 15; m_co += 0.1) {
    const double f = delayed_fallback(m_co, 30.0).f_fallback;
    EXPECT_GE(f, last);
    last = f;
  }
  EXPECT_EQ(last, 1.0);
}

TEST(Remnant, PulsationsLeaveTheReferenceFractions) {
  const struct {
    double m_he, m_fin, alpha;
  } list[] = {{33, 38, 0.93637}, {40, 90, 0.39778},  {50, 51, 0.85611}, {36, 36.5, 0.9428},
              {58, 60, 0.62187}, {62, 110, 0.23882}, {62, 64, 0.20729}};
  for (const auto& e : list) EXPECT_NEAR(ppisn_remnant_fraction(e.m_he, e.m_fin), e.alpha, 1e-5) << e.m_he;
}

TEST(Remnant, NeutronStarsAreBoundAndBlackHolesLoseAtMostHalfASolarMass) {
  EXPECT_NEAR(gravitational_mass_msun(1.4), 6.6666667 * (std::sqrt(1.42) - 1.0), 1e-12);
  EXPECT_DOUBLE_EQ(gravitational_mass_msun(4.0), 3.6);
  EXPECT_DOUBLE_EQ(gravitational_mass_msun(40.0), 39.5);
}

TEST(Remnant, FatesChangeWhereTheLimitsSay) {
  const BuilderParameters p;
  const auto fate = [&p](double m, double m_he, double m_co) { return fate_of(m, Cores{m, m_he, m_co, m_he}, p); };
  EXPECT_EQ(fate(7.99, 0, 0), Fate::wd);
  EXPECT_EQ(fate(8.0, 2, 1), Fate::ecsn);
  EXPECT_EQ(fate(10.0, 3, 1.5), Fate::ccsn);
  EXPECT_EQ(fate(30.0, 14, 10.99), Fate::ccsn);
  EXPECT_EQ(fate(30.0, 14, 11.0), Fate::fsn);
  EXPECT_EQ(fate(80.0, 31.99, 28), Fate::fsn);
  EXPECT_EQ(fate(80.0, 32.0, 28), Fate::ppisn);
  EXPECT_EQ(fate(120.0, 64.0, 58), Fate::pisn);
  EXPECT_EQ(fate(300.0, 135.0, 120), Fate::dbh);
}

}  // namespace

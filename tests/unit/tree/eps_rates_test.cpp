#include "cecropia/tree/eps_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::tree {
namespace {

using cosmology::Cosmology;
using cosmology::Variance;

const EpsCalibration parkinson{0.57, 0.38, -0.01}, benson{0.6353, 0.1761, 0.0411}, plain{1.0, 0.0, 0.0},
    falling{0.8, -0.2, 0.0};

const Variance& variance() {
  static const Variance v{Cosmology{}};
  return v;
}

/// Integral of q^power dN/dq over progenitor masses [m_1, m_2].
double moment(const EpsCalibration& c, double m, double m_1, double m_2, double delta, int power) {
  return math::integrate_panels(
      [&](double ln_q) {
        const double q = std::exp(ln_q);
        return progenitor_rate(variance(), c, m, q, delta) * std::pow(q, power + 1);
      },
      std::log(m_1 / m), std::log(m_2 / m), 64);
}

TEST(UnresolvedIntegral, HasTheReferenceValues) {
  const UnresolvedIntegral j(0.38);
  EXPECT_NEAR(j(0.1) / 0.38708, 1.0, 1e-3);
  EXPECT_NEAR(j(1.0) / 1.67341, 1.0, 1e-3);
  EXPECT_NEAR(j(10.0) / 10.8251, 1.0, 1e-3);
}

TEST(UnresolvedIntegral, IsTheIdentityWithoutCorrectionAndTendsToItsAsymptotes) {
  const UnresolvedIntegral identity(0.0);
  for (double u : {1e-4, 0.3, 7.0, 4e4}) EXPECT_NEAR(identity(u) / u, 1.0, 1e-9);
  const UnresolvedIntegral j(0.38);
  EXPECT_NEAR(j(1e-4) / (std::pow(1e-4, 0.62) / 0.62), 1.0, 1e-6);
  EXPECT_NEAR(j(2e4) - j(1e4), 1e4, 0.01);
  EXPECT_NEAR(j(1e7) / 1e7, 1.0, 1e-4);  // beyond the table
  EXPECT_DOUBLE_EQ(j.scaled(0.0), 1.0);
  for (double w : {1e-3, 0.0123, 0.7, 5.03, 31.99, 32.01, 77.0})
    EXPECT_NEAR(j.scaled(w) / (w * j(1.0 / w)), 1.0, 1e-8) << w;
  EXPECT_THROW(UnresolvedIntegral(1.0), InternalError);
}

TEST(EpsRates, HaveTheReferenceValues) {
  const double delta = cosmology::delta_collapse / variance().cosmology().growth(6.0);
  EXPECT_NEAR(delta / 9.2669, 1.0, 1e-3);
  const UnresolvedIntegral j(0.38);
  EXPECT_NEAR(moment(parkinson, 1e10, 1e6, 5e9, delta, 0) / 82.0, 1.0, 1e-3);
  EXPECT_NEAR(unresolved_rate(variance(), parkinson, j, 1e10, 1e6, delta) / 0.1301, 1.0, 1e-3);
  const SplitTable table(variance(), parkinson, j, 1e6, 1e10, 0.1);
  EXPECT_NEAR(table.at(std::log(1e4)).step_limit / 0.2123, 1.0, 1e-3);
}

TEST(EpsRates, OfUnresolvedMassAreTheMassOfUnresolvedProgenitors) {
  for (const auto& c : {parkinson, benson, plain, falling}) {
    const UnresolvedIntegral j(c.g1);
    const double between = moment(c, 1e12, 1e4, 1e9, 9.0, 1);
    const double difference =
        unresolved_rate(variance(), c, j, 1e12, 1e9, 9.0) - unresolved_rate(variance(), c, j, 1e12, 1e4, 9.0);
    EXPECT_NEAR(between / difference, 1.0, 1e-5) << "g1 = " << c.g1;
  }
}

TEST(SplitTable, ReproducesTheRatesItTabulates) {
  for (const auto& c : {parkinson, benson, falling}) {
    const UnresolvedIntegral j(c.g1);
    const double m_res = 3e6, delta = 12.0, clock = std::pow(delta, c.g2);
    const SplitTable table(variance(), c, j, m_res, 1e12, 0.1);
    for (double m : {1.01 * m_res, 1.7 * m_res, 2.3 * m_res, 9.1 * m_res, 1e9, 1e12}) {
      const double rate = table.at(std::log(m / m_res)).unresolved * clock;
      EXPECT_NEAR(rate / unresolved_rate(variance(), c, j, m, m_res, delta), 1.0, 1e-3) << m;
    }
    EXPECT_EQ(table.at(std::log(1.99)).split_bound, 0.0);
  }
}

// EPS-3
TEST(SplitTable, TrialsTimesAcceptanceAreTheProgenitorRate) {
  for (const auto& c : {parkinson, benson, falling}) {
    const UnresolvedIntegral j(c.g1);
    const double m_res = 1e6, delta = 9.2669;
    const SplitTable table(variance(), c, j, m_res, 1e12, 0.1);
    for (double m : {2.05e6, 2.9e6, 1.1e7, 1e10, 1e12}) {
      const double x = std::log(m / m_res), bound = table.at(x).split_bound * std::pow(delta, c.g2);
      // The mean over the uniform number u = 1 - e^-s is a quadrature: how many splits, and how much mass they carry.
      // Most of the mass is in the rare large ones at u -> 1.
      const auto mean = [&](int power) {
        return math::integrate_panels(
            [&](double s) {
              const auto t = table.trial(x, -std::expm1(-s));
              return t.acceptance * std::pow(t.q, power) * std::exp(-s);
            },
            0.0, 32.0, 256);
      };
      EXPECT_NEAR(mean(0) * bound / moment(c, m, m_res, 0.5 * m, delta, 0), 1.0, 1e-4) << m;
      EXPECT_NEAR(mean(1) * bound / moment(c, m, m_res, 0.5 * m, delta, 1), 1.0, 1e-4) << m;
    }
  }
}

TEST(SplitTable, KeepsItsBoundAboveTheRateEverywhere) {
  // trial() throws where it does not.
  for (double box : {0.0, 8.0}) {
    const Variance v(Cosmology{}, box);
    for (const auto& c : {parkinson, benson, falling, EpsCalibration{0.5, 0.9, 0.2}}) {
      const UnresolvedIntegral j(c.g1);
      for (double m_res : {1e5, 3e7, 1e10}) {
        const SplitTable table(v, c, j, m_res, 1e13, 0.1);
        double highest = 0.0;
        for (double x = std::log(2.0001); x < std::log(1e13 / m_res); x *= 1.0037)
          for (double u : {0.0, 0.01, 0.3, 0.7, 0.9, 0.99, 0.9999}) {
            const auto t = table.trial(x, u);
            highest = std::max(highest, t.acceptance);
            EXPECT_GE(t.q, std::exp(-x) * (1 - 1e-12));
            EXPECT_LE(t.q, 0.5 * (1 + 1e-12));
          }
        EXPECT_GT(highest, 0.9) << "a bound far above the rate wastes trials";
      }
    }
  }
}

}  // namespace
}  // namespace cecropia::tree

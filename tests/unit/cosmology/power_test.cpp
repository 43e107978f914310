#include "cecropia/cosmology/power.hpp"

#include <gtest/gtest.h>

#include "cecropia/core/constants.hpp"
#include "reference.hpp"

namespace cecropia::cosmology {
namespace {

using reference::agrees;
const Cosmology planck;

const Variance& full() {
  static const Variance v(planck);
  return v;
}

TEST(Variance, HasTheReferenceValues) {
  const std::pair<double, const char*> sigmas[] = {
      {1e5, "9.3226"}, {1e6, "8.1218"}, {1e8, "5.8693"}, {1e10, "3.8721"}, {1e12, "2.2226"}};
  for (const auto& [m, s] : sigmas) EXPECT_TRUE(agrees(full().sigma(m), s, 0.01)) << m;
}

TEST(Variance, IsNormalisedInSpheresOfEightMpcOverH) {
  const double h = planck.parameters().h, r_cmpc = 8.0 / h;
  const double m = 4.0 / 3.0 * constants::pi * r_cmpc * r_cmpc * r_cmpc * planck.rho_m0_msun_cmpc3();
  EXPECT_NEAR(full().sigma(m), 0.8159, 1e-8);
}

TEST(Variance, AgreesWithAPlainSumOverTheSpectrum) {
  // An independent midpoint sum with many points, as ratio to the one for 8 Mpc/h.
  const auto plain = [](double r_mpc_h) {
    double sum = 0.0;
    const int n = 400000;
    const double first = std::log(1e-6), last = std::log(3e2 / r_mpc_h);
    for (int i = 0; i < n; ++i) {
      const double kk = std::exp(first + (i + 0.5) * (last - first) / n), x = kk * r_mpc_h;
      const double w = x > 1e-2 ? 3.0 * (std::sin(x) - x * std::cos(x)) / (x * x * x) : 1.0 - x * x / 10.0;
      const double t = transfer_no_wiggle(planck, kk);
      sum += std::pow(kk, 3.0 + 0.9667) * t * t * w * w;
    }
    return sum * (last - first) / n;
  };
  const double norm = 0.8159 / std::sqrt(plain(8.0));
  for (double m : {1e7, 1e10, 1e13}) {
    const double r = std::cbrt(3.0 * m / (4.0 * constants::pi * planck.rho_m0_msun_cmpc3())) * planck.parameters().h;
    EXPECT_NEAR(full().sigma(m) / (norm * std::sqrt(plain(r))), 1.0, 1e-6) << m;
  }
}

TEST(Variance, AlphaIsTheLogarithmicSlopeOfSigma) {
  for (double m : {3.3e3, 1.7e6, 1e10, 7.7e12, 4e15}) {
    const double e = 1e-4;
    const double slope =
        -(std::log(full().sigma(m * std::exp(e))) - std::log(full().sigma(m * std::exp(-e)))) / (2 * e);
    EXPECT_NEAR(full().alpha(m), slope, 1e-7) << m;
    double s = 0, a = 0;
    full().sigma_and_alpha(std::log(m), s, a);
    EXPECT_EQ(s, full().sigma(m));
    EXPECT_EQ(a, full().alpha(m));
  }
}

TEST(Variance, FallsAndSteepensWithMass) {
  double sigma_before = 1e9, alpha_before = 0.0;
  for (double l = 3.0; l <= 16.0; l += 0.013) {
    const double m = std::pow(10.0, l);
    EXPECT_LT(full().sigma(m), sigma_before);
    EXPECT_GT(full().alpha(m), alpha_before) << l;  // cold dark matter: ever steeper
    sigma_before = full().sigma(m);
    alpha_before = full().alpha(m);
  }
}

TEST(Variance, OfABoxLacksItsMissingModes) {
  const Variance box(planck, 8.0), large(planck, 2000.0);
  EXPECT_NEAR(large.sigma(1e10), full().sigma(1e10), 1e-5);
  // Missing variance is the same for all masses far below the box: the modes are longer than the halo.
  const auto missing = [&](double m) { return std::pow(full().sigma(m), 2) - std::pow(box.sigma(m), 2); };
  EXPECT_GT(missing(1e6), 0.3);
  EXPECT_NEAR(missing(1e9) / missing(1e6), 1.0, 0.01);
  for (double l = 5.0; l < 15.5; l += 0.25) {
    EXPECT_GT(full().sigma(std::pow(10.0, l)), box.sigma(std::pow(10.0, l)));
    EXPECT_GT(box.alpha(std::pow(10.0, l)), 0.0) << l;
  }
}

TEST(TransferFunction, IsOneOnLargeScalesAndFallsAsLnKOverKSquared) {
  EXPECT_NEAR(transfer_no_wiggle(planck, 1e-6), 1.0, 1e-3);
  const auto scaled = [](double k) { return transfer_no_wiggle(planck, k) * k * k / std::log(k); };
  EXPECT_NEAR(scaled(1e5) / scaled(1e6), 1.0, 0.1);
}

TEST(ShethTormen, HasTheReferenceAbundances) {
  const std::pair<double, const char*> n[] = {
      {1e8, "22.0"}, {1e9, "2.218"}, {1e10, "0.1912"}, {1e11, "0.01164"}, {1e12, "3.12e-4"}};
  for (const auto& [m, printed] : n) EXPECT_TRUE(agrees(sheth_tormen(full(), m, 4.5), printed, 0.05)) << m;
}

TEST(MassFunctions, HoldNoMoreThanAllMatter) {
  for (double z : {0.0, 4.5, 10.0}) {
    double st = 0.0, ps = 0.0;
    for (double l = 3.0; l < 16.0; l += 0.01) {
      const double m = std::pow(10.0, l + 0.005);
      st += sheth_tormen(full(), m, z) * m * 0.01;
      ps += press_schechter(full(), m, z) * m * 0.01;
    }
    EXPECT_LT(st, planck.rho_m0_msun_cmpc3());
    EXPECT_LT(ps, planck.rho_m0_msun_cmpc3());
    // Press-Schechter above 1e3 Msun has the closed form erfc(nu / sqrt 2).
    const double nu = delta_collapse / (planck.growth(z) * full().sigma(1e3));
    EXPECT_NEAR(ps / planck.rho_m0_msun_cmpc3(), std::erfc(nu / std::sqrt(2.0)), 2e-3);
  }
}

}  // namespace
}  // namespace cecropia::cosmology

// Fits from sums of moments against fits from the galaxies themselves.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "cecropia/observe/moments.hpp"

namespace cecropia::observe {
namespace {

struct Sample {
  std::vector<double> x, y, w, u;
};

/// Pseudo-random points about y = 0.31 x - 3.3 - 0.04 u, by a plain multiplicative generator.
Sample sample(int n) {
  Sample s;
  std::uint64_t state = 12345;
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  for (int i = 0; i < n; ++i) {
    s.u.push_back(5 + i % 6);
    s.x.push_back(7 + 3 * uniform());
    s.y.push_back(0.31 * s.x.back() - 3.3 - 0.04 * s.u.back() + 0.25 * (uniform() + uniform() - 1));
    s.w.push_back(1e-4 + uniform() * 1e-2);
  }
  return s;
}

Moments moments_of(const Sample& s, double px, double py, double only_u = -1) {
  Moments m;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    if (only_u > 0 && s.u[i] != only_u) continue;
    const double x = s.x[i] - px, y = s.y[i] - py;
    m.add({1, x, y, x * x, x * y, y * y}, s.w[i]);
  }
  return m;
}

TEST(LineFit, FromMomentsEqualsBruteForceLeastSquares) {
  const Sample s = sample(500);
  double w = 0, mx = 0, my = 0, xx = 0, xy = 0, square = 0;
  for (std::size_t i = 0; i < s.x.size(); ++i) w += s.w[i], mx += s.w[i] * s.x[i], my += s.w[i] * s.y[i];
  mx /= w, my /= w;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    xx += s.w[i] * (s.x[i] - mx) * (s.x[i] - mx);
    xy += s.w[i] * (s.x[i] - mx) * (s.y[i] - my);
  }
  const double slope = xy / xx, intercept = my - slope * mx;
  for (std::size_t i = 0; i < s.x.size(); ++i) square += s.w[i] * std::pow(s.y[i] - slope * s.x[i] - intercept, 2);

  const auto fit = fit_line(moments_of(s, 8, -1), 8, -1);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->line.slope, slope, 1e-12);
  EXPECT_NEAR(fit->line.intercept, intercept, 1e-11);
  EXPECT_NEAR(fit->scatter, std::sqrt(square / w), 1e-12);
}

TEST(LineFit, DoesNotDependOnThePivot) {
  const Sample s = sample(50);
  const auto a = fit_line(moments_of(s, 8, -1), 8, -1), b = fit_line(moments_of(s, 0, 0), 0, 0);
  EXPECT_NEAR(a->line.slope, b->line.slope, 1e-10);
  EXPECT_NEAR(a->line.intercept, b->line.intercept, 1e-9);
  EXPECT_NEAR(a->scatter, b->scatter, 1e-9);
}

TEST(LineFit, ExactLineHasNoScatter) {
  Moments m;
  for (const double x : {-1.0, 0.5, 2.0})
    m.add({1, x, 2 * x + 1, x * x, x * (2 * x + 1), (2 * x + 1) * (2 * x + 1)}, 0.3);
  const auto fit = fit_line(m, 0, 0);
  EXPECT_NEAR(fit->line.slope, 2, 1e-14);
  EXPECT_NEAR(fit->line.intercept, 1, 1e-14);
  EXPECT_NEAR(fit->scatter, 0, 1e-7);
}

TEST(LineFit, IsAbsentWithoutGalaxiesOrWithoutSpread) {
  EXPECT_FALSE(fit_line({}, 8, -1));
  Moments one;
  one.add({1, 0.7, 0.2, 0.49, 0.14, 0.04}, 1e-3);
  EXPECT_FALSE(fit_line(one, 8, -1));
}

// OBS-15
TEST(PlaneFit, SatisfiesTheNormalEquationsOfTheGalaxies) {
  const Sample s = sample(600);
  PlaneSums sums;
  for (int u = 5; u <= 10; ++u) sums.add(moments_of(s, 8, -1, u), u, 1.0);
  const auto fit = sums.fit(8, -1);
  ASSERT_TRUE(fit);
  double r0 = 0, rx = 0, ru = 0, square = 0, w = 0;  // residuals must be orthogonal to 1, x and u
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    const double r = s.y[i] - fit->zero_point - fit->a * s.x[i] - fit->b * s.u[i];
    r0 += s.w[i] * r, rx += s.w[i] * r * s.x[i], ru += s.w[i] * r * s.u[i], square += s.w[i] * r * r, w += s.w[i];
  }
  EXPECT_NEAR(r0 / w, 0, 1e-12);
  EXPECT_NEAR(rx / w, 0, 1e-11);
  EXPECT_NEAR(ru / w, 0, 1e-11);
  EXPECT_NEAR(fit->scatter, std::sqrt(square / w), 1e-11);
  EXPECT_NEAR(fit->b, -0.04, 0.01);
}

TEST(PlaneFit, IsAbsentWhenAllGalaxiesShareARedshift) {
  const Sample s = sample(60);
  PlaneSums sums;
  sums.add(moments_of(s, 8, -1), 7, 1.0);
  EXPECT_FALSE(sums.fit(8, -1));
}

}  // namespace
}  // namespace cecropia::observe

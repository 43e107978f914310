#include "cecropia/math/hermite.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::math {
namespace {

HermiteTable sine(std::size_t n) {
  std::vector<double> f, df;
  const double step = 3.0 / static_cast<double>(n - 1);
  for (std::size_t i = 0; i < n; ++i) {
    f.push_back(std::sin(step * static_cast<double>(i)));
    df.push_back(std::cos(step * static_cast<double>(i)));
  }
  return {0.0, step, f, df};
}

double worst_error(const HermiteTable& table) {
  double worst = 0.0;
  for (double x = 0.0; x < 3.0; x += 0.00137) worst = std::max(worst, std::fabs(table(x) - std::sin(x)));
  return worst;
}

TEST(HermiteTable, IsFourthOrderAccurateWithExactSlopes) {
  const double coarse = worst_error(sine(31)), fine = worst_error(sine(61));
  EXPECT_LT(coarse, 1e-4 / 384 * 1.05);  // h^4 / 384 max|f''''|
  EXPECT_NEAR(std::log2(coarse / fine), 4.0, 0.1);
}

TEST(HermiteTable, ReturnsTheDerivativeOfItsOwnInterpolant) {
  const HermiteTable table = sine(31);
  for (double x : {0.05, 0.731, 1.5, 2.93}) {
    const double numerical = (table(x + 1e-6) - table(x - 1e-6)) / 2e-6;
    EXPECT_NEAR(table.at(x).slope, numerical, 1e-8);
    EXPECT_EQ(table.at(x).value, table(x));
  }
}

TEST(HermiteTable, GoesOnAsAStraightLineOutsideItsGrid) {
  const HermiteTable table = sine(31);
  EXPECT_NEAR(table(-2.0), -2.0, 1e-12);
  EXPECT_NEAR(table(4.0), std::sin(3.0) + std::cos(3.0), 1e-12);
  EXPECT_NEAR(table.at(7.0).slope, std::cos(3.0), 1e-12);
  EXPECT_NEAR(table(3.0), std::sin(3.0), 1e-14);
}

TEST(HermiteTable, KeepsMonotoneDataMonotone) {
  const HermiteTable table = HermiteTable::monotone(0.0, 1.0, {0.0, 0.0, 0.1, 5.0, 5.0, 5.2});
  double before = table(0.0);
  for (double x = 0.0; x <= 5.0; x += 0.01) {
    EXPECT_GE(table(x), before - 1e-15) << x;
    before = table(x);
  }
  EXPECT_DOUBLE_EQ(table(3.5), 5.0);
}

TEST(HermiteTable, RefusesUnusableColumns) {
  EXPECT_THROW(HermiteTable(0.0, 1.0, {1.0}, {0.0}), InternalError);
  EXPECT_THROW(HermiteTable(0.0, 1.0, {1.0, 2.0}, {0.0}), InternalError);
  EXPECT_THROW(HermiteTable(0.0, 0.0, {1.0, 2.0}, {0.0, 0.0}), InternalError);
}

TEST(IntegratePanels, IsExactForPolynomialsAndConvergesForOscillations) {
  EXPECT_NEAR(integrate_panels([](double x) { return 30.0 * std::pow(x, 29); }, 0.0, 1.0, 1), 1.0, 1e-13);
  EXPECT_NEAR(integrate_panels([](double x) { return std::sin(x); }, 0.0, 100.0, 40), 1.0 - std::cos(100.0), 1e-12);
}

}  // namespace
}  // namespace cecropia::math

#include "cecropia/stars/type_ia.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "csv.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;

TEST(TypeIa, DelaysFollowTheReferenceDistribution) {
  const DelayTimes d;
  const struct { double t_gyr, fraction; } list[] = {{0.1, 0.20624}, {0.3, 0.42540}, {1, 0.63463}, {14, 1}};
  for (const auto& r : list) EXPECT_NEAR(d.cumulative(1e3 * r.t_gyr), r.fraction, 6e-6) << r.t_gyr;
  // A = 0.161526 Gyr^0.12: p(t) = A t^-1.12 with t in Gyr
  EXPECT_NEAR(d.density_per_myr(1000.0) * 1e3, 0.161526, 6e-7);
}

TEST(TypeIa, NothingExplodesOutsideTheRangeOfDelays) {
  const DelayTimes d;
  EXPECT_EQ(d.density_per_myr(39.99), 0.0);
  EXPECT_EQ(d.cumulative(39.99), 0.0);
  EXPECT_EQ(d.density_per_myr(14000.1), 0.0);
  EXPECT_EQ(d.cumulative(20000), 1.0);
}

// SNI-1, SNI-3
TEST(TypeIa, TheCumulativeIsTheIntegralOfTheDensityForAnySlope) {
  boost::math::quadrature::tanh_sinh<double> quadrature;
  for (double slope : {-0.5, 0.0, 0.999999, 1.0, 1.12, 2.0}) {
    const DelayTimes d(40, 14000, slope);
    for (double t : {50.0, 400.0, 5000.0}) {
      const double numeric = quadrature.integrate(
          [&](double l) { return std::exp(l) * d.density_per_myr(std::exp(l)); }, std::log(40.0) + 1e-15, std::log(t));
      EXPECT_NEAR(d.cumulative(t), numeric, 1e-11) << slope;
    }
  }
}

TEST(TypeIa, TheInverseUndoesTheCumulativeForAnySlope) {
  for (double slope : {-0.5, 0.0, 0.9999999999, 1.0, 1.12, 2.0}) {
    const DelayTimes d(40, 14000, slope);
    for (double u : {0.0, 1e-9, 0.1, 0.5, 0.9, 1.0}) EXPECT_NEAR(d.cumulative(d.delay_myr(u)), u, 1e-12) << slope;
    EXPECT_EQ(d.delay_myr(0), 40.0);
    EXPECT_NEAR(d.delay_myr(1), 14000.0, 1e-7);
    EXPECT_LE(d.delay_myr(1), 14000.0);
  }
}

TEST(TypeIa, ImpossibleDelaysAreRefused) {
  EXPECT_THROW(DelayTimes(0, 14000, 1), InputError);
  EXPECT_THROW(DelayTimes(100, 50, 1), InputError);
  EXPECT_THROW(DelayTimes(40, 14000, std::nan("")), InputError);
}

TEST(TypeIa, YieldsAreThoseOfW7) {
  const Metals w7 = w7_yield_msun();
  double metals = 0;
  for (const auto& row : testing_stars::read_csv("w7_iwamoto1999_elements.csv")) {
    const std::string& element = row.at("element");
    const double mass = testing_stars::num(row, "mass_Msun");
    if (element == "TOTAL") {
      EXPECT_NEAR(metals, mass, 1e-4);
      EXPECT_DOUBLE_EQ(w7[metal_z], mass);
      continue;
    }
    metals += mass;
    for (std::size_t e = 1; e < n_metals; ++e)
      if (metal_names[e] == element) {
        EXPECT_DOUBLE_EQ(w7[e], mass) << element;
      }
  }
  EXPECT_NEAR(metals, 1.3681, 1e-4);
}

}  // namespace

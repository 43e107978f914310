// The rings and what lies in them.
#include "cecropia/disc/rings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

TEST(Rings, DivideTheDiscInLogRadius) {
  const RingGrid grid{Mesh{}};
  ASSERT_EQ(grid.size(), 50u);
  EXPECT_EQ(grid.edges_pc().front(), 1.0);
  EXPECT_EQ(grid.edges_pc().back(), 1e4);
  for (std::size_t i = 1; i <= 50; ++i)
    EXPECT_NEAR(grid.edges_pc()[i] / grid.edges_pc()[i - 1], std::pow(1e4, 0.02), 1e-12);
  const double area = std::accumulate(grid.areas_pc2().begin(), grid.areas_pc2().end(), 0.0);
  EXPECT_NEAR(area / (3.14159265358979323846 * (1e8 - 1.0)), 1.0, 1e-12);
  EXPECT_NEAR(grid.centre_pc(0), std::pow(10.0, 0.04), 1e-12);
  EXPECT_THROW(RingGrid({0, 1.0, 10.0}), InternalError);
  EXPECT_THROW(RingGrid({5, 10.0, 10.0}), InternalError);
}

// DSC-5
TEST(Rings, TakeInTheWholeInflow) {
  const RingGrid grid{Mesh{}};
  std::vector<double> parts(grid.size());
  testing_rows::Largest off;
  for (const double h : {1e-9, 0.3, 30.0, 1000.0, 8000.0, 1e6, 1e30}) {
    grid.exponential_parts(h, parts);
    off.add(std::accumulate(parts.begin(), parts.end(), 0.0) - 1.0);
    for (const double part : parts) EXPECT_GE(part, 0.0);
  }
  testing_rows::row_below("4.10", "sum of the rings' inflow over the inflow, minus 1", off.value(), 1e-12);
}

// DSC-5
TEST(Rings, HoldTheIntegralOfAnExponential) {
  const RingGrid grid{Mesh{}};
  std::vector<double> parts(grid.size());
  const double h = 700.0;
  grid.exponential_parts(h, parts);
  for (std::size_t i : {20u, 35u, 42u}) {  // the integral of exp(-R/h) R dR / h^2 in small pieces
    const double a = grid.edges_pc()[i], b = grid.edges_pc()[i + 1];
    double sum = 0.0;
    for (int j = 0; j < 1000; ++j) {
      const double r = a + (b - a) * (j + 0.5) / 1000;
      sum += std::exp(-r / h) * r / (h * h) * (b - a) / 1000;
    }
    EXPECT_NEAR(parts[i] / sum, 1.0, 2e-5);  // what lies beyond 1e4 pc is spread over all
  }
}

TEST(Rings, TheHalfMassRadiusOfAnExponentialDiscIsThatOfTheIntegral) {
  const RingGrid grid{Mesh{}};
  std::vector<double> surface(grid.size());
  for (const double h : {20.0, 300.0, 1200.0}) {
    grid.exponential_parts(h, surface);
    for (std::size_t i = 0; i < surface.size(); ++i) surface[i] /= grid.areas_pc2()[i];
    EXPECT_NEAR(half_radius_pc(grid, surface) / h, 1.678, 0.01678);
  }
  EXPECT_EQ(half_radius_pc(grid, std::vector<double>(50, 0.0)), 0.0);
}

TEST(Rings, TotalsAreSumsOverAreas) {
  const RingGrid grid{Mesh{2, 1.0, 4.0}};
  std::vector<Ring> rings(2);
  rings[0] = {2.0, 1.0, 0.1, 0.05, 3.0, 6.0, 0.5};
  rings[1] = {4.0, 0.0, 0.4, 0.00, 1.0, 2.0, 0.0};
  const Totals t = totals_of(grid, rings);
  const double a = grid.areas_pc2()[0], b = grid.areas_pc2()[1];
  EXPECT_NEAR(t.gas_msun, 2 * a + 4 * b, 1e-12);
  EXPECT_NEAR(t.stars_msun, a, 1e-12);
  EXPECT_NEAR(t.dust_msun, 0.05 * a, 1e-12);
  EXPECT_NEAR(t.metallicity_of_new_stars, (0.05 * 3 * a + 0.1 * b) / (3 * a + b), 1e-12);
}

// DSC-32
TEST(Rings, MetalsOfKnownGradientHaveItAndTheSpreadThatFollows) {
  const RingGrid grid{Mesh{}};
  std::vector<Ring> rings(grid.size());
  double w = 0.0, x = 0.0, xx = 0.0;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const double r_kpc = 1e-3 * grid.centre_pc(i);
    rings[i].gas_msun_pc2 = 10.0;
    rings[i].metals_msun_pc2 = 10.0 * std::pow(10.0, -2.5 - 0.3 * r_kpc);
    rings[i].star_formation_msun_myr_pc2 = std::exp(-r_kpc / 0.4);
    const double weight = rings[i].star_formation_msun_myr_pc2 * grid.areas_pc2()[i];
    w += weight;
    x += weight * r_kpc;
    xx += weight * r_kpc * r_kpc;
  }
  const MetalProfile p = metal_profile_of(grid, rings);
  EXPECT_NEAR(p.gradient_dex_kpc, -0.3, 1e-12);
  EXPECT_NEAR(p.spread_dex, 0.3 * std::sqrt(xx / w - x * x / (w * w)), 1e-12);
  for (Ring& r : rings) r.metals_msun_pc2 = 0.01 * r.gas_msun_pc2;
  EXPECT_NEAR(metal_profile_of(grid, rings).spread_dex, 0.0, 1e-12);
  for (std::size_t one = 0; one < rings.size(); ++one) {  // one ring has no gradient, whatever the rounding
    for (Ring& r : rings) r.metals_msun_pc2 = 0.0;
    rings[one].metals_msun_pc2 = 0.003 * static_cast<double>(one + 1);
    EXPECT_TRUE(std::isnan(metal_profile_of(grid, rings).gradient_dex_kpc)) << one;
  }
  for (Ring& r : rings) r.metals_msun_pc2 = 0.0;
  EXPECT_TRUE(std::isnan(metal_profile_of(grid, rings).spread_dex)) << "there are no metals to spread";
}

}  // namespace
}  // namespace cecropia::disc

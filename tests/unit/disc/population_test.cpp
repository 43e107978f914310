// Discs as a population: luminosity functions and the density of star formation.
#include "cecropia/disc/population.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "cecropia/core/error.hpp"
#include "model.hpp"
#include "testing/csv.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::follow;
using testing_disc::planck;
using testing_rows::row_below;
using testing_rows::row_between;
using testing_rows::row_near;

const cosmology::Variance& variance() {
  static const cosmology::Variance v(planck());
  return v;
}

/// Discs of halos of 1e9 to 1e14 Msun at z = 5, 0.2 dex apart, at redshifts that fall.
std::vector<std::vector<Counted>> discs_at(const std::vector<double>& z) {
  std::vector<std::vector<Counted>> by_redshift(z.size());
  const RingGrid grid{Mesh{}};
  for (int k = 0; k <= 25; ++k) {
    const auto moments = follow({}, std::pow(10.0, 9.0 + 0.2 * k), z);
    for (std::size_t i = 0; i < z.size(); ++i) {
      const Light light = light_of_disc(grid, moments[i].rings, planck(), moments[i].z);
      by_redshift[i].push_back(
          {moments[i].m_halo_msun, light.m_uv_intrinsic, light.m_uv, moments[i].sfr_msun_yr(), 0.0});
    }
  }
  return by_redshift;
}

// DSC-29
TEST(DiscPopulation, HoldsAsManyGalaxiesAsTheMassFunctionHalos) {
  const std::vector<Counted> two{{1e10, -15.0, -14.0, 0.1, 0.0}, {1e12, -21.0, -19.0, 10.0, 0.0}};
  const auto population = on_mass_function(variance(), 7.0, two, 2001);
  double number = 0.0, expected = 0.0;
  for (const Counted& g : population) number += g.weight_per_cmpc3;
  for (int i = 0; i < 200; ++i)
    expected += 0.01 * cosmology::sheth_tormen(variance(), std::pow(10.0, 10.0 + 0.01 * (i + 0.5)), 7.0);
  EXPECT_NEAR(number / expected, 1.0, 1e-4);
  EXPECT_NEAR(population[1000].m_uv_intrinsic, -18.0, 1e-9);
  EXPECT_NEAR(population[1000].m_uv, -16.5, 1e-9);
  EXPECT_NEAR(population[1000].sfr_msun_yr, 1.0, 1e-9);
  EXPECT_THROW(on_mass_function(variance(), 7.0, std::vector<Counted>{two[0]}), InternalError);
  EXPECT_THROW(on_mass_function(variance(), 7.0, std::vector<Counted>{two[1], two[0]}), InternalError);
  std::vector<Counted> dark = two;
  dark[0].m_uv = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(on_mass_function(variance(), 7.0, dark), InternalError);
}

// DSC-30, DSC-31
TEST(DiscPopulation, OfTreesIsCountedWithItsWeights) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Counted> trees{{1e11, -20.2, -18.7, 5.0, 2e-4},
                                   {1e11, -20.4, -18.2, 7.0, 1e-4},
                                   {1e10, -17.1, -17.0, 1.0, 1e-2},
                                   {1e9, none, none, 0.0, 1.0}};
  const std::vector<double> edges{-21.0, -20.0, -19.0, -18.5, -18.0};
  const auto stars = luminosity_function(trees, LightOf::stars, edges);
  ASSERT_EQ(stars.size(), 4u);
  EXPECT_NEAR(stars[0], 3e-4, 1e-15);
  EXPECT_EQ(stars[1], 0.0);
  const auto behind = luminosity_function(trees, LightOf::stars_behind_dust, edges);
  EXPECT_EQ(behind[0], 0.0);
  EXPECT_NEAR(behind[2], 4e-4, 1e-15);
  EXPECT_NEAR(behind[3], 2e-4, 1e-15);
  EXPECT_NEAR(sfr_density(trees, -18.0), 17e-4, 1e-15);
  row_near("4.22", "luminosity function of three trees with weights over that by hand", stars[0] / 3e-4, 1.0, 1e-12);
}

// DSC-29, DSC-30
TEST(DiscPopulation, HasTheLuminosityFunctionOfThePaper) {
  const auto discs = discs_at({12.0, 7.0});
  std::vector<double> edges;
  for (double m = -26.0; m <= -9.75; m += 0.25) edges.push_back(m);
  const auto log_phi_at = [&](const std::vector<double>& phi, double m) {
    // between the centres of two bins
    const double place = (m - edges.front()) / 0.25 - 0.5;
    const auto k = static_cast<std::size_t>(place);
    return std::lerp(std::log10(std::max(phi[k], 1e-12)), std::log10(std::max(phi[k + 1], 1e-12)),
                     place - static_cast<double>(k));
  };
  const auto at = [&](std::size_t i, double z, LightOf which) {
    return luminosity_function(on_mass_function(variance(), z, discs[i]), which, edges);
  };
  const auto stars_12 = at(0, 12.0, LightOf::stars), dust_12 = at(0, 12.0, LightOf::stars_behind_dust);
  const auto stars_7 = at(1, 7.0, LightOf::stars), dust_7 = at(1, 7.0, LightOf::stars_behind_dust);
  row_between("4.22", "log phi(-20) at z = 12, intrinsic [/mag/cMpc^3]", log_phi_at(stars_12, -20.0), -4.9, -4.5);
  row_below("4.22", "attenuated over intrinsic at -21, z = 12",
            std::pow(10.0, log_phi_at(dust_12, -21.0) - log_phi_at(stars_12, -21.0)), 0.1);
  row_below("4.22", "attenuated over intrinsic at -22, z = 7",
            std::pow(10.0, log_phi_at(dust_7, -22.0) - log_phi_at(stars_7, -22.0)), 0.1);
}

// DSC-31
TEST(DiscPopulation, FormsStarsAsObservedExceptAtTheHighestRedshift) {
  // the observed densities at z = 9, 10.5, 12 and 16, of which one redshift has several
  std::map<double, std::vector<double>> observed;
  for (const auto& row : testing_data::read_csv("../../params/observations/liu2025_table2_sfrd.csv"))
    observed[testing_data::num(row, "z")].push_back(testing_data::num(row, "log10_sfrd_Msun_per_yr_per_cMpc3"));
  const std::vector<double> z{16.0, 12.0, 10.5, 9.0};
  const auto discs = discs_at(z);
  for (std::size_t i = 0; i < z.size(); ++i) {
    ASSERT_TRUE(observed.contains(z[i])) << z[i];
    double mean = 0.0;
    for (const double one : observed[z[i]]) mean += one / static_cast<double>(observed[z[i]].size());
    const double ours = std::log10(sfr_density(on_mass_function(variance(), z[i], discs[i]), -17.0));
    const std::string check = "log SFRD of M_UV < -17 minus the observed one, z = " + testing_rows::text(z[i]);
    if (z[i] < 16.0)
      row_near("4.23", check.c_str(), ours - mean, 0.0, 0.3);
    else
      row_below("4.23", check.c_str(), ours - mean, -0.5);
  }
}

}  // namespace
}  // namespace cecropia::disc

#include "cecropia/cosmology/cosmology.hpp"

#include <gtest/gtest.h>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "reference.hpp"

namespace cecropia::cosmology {
namespace {

using reference::agrees;
const Cosmology planck;

TEST(Background, HasTheReferenceDensities) {
  EXPECT_TRUE(agrees(planck.rho_crit0_g_cm3(), "8.6192e-30"));
  EXPECT_TRUE(agrees(planck.rho_m0_g_cm3(), "2.6625e-30"));
  EXPECT_TRUE(agrees(planck.rho_b0_g_cm3(), "4.1889e-31"));
  EXPECT_TRUE(agrees(planck.rho_m0_msun_cmpc3(), "3.9340e10"));
  EXPECT_TRUE(agrees(planck.n_h0_per_cm3(), "1.9023e-7"));
  EXPECT_TRUE(agrees(planck.baryon_fraction(), "0.15733"));
}

TEST(Background, ExpandsAtTheReferenceRate) {
  EXPECT_TRUE(agrees(1.0 / planck.hubble_per_s(0.0) / constants::yr_s / 1e9, "14.4345"));
  EXPECT_TRUE(agrees(planck.hubble_per_s(10.0), "4.4551e-17"));
  EXPECT_NEAR(planck.e2(0.0), 1.0, 1e-15);
  EXPECT_NEAR(planck.omega_m_at(0.0), 0.3089, 1e-15);
  EXPECT_NEAR(planck.omega_m_at(1e4), 1.0, 1e-11);
}

TEST(Background, HasTheReferenceAges) {
  const std::pair<double, const char*> ages[] = {{4.5, "1339.33"}, {6, "933.86"},  {8, "640.94"}, {10, "474.45"},
                                                 {15, "270.51"},   {20, "179.91"}, {30, "100.31"}};
  for (const auto& [z, t] : ages) {
    EXPECT_TRUE(agrees(planck.age_myr(z), t)) << "z = " << z;
    EXPECT_NEAR(planck.age_myr(z), std::atof(t), 0.006) << "z = " << z;  // five digits are meant
  }
}

TEST(Background, RedshiftIsTheInverseOfAge) {
  for (double z : {0.0, 0.5, 4.5, 6.0, 11.3, 30.0, 100.0})
    EXPECT_NEAR(planck.redshift_at(planck.age_myr(z)), z, 1e-11 * (1 + z));
}

TEST(Background, AgeIsTheIntegralOfTheExpansion) {
  // dt = -dz / ((1+z) H): a midpoint sum between two redshifts against the closed form.
  double sum_s = 0.0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double z = 4.5 + (i + 0.5) * (10.0 - 4.5) / n;
    sum_s += (10.0 - 4.5) / n / ((1.0 + z) * planck.hubble_per_s(z));
  }
  EXPECT_NEAR(sum_s / constants::myr_s, planck.age_myr(4.5) - planck.age_myr(10.0), 1e-5);
}

TEST(Background, HasTheReferenceDistances) {
  EXPECT_TRUE(agrees(planck.comoving_distance_cmpc(4.5), "7670.1"));
  EXPECT_TRUE(agrees(planck.comoving_distance_cmpc(6.0), "8437.8"));
  EXPECT_TRUE(agrees(planck.comoving_distance_cmpc(8.0), "9147.0"));
  EXPECT_TRUE(agrees(planck.comoving_distance_cmpc(10.0), "9653.2"));
  EXPECT_DOUBLE_EQ(planck.comoving_distance_cmpc(0.0), 0.0);
}

// COS-4
TEST(Growth, HasTheReferenceValues) {
  EXPECT_DOUBLE_EQ(planck.growth(0.0), 1.0);
  EXPECT_TRUE(agrees(planck.growth(4.5), "0.231268"));
  EXPECT_TRUE(agrees(planck.growth(6.0), "0.181938"));
  EXPECT_TRUE(agrees(planck.growth(10.0), "0.115880"));
  EXPECT_TRUE(agrees(planck.growth(20.0), "0.060715"));
  EXPECT_TRUE(agrees(planck.growth(30.0), "0.041131"));
}

TEST(Growth, IsThatOfAnEinsteinDeSitterUniverseWhenMatterRules) {
  EXPECT_NEAR(planck.growth(200.0) / planck.growth(100.0), 101.0 / 201.0, 1e-6);
  Parameters matter;
  matter.omega_m = 0.9999;
  matter.omega_b = 0.05;
  EXPECT_NEAR(Cosmology(matter).growth(3.0), 0.25, 1e-4);
}

TEST(Background, RefusesDensitiesThatMakeNoUniverse) {
  Parameters p;
  p.omega_b = 0.4;
  EXPECT_THROW(Cosmology{p}, InputError);
  p = {};
  p.omega_m = 1.5;
  EXPECT_THROW(Cosmology{p}, InputError);
}

TEST(CosmologyRows, StoreAndLoadEveryParameter) {
  Parameters p;
  for (const auto& row : rows) {
    const Value before = row.load(p);
    if (row.kind == Kind::number) {
      const double v = std::get<double>(before);
      EXPECT_GE(v, row.lowest) << row.key;
      EXPECT_LE(v, row.highest) << row.key;
      row.store(p, Value(0.5 * (row.lowest + row.highest)));
      EXPECT_NE(std::get<double>(row.load(p)), v) << row.key;
    } else {
      row.store(p, Value(std::string("200c")));
      EXPECT_EQ(p.overdensity, Overdensity::critical_200);
    }
  }
  EXPECT_EQ(rows.size(), 9u);
}

}  // namespace
}  // namespace cecropia::cosmology

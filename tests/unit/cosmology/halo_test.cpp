#include "cecropia/cosmology/halo.hpp"

#include <gtest/gtest.h>

#include "cecropia/core/constants.hpp"
#include "reference.hpp"

namespace cecropia::cosmology {
namespace {

using reference::agrees;
const Cosmology planck;

/// The reference numbers follow the fit to any redshift.
Cosmology uncapped() {
  Parameters p;
  p.concentration_z_cap = 1000.0;
  return Cosmology(p);
}

struct ReferenceHalo {
  double m, z;
  const char *delta_c, *r_vir, *v_c, *t_vir, *c, *r_s, *t_dyn;
};
const ReferenceHalo reference_halos[] = {
    {1e6, 20, "177.633", "0.15450", "5.2761", "1012.3", "5.7661", "0.02679", "28.633"},
    {1e8, 10, "177.515", "1.36872", "17.7265", "1.14268e4", "3.0644", "0.44665", "75.498"},
    {1e9, 8, "177.402", "3.60320", "34.549", "4.3406e4", "3.1689", "1.13706", "101.976"},
    {1e10, 6, "177.120", "9.97469", "65.6645", "1.5680e5", "3.3897", "2.94265", "148.530"},
    {1e11, 4.5, "176.558", "27.3172", "125.477", "5.7254e5", "3.5272", "7.74469", "212.872"}};

// HAL-1 to HAL-5
TEST(Halo, HasTheReferenceStructure) {
  const Cosmology u = uncapped();
  for (const auto& h : reference_halos) {
    SCOPED_TRACE(testing::Message() << "M = " << h.m << " Msun, z = " << h.z);
    const double r = r_vir_kpc(planck, h.m, h.z);
    EXPECT_TRUE(agrees(delta_c(planck, h.z), h.delta_c));
    EXPECT_TRUE(agrees(r, h.r_vir));
    EXPECT_TRUE(agrees(v_c_km_s(planck, h.m, h.z), h.v_c));
    EXPECT_TRUE(agrees(t_vir_k(planck, h.m, h.z), h.t_vir));
    EXPECT_TRUE(agrees(concentration(u, h.m, h.z), h.c));
    EXPECT_TRUE(agrees(r / concentration(u, h.m, h.z), h.r_s));
    EXPECT_TRUE(agrees(std::sqrt(r * r * r / (constants::g_kpc3_msun_myr2 * h.m)), h.t_dyn));
  }
  EXPECT_TRUE(agrees(t_vir_k(planck, 1e6, 20, 1.22), "2058.3"));
  EXPECT_TRUE(agrees(t_vir_k(planck, 1e8, 10, 1.22), "2.32346e4"));
}

TEST(Halo, ReachesAtomicCoolingAtTheReferenceMasses) {
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 5), "2.0275e8"));
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 10), "8.1867e7"));
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 15), "4.6682e7"));
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 20), "3.1048e7"));
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 30), "1.7312e7"));
  EXPECT_TRUE(agrees(mass_at_t_vir_msun(planck, 1e4, 6), "1.611e8"));  // the cap of the star-formation threshold
}

TEST(Halo, MassAndVirialTemperatureAreInversesOfEachOther) {
  for (double mu : {0.6, 1.22})
    for (double z : {0.0, 6.0, 20.0})
      for (double t : {300.0, 1e4, 1e7})
        EXPECT_NEAR(t_vir_k(planck, mass_at_t_vir_msun(planck, t, z, mu), z, mu), t, 1e-9 * t);
}

TEST(Halo, HoldsItsMassInsideItsVirialRadius) {
  for (Overdensity o : {Overdensity::bryan_norman, Overdensity::mean_200, Overdensity::critical_200}) {
    Parameters p;
    p.overdensity = o;
    const Cosmology c(p);
    const double z = 7.0, r_cm = r_vir_kpc(c, 3e9, z) * constants::kpc_cm;
    const double mean_density = 3e9 * constants::msun_g / (4.0 / 3.0 * constants::pi * r_cm * r_cm * r_cm);
    const double of_critical = mean_density / (c.rho_crit0_g_cm3() * c.e2(z));
    EXPECT_NEAR(of_critical, delta_c(c, z), 1e-9 * of_critical);
    const double of_mean = mean_density / (c.rho_m0_g_cm3() * 512.0);
    if (o == Overdensity::mean_200) {
      EXPECT_NEAR(of_mean, 200.0, 1e-9 * 200.0);
    }
    if (o == Overdensity::critical_200) {
      EXPECT_NEAR(of_critical, 200.0, 1e-9 * 200.0);
    }
  }
}

TEST(Concentration, IsFrozenAboveItsCapInRedshift) {
  EXPECT_DOUBLE_EQ(concentration(planck, 1e6, 20), concentration(planck, 1e6, 12.5));
  EXPECT_DOUBLE_EQ(concentration(planck, 1e6, 10), concentration(uncapped(), 1e6, 10));
  // The full model of Correa et al. gives 3.27 at z = 10, 3.02 at 12.5 and 2.68 at 20; the bare fit says 5.77 at 20.
  EXPECT_NEAR(concentration(planck, 1e6, 10) / 3.27, 1.0, 0.05);
  EXPECT_NEAR(concentration(planck, 1e6, 12.5) / 3.02, 1.0, 0.07);
  EXPECT_NEAR(concentration(planck, 1e6, 20) / 2.68, 1.0, 0.21);
  EXPECT_GT(concentration(uncapped(), 1e6, 20) / 2.68, 2.1);
}

// HAL-5
TEST(Concentration, JoinsItsTwoRedshiftBranches) {
  // The two published branches meet at z = 4 to a few per cent between 1e8 and 1e13 Msun; the lower branch is used
  // at 4.
  for (double m : {1e8, 1e10, 1e12}) {
    const double below = concentration(planck, m, 4.0), above = concentration(planck, m, 4.0 + 1e-9);
    EXPECT_NE(below, above);
    EXPECT_NEAR(above / below, 1.0, 0.06) << m;
  }
  // z = 0 for the Milky Way's halo: the model of Correa et al. gives 8 to 9.
  EXPECT_NEAR(concentration(planck, 1e12, 0.0), 8.5, 0.7);
}

TEST(Concentration, IsNeverBelowOne) { EXPECT_DOUBLE_EQ(concentration(planck, 1e60, 11.0), 1.0); }

TEST(NfwMass, HasItsLimits) {
  EXPECT_NEAR(nfw_mass(1e-3), 0.5e-6, 1e-9);
  EXPECT_NEAR(nfw_mass(10.0), std::log(11.0) - 10.0 / 11.0, 1e-15);
}

}  // namespace
}  // namespace cecropia::cosmology

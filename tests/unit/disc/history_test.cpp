// How halos grow and how much gas they take in.
#include "cecropia/disc/history.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "model.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::planck;

// DSC-1, DSC-2
TEST(GrowthHistory, ClosedFormOfTheMeanGrowthIsTheIntegralOfTheRate) {
  const auto& c = planck();
  const double begin_myr = c.age_myr(20.0);
  for (const double m0 : {6e7, 6e8, 5e9})
    for (const double z : {16.0, 13.0, 10.0, 8.0, 6.5, 5.0}) {
      const int n = 4000;
      const double h = (c.age_myr(z) - begin_myr) / n;
      double m = m0;
      for (int i = 0; i < n; ++i) {  // Runge-Kutta of fourth order
        const double t = begin_myr + h * i;
        const auto rate = [&](double at_myr, double mass) {
          return mean_growth_msun_myr(c, mass, c.redshift_at(at_myr));
        };
        const double k1 = rate(t, m), k2 = rate(t + h / 2, m + h / 2 * k1), k3 = rate(t + h / 2, m + h / 2 * k2);
        m += h / 6 * (k1 + 2 * k2 + 2 * k3 + rate(t + h, m + h * k3));
      }
      EXPECT_NEAR(mean_mass_msun(c, m0, 20.0, z) / m, 1.0, 1e-6) << "M(20) = " << m0 << ", z = " << z;
    }
}

TEST(GrowthHistory, AHaloOf1e12MsunAtRedshift5HasTheReferenceMassAtRedshift20) {
  EXPECT_NEAR(mean_mass_msun(planck(), 1e12, 5.0, 20.0), 5.99e8, 0.005e8);
  EXPECT_NEAR(mean_mass_msun(planck(), mean_mass_msun(planck(), 1e12, 5.0, 20.0), 20.0, 5.0) / 1e12, 1.0, 1e-12);
  EXPECT_THROW(mean_mass_msun(planck(), 1e25, 20.0, 0.0), InternalError);
}

// DSC-3
TEST(GrowthHistory, MassiveHalosTakeInLessThanTheirShare) {
  Inflow p;
  EXPECT_DOUBLE_EQ(inflow_efficiency(p, 1e12), 0.5);
  EXPECT_NEAR(inflow_efficiency(p, 1e10), 0.990, 5e-4);
  p.suppressed = false;
  EXPECT_DOUBLE_EQ(inflow_efficiency(p, 1e14), 1.0);
}

// DSC-4
TEST(GrowthHistory, InflowSettlesAtAFixedPartOfTheVirialRadius) {
  const auto& c = planck();
  EXPECT_NEAR(cosmology::r_vir_kpc(c, 1e12, 5.0), 53.9, 0.54);
  EXPECT_NEAR(cosmology::r_vir_kpc(c, 2.56e11, 7.0), 25.7, 0.26);
  EXPECT_NEAR(cosmology::r_vir_kpc(c, 1.6e10, 12.0), 6.28, 0.07);
  EXPECT_NEAR(scale_radius_pc({}, c, 1e12, 5.0), 0.5 * 0.035 * 1e3 * cosmology::r_vir_kpc(c, 1e12, 5.0), 1e-9);
  Inflow p;
  p.angular_momentum_ratio = 0.1;
  EXPECT_NEAR(scale_radius_pc(p, c, 1e12, 5.0) / scale_radius_pc({}, c, 1e12, 5.0), 0.2, 1e-12);
}

TEST(GrowthHistory, StepsAreEqualAndNoLongerThanAskedFor) {
  MeanGrowth growth;
  growth.longest_step_myr = 3.0;
  const GrowthHistory h = mean_history(planck(), {}, growth);
  EXPECT_LE(h.step_myr, 3.0);
  EXPECT_GT(h.step_myr, 2.9);
  EXPECT_NEAR(h.redshift.front(), 20.0, 1e-9);
  EXPECT_NEAR(h.redshift.back(), 5.0, 1e-9);
  EXPECT_NEAR(h.m_halo_msun.back(), 1e12, 1.0);
  for (std::size_t i = 1; i < h.redshift.size(); ++i)
    EXPECT_NEAR(planck().age_myr(h.redshift[i]) - planck().age_myr(h.redshift[i - 1]), h.step_myr, 1e-8);
  EXPECT_EQ(h.n_steps() + 1, h.inflow_msun_myr.size());
  EXPECT_NEAR(h.inflow_msun_myr.back(), 0.5 * planck().baryon_fraction() * mean_growth_msun_myr(planck(), 1e12, 5.0),
              1e-3);
  growth.longest_step_myr = 0.0;
  EXPECT_THROW(mean_history(planck(), {}, growth), InternalError);
}

}  // namespace
}  // namespace cecropia::disc

// How halos grow and how much gas they take in.
#include "cecropia/disc/history.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "model.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::planck;
using testing_rows::row_near;

// DSC-3
TEST(GrowthHistory, MassiveHalosTakeInLessThanTheirShare) {
  Inflow p;
  row_near("4.3", "eps_in(1e12 Msun)", inflow_efficiency(p, 1e12), 0.5, 1e-12);
  row_near("4.3", "eps_in(1e10 Msun)", inflow_efficiency(p, 1e10), 0.990, 5e-4);
  p.suppressed = false;
  row_near("4.3", "eps_in(1e14 Msun), switched off", inflow_efficiency(p, 1e14), 1.0, 0.0);
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

// DSC-1
TEST(GrowthHistory, SpinsScatterAboutTheirMedianAndBelongToTheirHalo) {
  Inflow p;
  EXPECT_EQ(drawn_spin(p, {1, 0}, 77), p.spin) << "the paper has one spin for all";
  p.spin_scatter = 0.5;
  double sum = 0.0, squares = 0.0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double x = std::log(drawn_spin(p, {1, 0}, static_cast<std::uint64_t>(i)) / p.spin);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 0.0, 4 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), 0.5, 0.01);
  EXPECT_EQ(drawn_spin(p, {1, 0}, 77), drawn_spin(p, {1, 0}, 77));
  EXPECT_NE(drawn_spin(p, {1, 0}, 77), drawn_spin(p, {2, 0}, 77));
}

TEST(GrowthHistory, StepsAreEqualAndNoLongerThanAskedFor) {
  cosmology::MeanGrowth growth;
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
  EXPECT_NEAR(h.inflow_msun_myr.back(),
              0.5 * planck().baryon_fraction() * cosmology::mean_growth_msun_myr(planck(), 1e12, 5.0), 1e-3);
  growth.longest_step_myr = 0.0;
  EXPECT_THROW(mean_history(planck(), {}, growth), InternalError);
}

}  // namespace
}  // namespace cecropia::disc

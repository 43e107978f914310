// Whole discs: budgets, steps, and the tracks and profiles of an independent prototype.
#include "cecropia/disc/disc.hpp"

#include <gtest/gtest.h>

#include <map>

#include "cecropia/core/error.hpp"
#include "model.hpp"
#include "testing/csv.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_data::num;
using testing_disc::follow;
using testing_disc::kernels;
using testing_disc::Moment;
using testing_disc::planck;
using testing_rows::Largest;
using testing_rows::row_below;

double sum_gas_and_stars(const Disc& d) {
  const Totals t = totals_of(d.grid(), d.rings());
  return t.gas_msun + t.stars_msun;
}

// DSC-13
TEST(Disc, AClosedBoxKeepsItsMassAndKnowsWhereItsMetalsAre) {
  Parameters p;
  std::vector<Ring> initial(p.mesh.n_rings);
  for (Ring& ring : initial) {
    ring.gas_msun_pc2 = 300.0;
    ring.metals_msun_pc2 = 0.3;
  }
  const Kernels& k = kernels(MassiveEjecta::none, 1.0, 1000);
  Disc d(p, k, 1000, initial);
  const double before = sum_gas_and_stars(d), metals = totals_of(d.grid(), d.rings()).metals_msun;
  for (int i = 0; i < 1000; ++i) d.step(0.0, 500.0, 0.0);
  row_below("4.9", "gas + stars of a closed box after 1000 Myr, over the begin, minus 1",
            std::fabs(sum_gas_and_stars(d) / before - 1.0), 1e-10);
  const Budget& b = d.budget();
  EXPECT_GT(b.returned_msun / b.formed_msun, 0.3);
  EXPECT_EQ(b.inflow_msun, 0.0);
  EXPECT_EQ(b.outflow_msun, 0.0);
  EXPECT_NEAR((totals_of(d.grid(), d.rings()).metals_msun + b.metals_locked_msun + b.metals_outflow_msun) /
                  (metals + b.new_metals_msun + b.recycled_metals_msun),
              1.0, 1e-10);
  EXPECT_THROW(d.step(0.0, 500.0, 0.0), InternalError);
}

// DSC-18
TEST(Disc, ReturnsWhatItsStarsOweAndNoMore) {
  // Stars of the first step are the first to die, at an age of three steps: what comes back is what the kernel says.
  Parameters p;
  p.mesh = {1, 1.0, 2.0};
  const Kernels& k = kernels(MassiveEjecta::constant, 1.0, 1000);
  Disc d(p, k, 1000, std::vector<Ring>{{1000.0, 0.0, 4.0}});
  d.step(0.0, 1.0, 0.0);
  const double formed = d.rings()[0].star_formation_msun_myr_pc2, z = d.rings()[0].metallicity();
  d.step(0.0, 1.0, 0.0);
  EXPECT_EQ(d.rings()[0].returned_msun_myr_pc2, 0.0);  // the shortest life is 2.9 Myr
  d.step(0.0, 1.0, 0.0);
  d.step(0.0, 1.0, 0.0);
  const auto first = k.until(z, 3);
  EXPECT_GT(first.returned, 0.0);
  EXPECT_NEAR(d.rings()[0].returned_msun_myr_pc2, formed * first.returned, 1e-12 * formed);
}

// DSC-13, DSC-14
TEST(Disc, TheBudgetOfAGrowingGalaxyCloses) {
  Largest off;
  for (const bool weak : {false, true})
    for (const double m : {1e10, 1e12, 1e14}) {
      Parameters p;
      p.cycle.weak_feedback = weak;
      const Moment end = follow(p, m, {5.0}).front();
      const Budget& b = end.budget;
      EXPECT_NEAR((end.totals.gas_msun + end.totals.stars_msun + b.outflow_msun) / b.inflow_msun, 1.0, 1e-10) << m;
      EXPECT_NEAR((b.formed_msun - b.returned_msun) / end.totals.stars_msun, 1.0, 1e-10) << m;
      EXPECT_NEAR((end.totals.metals_msun + b.metals_locked_msun + b.metals_outflow_msun) /
                      (b.new_metals_msun + b.recycled_metals_msun),
                  1.0, 1e-10)
          << m;
      EXPECT_LT(end.totals.dust_msun, end.totals.metals_msun);
      off.add((end.totals.gas_msun + end.totals.stars_msun + b.outflow_msun) / b.inflow_msun - 1.0);
      off.add((end.totals.metals_msun + b.metals_locked_msun + b.metals_outflow_msun) /
                  (b.new_metals_msun + b.recycled_metals_msun) -
              1.0);
    }
  row_below("4.11", "budgets of mass and metals of six discs", off.value(), 1e-10);
}

double largest_difference(const Moment& a, const Moment& b) {
  Largest off;
  off.add(a.totals.gas_msun / b.totals.gas_msun - 1.0);
  off.add(a.totals.stars_msun / b.totals.stars_msun - 1.0);
  off.add(a.totals.metals_msun / b.totals.metals_msun - 1.0);
  off.add(a.totals.dust_msun / b.totals.dust_msun - 1.0);
  return off.value();
}

TEST(Disc, ShorterStepsAndFinerRingsChangeItsMassesByLessThanAPerCent) {
  Largest by_step, by_rings;
  for (const double m : {1e11, 1e12}) {
    const Moment end = follow({}, m, {5.0}).front();
    by_step.add(largest_difference(follow({}, m, {5.0}, 0.25).front(), end));
    Parameters fine;
    fine.mesh.n_rings = 200;
    by_rings.add(largest_difference(follow(fine, m, {5.0}).front(), end));
  }
  row_below("4.11", "steps of 0.25 instead of 1 Myr: masses of gas, stars, metals, dust", by_step.value(), 0.01);
  row_below("4.11", "200 instead of 50 rings: the same", by_rings.value(), 0.01);
}

const std::map<std::string, MassiveEjecta> options{{"BH", MassiveEjecta::none}, {"const", MassiveEjecta::constant}};

// DSC-13 to DSC-26
TEST(Disc, FollowsTheTracksOfThePrototype) {
  const auto rows = testing_data::read_csv("disc/reference_tracks.csv");
  ASSERT_EQ(rows.size(), 70u);
  Largest off;
  for (std::size_t first = 0; first < rows.size(); first += 7) {
    Parameters p;
    p.stars.massive_ejecta = options.at(rows[first].at("himass"));
    std::vector<double> z;
    for (std::size_t i = first; i < first + 7; ++i) z.push_back(num(rows[i], "z"));
    const auto moments = follow(p, num(rows[first], "Mh_z5"), z);
    const RingGrid grid(p.mesh);
    for (std::size_t i = 0; i < 7; ++i) {
      const auto& row = rows[first + i];
      const Moment& is = moments[i];
      SCOPED_TRACE(row.at("himass") + ", M_h(5) = " + row.at("Mh_z5") + ", z = " + row.at("z"));
      const auto same = [&](double value, const char* column) {
        EXPECT_NEAR(value / num(row, column), 1.0, 0.02) << column;
        off.add(value / num(row, column) - 1.0);
      };
      const auto same_dex = [&](double value, const char* column) {
        EXPECT_NEAR(value, num(row, column), std::log10(1.02)) << column;
      };
      const auto same_magnitude = [&](double value, const char* column) {
        EXPECT_NEAR(value, num(row, column), 2.5 * std::log10(1.02)) << column;
      };
      EXPECT_NEAR(is.z, num(row, "z"), 1e-3);
      same(is.m_halo_msun, "Mh");
      same(is.sfr_msun_yr(), "sfr");
      same(is.efficiency(), "fstar");
      same(is.totals.stars_msun, "ms");
      same(is.totals.gas_msun, "mg");
      same(is.totals.metals_msun, "mz");
      same(is.totals.dust_msun, "md");
      same(is.totals.metals_msun / is.totals.gas_msun, "Zm");
      same(is.totals.metallicity_of_new_stars, "Zsf");
      same_dex(8.69 + std::log10(is.totals.metallicity_of_new_stars / z_sun), "OHsf");
      same(is.sfr_msun_yr() / is.totals.stars_msun * 1e9, "ssfr");
      same(is.inflow_msun_myr / 1e6, "mdot_in");
      same(is.totals.outflow_msun_myr / 1e6, "mdot_out");
      same(is.totals.returned_msun_myr / 1e6, "mdot_ret");
      const Light light = light_of_disc(grid, is.rings, planck(), is.z);
      same_magnitude(light.m_uv_intrinsic, "Muv");
      same_magnitude(light.m_uv, "MuvA");
      same(light.r_half_pc, "Reff");
      same(light.r_half_stars_pc, "Rmass");
      same(light.depth, "tau");
      same(light.depth_intrinsic, "tau_int");
      same(light.depth_highest, "tau_max");
      same(light.t_dust_k, "Td");
      same(light.flux_158_ujy, "F158");
    }
  }
  row_below("4.12", "70 points of tracks, 19 quantities, against reference_tracks.csv", off.value(), 0.02);
}

TEST(Disc, HasTheProfilesOfThePrototype) {
  const auto rows = testing_data::read_csv("disc/reference_profiles.csv");
  ASSERT_EQ(rows.size(), 150u);
  const auto moments = follow({}, 1e12, {12.0, 7.003, 5.0});
  std::size_t n_compared = 0;
  Largest off;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const Moment& is = moments[i / 50];
    const Ring& ring = is.rings[i % 50];
    EXPECT_NEAR(is.z, num(row, "z"), 1e-3);
    EXPECT_NEAR(RingGrid({}).centre_pc(i % 50) / num(row, "R_pc"), 1.0, 1e-3);
    if (!(num(row, "Sigma_g") > 1.0)) continue;
    ++n_compared;
    SCOPED_TRACE("z = " + row.at("z") + ", R = " + row.at("R_pc") + " pc");
    const auto same = [&](double value, const char* column) {
      EXPECT_NEAR(value / num(row, column), 1.0, 0.03) << column;
      off.add(value / num(row, column) - 1.0);
    };
    same(ring.gas_msun_pc2, "Sigma_g");
    same(ring.stars_msun_pc2, "Sigma_star");
    same(ring.metals_msun_pc2, "Z_Sigma_g");
    same(ring.dust_msun_pc2, "D_Sigma_g");
    same(ring.star_formation_msun_myr_pc2, "Sigma_sf");
  }
  EXPECT_GT(n_compared, 100u);
  row_below("4.12", "profiles where Sigma_g > 1 against reference_profiles.csv", off.value(), 0.03);
}

TEST(Disc, RefusesWhatDoesNotFitTogether) {
  const Kernels& k = kernels(MassiveEjecta::none, 1.0, 1000);
  EXPECT_THROW(Disc({}, k, 1001), InternalError);
  EXPECT_THROW(Disc({}, k, 10, std::vector<Ring>(3)), InternalError);
  GrowthHistory h;
  h.step_myr = 2.0;
  h.redshift = h.m_halo_msun = h.inflow_msun_myr = h.scale_radius_pc = h.mass_loading = {1.0, 1.0};
  EXPECT_THROW(evolve({}, k, h), InternalError);
}

}  // namespace
}  // namespace cecropia::disc

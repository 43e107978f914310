// Discs along the branches of trees.
#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "model.hpp"
#include "testing/csv.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::disc {
namespace {

using testing_data::num;
using testing_disc::kernels;
using testing_disc::planck;
using testing_rows::Largest;
using testing_rows::row_below;

/// The mean growth law as a tree tells it: masses at 60 levels from z = 20 to 5.
cosmology::Branch mean_branch(double m_msun) {
  cosmology::Branch b;
  const double begin = planck().age_myr(20.0), end = planck().age_myr(5.0);
  for (int i = 0; i < 60; ++i) {
    b.age_myr.push_back(i == 59 ? end : begin + (end - begin) * i / 59);
    b.m_halo_msun.push_back(cosmology::mean_mass_msun(planck(), m_msun, 5.0, planck().redshift_at(b.age_myr.back())));
  }
  return b;
}

cosmology::TimeGrid whole_time() { return cosmology::time_grid(planck().age_myr(20.0), planck().age_myr(5.0), 1.0); }

// HAL-9
TEST(DiscInATree, FollowsTheTracksOfThePrototypeAlongATreeOfMeanGrowth) {
  const cosmology::TimeGrid grid = whole_time();
  cosmology::Branching empty;  // as the prototype begins
  empty.first_mass_is_growth = false;
  const auto rows = testing_data::read_csv("disc/reference_tracks.csv");
  Largest off;
  std::size_t n_compared = 0;
  for (std::size_t first = 0; first < rows.size(); first += 7) {
    if (rows[first].at("himass") != "BH") continue;
    const std::vector<cosmology::Branch> tree{mean_branch(num(rows[first], "Mh_z5"))};
    const auto branches = cosmology::branch_histories(planck(), tree, grid, empty);
    std::size_t next = first;
    const RingGrid rings{Mesh{}};
    evolve_tree({}, kernels(MassiveEjecta::none, grid.step_myr, grid.n_steps), planck(), branches,
                [&](const Disc& d, const GrowthHistory& h) {
                  const std::size_t i = d.n_done();
                  if (next == first + 7) return;
                  const double z = num(rows[next], "z");
                  if (i < h.n_steps() && std::fabs(h.redshift[i + 1] - z) <= std::fabs(h.redshift[i] - z)) return;
                  const Totals t = totals_of(rings, d.rings());
                  SCOPED_TRACE("M_h(5) = " + rows[first].at("Mh_z5") + ", z = " + rows[next].at("z"));
                  const auto same = [&](double value, const char* column) {
                    EXPECT_NEAR(value / num(rows[next], column), 1.0, 0.03) << column;
                    off.add(value / num(rows[next], column) - 1.0);
                    ++n_compared;
                  };
                  same(h.m_halo_msun[i], "Mh");
                  same(t.star_formation_msun_myr / 1e6, "sfr");
                  same(t.stars_msun, "ms");
                  same(t.gas_msun, "mg");
                  same(t.metals_msun, "mz");
                  same(t.dust_msun, "md");
                  ++next;
                });
  }
  EXPECT_EQ(n_compared, 5u * 7u * 6u);
  row_below("4.16", "five trees of mean growth against reference_tracks.csv, 7 redshifts", off.value(), 0.03);
}

// DSC-28
TEST(DiscInATree, NothingIsLostWhenDiscsMerge) {
  const cosmology::TimeGrid grid = whole_time();
  const double begin = grid.begin_myr, end = grid.at(grid.n_steps);
  const auto at = [&](double part) { return begin + (end - begin) * part; };
  // a main branch that jumps, stalls and loses mass, and two that merge, one of them into the other
  const std::vector<cosmology::Branch> tree{
      {{at(0), at(0.2), at(0.4), at(0.5), at(0.7), at(1)}, {2e8, 3e9, 2e10, 6e10, 5e10, 4e11}, {}, 0.0},
      {{at(0.1), at(0.4)}, {5e8, 2e10}, 0, at(0.5)},
      {{at(0.15), at(0.3)}, {3e8, 2e9}, 1, at(0.35)}};
  const auto branches = cosmology::branch_histories(planck(), tree, grid);
  Parameters p;
  p.inflow.suppressed = false;
  double stars_before = 0.0, jump = 0.0;
  const auto merger = static_cast<std::size_t>(std::ceil(0.5 * static_cast<double>(grid.n_steps) - 1e-9));
  const Disc d = evolve_tree(p, kernels(MassiveEjecta::constant, grid.step_myr, grid.n_steps), planck(), branches,
                             [&](const Disc& now, const GrowthHistory&) {
                               const double stars = totals_of(now.grid(), now.rings()).stars_msun;
                               if (now.n_done() == merger + 1) jump = stars / stars_before;
                               stars_before = stars;
                             });
  const Totals t = totals_of(d.grid(), d.rings());
  const Budget& b = d.budget();
  EXPECT_NEAR(b.inflow_msun / (planck().baryon_fraction() * 4e11), 1.0, 1e-10);
  row_below("4.16", "baryons of a tree with two mergers: gas, stars, outflow over inflow, minus 1",
            std::fabs((t.gas_msun + t.stars_msun + b.outflow_msun) / b.inflow_msun - 1.0), 1e-8);
  EXPECT_NEAR(
      (t.metals_msun + b.metals_locked_msun + b.metals_outflow_msun) / (b.new_metals_msun + b.recycled_metals_msun),
      1.0, 1e-10);
  EXPECT_NEAR((b.formed_msun - b.returned_msun) / t.stars_msun, 1.0, 1e-10);
  EXPECT_GT(jump, 1.02);
}

// DSC-28
TEST(DiscInATree, WhatMergedStarsOweIsReturnedInTheirNewDisc) {
  // Into an empty disc of the same single ring: from then on both do the same.
  Parameters p;
  p.mesh = {1, 1.0, 1000.0};
  const Kernels& k = kernels(MassiveEjecta::constant, 1.0, 1000);
  Disc taker(p, k, 500), giver(p, k, 400, std::vector<Ring>{{500.0, 0.0, 10.0}});
  for (int i = 0; i < 110; ++i) taker.step(0.0, 100.0, 0.0);
  for (int i = 0; i < 10; ++i) giver.step(0.0, 100.0, 0.0);
  EXPECT_THROW(giver.absorb(Disc(p, k, 400), 100.0), InternalError);
  taker.absorb(giver, 100.0);
  for (int i = 0; i < 300; ++i) {
    taker.step(0.0, 100.0, 0.0);
    giver.step(0.0, 100.0, 0.0);
  }
  EXPECT_GT(giver.budget().returned_msun, 0.1 * giver.budget().formed_msun);
  EXPECT_NEAR(taker.budget().returned_msun / giver.budget().returned_msun, 1.0, 1e-12);
  EXPECT_NEAR(taker.budget().new_metals_msun / giver.budget().new_metals_msun, 1.0, 1e-12);
  EXPECT_NEAR(taker.budget().recycled_metals_msun / giver.budget().recycled_metals_msun, 1.0, 1e-12);
  EXPECT_NEAR(taker.rings()[0].dust_msun_pc2 / giver.rings()[0].dust_msun_pc2, 1.0, 1e-12);
  EXPECT_NEAR(taker.rings()[0].stars_msun_pc2 / giver.rings()[0].stars_msun_pc2, 1.0, 1e-12);
}

TEST(DiscInATree, RefusesATreeWithoutAMainBranch) {
  EXPECT_THROW(evolve_tree({}, kernels(MassiveEjecta::none, 1.0, 1000), planck(), {}), InternalError);
}

}  // namespace
}  // namespace cecropia::disc

// The walk with IMFs that depend on metallicity and redshift.
#include <gtest/gtest.h>

#include <numeric>

#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/parameters.hpp"
#include "testing/one_halo.hpp"
#include "testing/surroundings.hpp"

namespace {
using namespace cecropia;

const stars::Tables& tables() {
  static const stars::Tables t = stars::build({});
  return t;
}

struct Outcome {
  model::WalkResult result;
  std::vector<double> redshift, formed_msun, iii_msun, pisn;  // of the levels
  double all_pisn() const { return std::accumulate(pisn.begin(), pisn.end(), 0.0); }
};

/// One smooth halo with the IMFs that `p` asks for.
Outcome walk(const stars::Parameters& p, double m_end_msun = 1e11, random::Seed seed = {1, 0}) {
  const cosmology::Cosmology cosmos;
  const tree::Forest f = made::smooth_halo(cosmos, m_end_msun);
  const model::Physics physics({}, {}, cosmos, tables(), stars::ImfModel(p.imf_ii()), stars::ImfModel(p.imf_iii()),
                               p.m_massive_msun, f.age_myr.back(), seed);
  Outcome o;
  auto surroundings = made::uniform_surroundings(cosmos, seed);
  o.result = model::walk(
      f, physics, surroundings, parallel::Communicator::self(),
      [&](const model::LevelView& v) {
        o.redshift.push_back(f.redshift[o.redshift.size()]);
        o.formed_msun.push_back(v.galaxies.empty() ? 0.0 : v.galaxies[0].m_star_msun);
        o.iii_msun.push_back(v.galaxies.empty() ? 0.0 : v.galaxies[0].m_star_iii_msun);
        o.pisn.push_back(v.galaxies.empty() ? 0.0 : static_cast<double>(v.galaxies[0].pisn_events));
      },
      [](std::size_t, std::size_t) { return false; });
  return o;
}

TEST(WalkWithAnyImf, ConservesMassAndMetals) {
  stars::Parameters chon, chabrier, redshift, metallicity;
  chon.imf2_form = chon.imf3_form = stars::ImfForm::chon;
  chabrier.imf2_form = stars::ImfForm::chabrier;
  chabrier.imf3_form = stars::ImfForm::log_flat;
  redshift.imf2_max_redshift = redshift.imf3_max_redshift = {7.0, 12.0};
  redshift.imf2_max_values_msun = redshift.imf3_max_values_msun = {100.0, 300.0};
  metallicity.imf2_max_metallicity = {1e-5, 1e-2};
  metallicity.imf2_max_values_msun = {300.0, 80.0};
  for (const stars::Parameters& p : {chon, chabrier, redshift, metallicity})
    for (double m : {3e8, 1e10, 1e11}) {
      const model::Budget b = walk(p, m).result.budget;
      EXPECT_LT(b.mass_relative_error, 1e-12) << m;
      EXPECT_LT(b.metal_relative_error, 1e-12) << m;
      EXPECT_GT(b.returned_msun, 0.0) << m;
      EXPECT_GT(b.made_metals_msun, 0.0) << m;
    }
}

TEST(WalkWithAnyImf, ListsOfEqualLimitsAreTheLimit) {
  stars::Parameters one, listed;
  listed.imf2_max_redshift = {6.0, 9.0, 14.0};
  listed.imf2_max_values_msun = {250.0, 250.0, 250.0};
  listed.imf3_max_metallicity = {1e-8, 1e-6};
  listed.imf3_max_values_msun = {197.0, 197.0};
  const Outcome a = walk(one), b = walk(listed);
  EXPECT_EQ(a.formed_msun, b.formed_msun);
  EXPECT_EQ(a.pisn, b.pisn);
  EXPECT_EQ(a.result.sub_steps, b.result.sub_steps);
}

TEST(WalkWithAnyImf, ThereIsNoPairInstabilitySupernovaAfterTheLimitHasFallen) {
  stars::Parameters p;
  p.imf2_max_redshift = p.imf3_max_redshift = {11.99, 12.0};
  p.imf2_max_values_msun = p.imf3_max_values_msun = {100.0, 300.0};
  const Outcome o = walk(p);
  const std::size_t last = o.redshift.size() - 1;
  double before = 0.0, formed_after_msun = 0.0;
  for (std::size_t l = 2; l <= last; ++l) {
    if (o.redshift[l] > 12.0) before += o.pisn[l];
    // Stars above 140 Msun live for 3 Myr: the last of them die in the level (20 Myr) after that of their birth.
    if (o.redshift[l - 2] > 12.0) continue;
    EXPECT_EQ(o.pisn[l], 0.0) << o.redshift[l];
    formed_after_msun += o.formed_msun[l] - o.formed_msun[l - 1];
  }
  EXPECT_GT(before, 10.0);
  EXPECT_GT(formed_after_msun, 1e7);
  EXPECT_GT(walk({}).pisn[last], 0.0) << "with the limit of 250 Msun there are some";
}

TEST(WalkWithAnyImf, AnUpperLimitForMetalRichStarsTakesTheirPairInstabilitySupernovae) {
  // Bins of the tables below 1.0e-3 keep 250 Msun, those above end at 100 Msun.
  stars::Parameters poor, none;
  poor.imf2_max_metallicity = {1.01e-3, 1.02e-3};
  poor.imf2_max_values_msun = {250.0, 100.0};
  none.imf2_max_msun = 100.0;
  const double with = walk({}, 3e11).all_pisn(), only_poor = walk(poor, 3e11).all_pisn(),
               without = walk(none, 3e11).all_pisn();
  EXPECT_GT(with, 1.2 * only_poor);
  EXPECT_GT(only_poor, 2.0 * without) << "those of Population III are left";
}

TEST(WalkWithAnyImf, ATopHeavyImfAtLowMetallicityMakesMoreMetalsForEveryStar) {
  stars::Parameters kroupa, chon;
  kroupa.imf2_max_msun = 150.0;
  chon.imf2_form = stars::ImfForm::chon;
  chon.imf2_max_msun = 150.0;
  const auto metals_per_star = [](const Outcome& o) { return o.result.budget.made_metals_msun / o.formed_msun.back(); };
  EXPECT_GT(metals_per_star(walk(chon, 1e10)), 1.5 * metals_per_star(walk(kroupa, 1e10)));
}

}  // namespace

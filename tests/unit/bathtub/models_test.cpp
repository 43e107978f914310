// Galaxies as bathtubs: budgets, the steady state, the models of Li et al. (2025) and what the paper says of them.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "cecropia/bathtub/bathtub.hpp"
#include "cecropia/bathtub/relations.hpp"
#include "cecropia/core/error.hpp"
#include "testing/csv.hpp"
#include "testing/feature_row.hpp"

namespace cecropia::bathtub {
namespace {

using testing_data::num;
using testing_rows::Largest;
using testing_rows::row_above;
using testing_rows::row_below;
using testing_rows::row_near;

Parameters constant_wind(double eta) {
  Parameters p;
  p.mass_loading = eta;
  p.loading_slope = 0.0;
  return p;
}

/// Relative difference between what came and what is there or has gone; mass and metals.
std::pair<double, double> budget_errors(const Bathtub& g) {
  const State& s = g.state();
  const Budget& b = g.budget();
  return {(s.gas_msun + s.stars_msun + b.outflow_msun) / (b.begun_msun + b.inflow_msun) - 1.0,
          (s.metals_msun + b.metals_locked_msun + b.metals_outflow_msun) / (b.metals_inflow_msun + b.metals_made_msun) -
              1.0};
}

// BTH-6, BTH-7, BTH-13
TEST(Bathtub, ItsBudgetCloses) {
  Largest mass, metals;
  for (const int number : {1, 2, 3, 4, 5})
    for (Model m : models(number)) {
      m.parameters.inflow_metallicity = number == 4 ? 1e-4 : 0.0;
      Bathtub galaxy(m.parameters);
      for (int i = 0; i < 30; ++i) galaxy.step(m.inflow_msun_myr * (1 + i % 3), 10.0);
      const auto [dm, dz] = budget_errors(galaxy);
      mass.add(dm);
      metals.add(dz);
      EXPECT_NEAR(galaxy.budget().formed_msun * 0.6 / (galaxy.state().stars_msun - 10.0), 1.0, 1e-10) << m.name;
    }
  row_below("1.4", "budget of mass, models 1 to 5", mass.value(), 1e-10);
  row_below("1.4", "budget of metals, models 1 to 5", metals.value(), 1e-10);
}

TEST(Bathtub, AGalaxyThatIsLeftAloneDepletesAsAnExponential) {
  // Gas alone: dM/dt = -eps (mu + eta) M, solved by hand.
  Parameters p = constant_wind(2.0);
  p.m_gas_begin_msun = 1e9;
  Bathtub galaxy(p);
  galaxy.step(0.0, 40.0);
  EXPECT_NEAR(galaxy.state().gas_msun / (1e9 * std::exp(-0.05 * 2.6 * 40.0)), 1.0, 1e-5);
}

// BTH-8
TEST(Bathtub, SettlesAtTheSteadyMetallicity) {
  for (const double eta : {0.5, 1.0, 5.0}) {
    const Parameters p = constant_wind(eta);
    Bathtub galaxy(p);
    galaxy.step(1e7, 2000.0);
    const std::string check = "steady Z over y mu/(mu + eta), eta = " + testing_rows::text(eta);
    if (eta >= 1.0)  // below, (1 - Z) of BTH-7 takes more than 1 %
      row_near("1.4", check.c_str(), galaxy.state().metallicity() / (0.019 * 0.6 / (0.6 + eta)), 1.0, 0.01);
    EXPECT_NEAR(galaxy.state().metallicity() / steady_metallicity_with_inflow(p, eta), 1.0, 1e-6);
    const Activity a = galaxy.activity(1e7);
    EXPECT_NEAR(a.accretion_efficiency * (0.6 + eta), 1.0, 1e-6);
  }
}

// BTH-9
TEST(Bathtub, InflowWithMetalsRaisesTheSteadyMetallicity) {
  Parameters p = constant_wind(2.0), fed = p;
  fed.inflow_metallicity = 1e-3;
  Bathtub poor(p), rich(fed);
  poor.step(1e7, 3000.0);
  rich.step(1e7, 3000.0);
  const Activity a = poor.activity(1e7);
  const double expected = 1e-3 * a.inflow_msun_myr / ((2.0 + 0.6) * a.sfr_msun_myr);
  row_near("1.3", "rise of the steady Z over Z_in Mdot_in / ((eta + mu) SFR)",
           (rich.state().metallicity() - poor.state().metallicity()) / expected, 1.0, 0.01);
  EXPECT_NEAR(rich.state().metallicity() / steady_metallicity_with_inflow(fed, 2.0), 1.0, 1e-6);
}

// BTH-10
TEST(Bathtub, KnowsItsTimesAndEfficiency) {
  Bathtub galaxy{Parameters{}};
  galaxy.step(3e7, 50.0);
  const Activity a = galaxy.activity(3e7);
  EXPECT_NEAR(a.depletion_myr, 20.0, 1e-9);
  EXPECT_NEAR(a.accretion_efficiency / (a.accretion_myr / a.depletion_myr), 1.0, 1e-12);
  EXPECT_NEAR(a.outflow_msun_myr / a.sfr_msun_myr / a.mass_loading, 1.0, 1e-12);
  EXPECT_NEAR(a.oxygen_abundance, 8.69 + std::log10(a.metallicity / 0.0126), 1e-12);
}

// BTH-14
TEST(Bathtub, FollowsTheReferenceOfModel5) {
  const auto rows = testing_data::read_csv("bathtub/reference_model5.csv");
  ASSERT_EQ(rows.size(), 90u);
  const auto galaxies = models(5);
  ASSERT_EQ(galaxies.size(), 15u);
  Largest stars, oxygen, rate;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Model m = galaxies[i % 15];
    EXPECT_NEAR(std::log10(m.inflow_msun_myr), num(rows[i], "log10_inflow_Msun_per_Myr"), 1e-9);
    m.parameters.m_loading_msun = num(rows[i], "M0_Msun");
    const double t[] = {num(rows[i], "t_Myr")};
    const State s = with_constant_inflow(m, t).front();
    const double sfr = star_formation_msun_myr(m.parameters, s.gas_msun) / 1e6;
    stars.add(std::log10(s.stars_msun) - num(rows[i], "log10_Mstar"));
    oxygen.add(oxygen_abundance(s.metallicity()) - num(rows[i], "OH12"));
    rate.add(std::log10(sfr) - num(rows[i], "log10_SFR_Msun_per_yr"));
  }
  row_below("1.4", "model 5 against the reference: log M_* [dex]", stars.value(), 0.01);
  row_below("1.4", "model 5 against the reference: O/H [dex]", oxygen.value(), 0.01);
  row_below("1.4", "model 5 against the reference: log SFR [dex]", rate.value(), 0.01);
}

TEST(Bathtub, ShorterStepsChangeNothing) {
  for (const Model& m : models(5)) {
    Bathtub once(m.parameters), often(m.parameters);
    once.step(m.inflow_msun_myr, 100.0);
    for (int i = 0; i < 10000; ++i) often.step(m.inflow_msun_myr, 0.01);
    EXPECT_NEAR(once.state().gas_msun / often.state().gas_msun, 1.0, 1e-4);
    EXPECT_NEAR(once.state().stars_msun / often.state().stars_msun, 1.0, 1e-4);
    EXPECT_NEAR(once.state().metals_msun / often.state().metals_msun, 1.0, 1e-4);
  }
}

/// Galaxies of one variant at one age.
struct Seen {
  double log_stars, oxygen, log_sfr;
};
std::map<std::string, std::vector<Seen>> seen_at(int number, double t_myr) {
  std::map<std::string, std::vector<Seen>> by_variant;
  for (const Model& m : models(number)) {
    const double t[] = {t_myr};
    const State s = with_constant_inflow(m, t).front();
    by_variant[m.name].push_back({std::log10(s.stars_msun), oxygen_abundance(s.metallicity()),
                                  std::log10(star_formation_msun_myr(m.parameters, s.gas_msun) / 1e6)});
  }
  return by_variant;
}
/// Of a sequence of galaxies at a stellar mass, on straight lines.
Seen at_mass(const std::vector<Seen>& all, double log_stars) {
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].log_stars >= log_stars) {
      const double way = (log_stars - all[i - 1].log_stars) / (all[i].log_stars - all[i - 1].log_stars);
      return {log_stars, std::lerp(all[i - 1].oxygen, all[i].oxygen, way),
              std::lerp(all[i - 1].log_sfr, all[i].log_sfr, way)};
    }
  throw std::runtime_error("no galaxy of this mass");
}

// What the text says of its figures 7 and 8.
TEST(BathtubStatements, OlderGalaxiesAreRicherAndTheirRelationIsSteeper) {
  double last = 0.0, last_slope = 0.0;
  for (const double t : {10.0, 30.0, 100.0}) {
    const auto all = seen_at(5, t).at("model 5");
    const double oxygen = at_mass(all, 8.2).oxygen, slope = (at_mass(all, 8.7).oxygen - at_mass(all, 7.7).oxygen);
    EXPECT_GT(oxygen, last);
    EXPECT_GT(slope, last_slope);
    last = oxygen;
    last_slope = slope;
  }
  EXPECT_NEAR(last - at_mass(seen_at(5, 10.0).at("model 5"), 8.2).oxygen, 0.2, 0.1);
}

TEST(BathtubStatements, AtOneMassGalaxiesThatFormMoreStarsArePoorer) {
  // at fixed stellar mass the younger galaxy forms more stars
  Seen last{};
  for (const double t : {100.0, 30.0, 10.0}) {
    const Seen now = at_mass(seen_at(5, t).at("model 5"), 8.2);
    if (t < 100.0) {
      EXPECT_GT(now.log_sfr, last.log_sfr);
      EXPECT_LT(now.oxygen, last.oxygen);
    }
    last = now;
  }
}

TEST(BathtubStatements, StrongerWindsAndSlowerStarFormationMakePoorerGalaxies) {
  const auto winds = seen_at(3, 100.0);
  EXPECT_GT(at_mass(winds.at("model 3, eta_0 = 0.5"), 8.5).oxygen, at_mass(winds.at("model 3, eta_0 = 1"), 8.5).oxygen);
  EXPECT_GT(at_mass(winds.at("model 3, eta_0 = 1"), 8.5).oxygen, at_mass(winds.at("model 3, eta_0 = 2"), 8.5).oxygen);
  const auto closed = seen_at(1, 30.0);
  EXPECT_GT(at_mass(closed.at("model 1, eps_SF = 0.2 per Myr"), 8.5).oxygen,
            at_mass(closed.at("model 1, eps_SF = 0.05 per Myr"), 8.5).oxygen);
}

TEST(Bathtub, ThePaperHasFiveModels) {
  EXPECT_EQ(models(1).size(), 45u);
  EXPECT_EQ(models(2).size(), 45u);
  EXPECT_EQ(models(4).size(), 60u);
  for (const Model& m : models(1)) EXPECT_EQ(m.parameters.mass_loading, 0.0);
  for (const Model& m : models(2)) EXPECT_EQ(m.inflow_msun_myr, 0.0);
  EXPECT_NEAR(models(2).front().parameters.m_gas_begin_msun, 1e5, 1e-6);
  EXPECT_NEAR(models(2)[14].parameters.m_gas_begin_msun, 1e10, 1e-3);
  EXPECT_THROW(models(6), InternalError);
}

TEST(Bathtub, RefusesWhatMakesNoSense) {
  Parameters p;
  p.outflow_power = 0.5;
  EXPECT_THROW(Bathtub{p}, InternalError);
  p = {};
  p.m_gas_begin_msun = -1.0;
  EXPECT_THROW(Bathtub{p}, InternalError);
  Bathtub galaxy{Parameters{}};
  EXPECT_THROW(galaxy.step(-1.0, 1.0), InternalError);
  EXPECT_THROW(galaxy.step(1.0, -1.0), InternalError);
  p = {};
  p.loading_mass = LoadingMass::of_halo;
  EXPECT_THROW(Bathtub{p}.step(1.0, 1.0), InternalError);
}

}  // namespace
}  // namespace cecropia::bathtub

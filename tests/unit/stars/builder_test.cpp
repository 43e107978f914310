// The builder against an independent prototype of the same formulae (all rows), against printed reference values, and
// against the laws that every star obeys.
#include "cecropia/stars/builder.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/imf.hpp"
#include "csv.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::num;
using testing_stars::read_csv;
using testing_stars::Row;

const Tables& standard() {
  static const Tables tables = build({});
  return tables;
}

/// The reference prints `digits` significant digits: half a unit of the last one, and 1e-5 for the arithmetic.
void expect_printed(double value, double printed, double tolerance, const char* column, const Star& s) {
  EXPECT_NEAR(value, printed, tolerance * std::fabs(printed)) << column << " at m = " << s.m_msun << ", Z = " << s.z;
}

TEST(StellarTables, CoverThirteenMetallicitiesAndTheWholeRangeOfMasses) {
  EXPECT_EQ(standard().n_z(), 13u);
  EXPECT_GE(standard().n_m(), 260u);
  EXPECT_DOUBLE_EQ(standard().m_grid_msun().front(), 2.0);
  EXPECT_DOUBLE_EQ(standard().m_grid_msun().back(), 600.0);
}

// STA-2 to STA-16; the cores STA-5, STA-6
TEST(StellarTables, EveryColumnOfEveryStarAgreesWithTheIndependentPrototype) {
  const std::vector<Row> rows = read_csv("stellar_summary.csv");
  ASSERT_EQ(rows.size(), standard().n_z() * standard().n_m());
  constexpr double tolerance = 2e-5;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const Row& r = rows[k];
    const Star& s = standard().at(k / standard().n_m(), k % standard().n_m());
    expect_printed(s.z, num(r, "Z"), tolerance, "Z", s);
    expect_printed(s.m_msun, num(r, "m"), tolerance, "m", s);
    expect_printed(s.lifetime_myr, num(r, "t_life_Myr"), tolerance, "lifetime", s);
    expect_printed(s.log10_q_per_s, num(r, "log_qion"), tolerance, "log q", s);
    expect_printed(s.m_fin_msun, num(r, "m_fin"), tolerance, "final mass", s);
    expect_printed(s.m_he_msun, num(r, "m_He"), tolerance, "He core", s);
    expect_printed(s.m_co_msun, num(r, "m_CO"), tolerance, "CO core", s);
    expect_printed(s.f_fallback, num(r, "f_fb"), tolerance, "fallback", s);
    expect_printed(s.m_rem_baryonic_msun, num(r, "m_rem_bary"), tolerance, "baryonic remnant", s);
    expect_printed(s.m_rem_gravitational_msun, num(r, "m_rem_grav"), tolerance, "gravitational remnant", s);
    EXPECT_EQ(fate_names[static_cast<std::size_t>(s.fate)], r.at("fate")) << "m = " << s.m_msun << ", Z = " << s.z;
    expect_printed(s.e_sn_erg, num(r, "e_SN_erg"), tolerance, "energy", s);
    expect_printed(s.wind_metals_msun(), num(r, "mZ_wind"), tolerance, "wind metals", s);
    expect_printed(s.wind_new_metals_msun, num(r, "mZ_wind_new"), tolerance, "new wind metals", s);
    expect_printed(s.sn_metals_msun(), num(r, "mZ_SN"), tolerance, "supernova metals", s);
    expect_printed(s.sn_new_metals_msun, num(r, "mZ_SN_new"), tolerance, "new supernova metals", s);
    expect_printed(s.wind_metals_msun() + s.sn_metals_msun(), num(r, "mZ"), tolerance, "metals", s);
    expect_printed(s.m_loss_msun(), num(r, "m_loss"), tolerance, "mass loss", s);
  }
}

void expect_elements(const char* file, std::array<double, n_slots> Star::*elements) {
  const std::vector<Row> rows = read_csv(file);
  ASSERT_EQ(rows.size(), standard().n_z() * standard().n_m());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const Star& s = standard().at(k / standard().n_m(), k % standard().n_m());
    for (std::size_t e = 0; e < n_slots; ++e) {
      const std::string name(slot_names[e]);
      expect_printed((s.*elements)[e], num(rows[k], name), 6e-5, name.c_str(), s);  // five digits printed
    }
  }
}

// STA-11
TEST(StellarTables, WindsAgreeElementByElementWithThePrototype) {
  expect_elements("stellar_elements_wind.csv", &Star::wind_msun);
}

// STA-12, STA-13, STA-14, STA-15
TEST(StellarTables, SupernovaEjectaAgreeElementByElementWithThePrototype) {
  expect_elements("stellar_elements_sn.csv", &Star::sn_msun);
}

TEST(StellarTables, EveryStarConservesItsMassAndReturnsNothingNegative) {
  for (std::size_t i = 0; i < standard().n_z(); ++i)
    for (std::size_t j = 0; j < standard().n_m(); ++j) {
      const Star& s = standard().at(i, j);
      double total = s.m_rem_baryonic_msun;
      for (std::size_t e = 0; e < n_slots; ++e) {
        ASSERT_GE(s.wind_msun[e], 0.0) << s.m_msun << " " << s.z;
        ASSERT_GE(s.sn_msun[e], 0.0) << s.m_msun << " " << s.z;
        total += s.wind_msun[e] + s.sn_msun[e];
      }
      ASSERT_NEAR(total / s.m_msun, 1.0, 1e-12) << s.m_msun << " " << s.z;
      ASSERT_GE(s.m_rem_baryonic_msun, s.m_rem_gravitational_msun);
      ASSERT_LE(s.m_rem_baryonic_msun, s.m_fin_msun + 1e-12);
    }
}

TEST(StellarTables, MassiveStarsLiveShorterAtEveryMetallicity) {
  for (std::size_t i = 0; i < standard().n_z(); ++i)
    for (std::size_t j = 1; j < standard().n_m(); ++j)
      ASSERT_LT(standard().at(i, j).lifetime_myr, standard().at(i, j - 1).lifetime_myr);
}

TEST(StellarTables, BelowZ0p01FatesFollowOneAnotherInOrderOfMass) {
  for (std::size_t i = 0; i < standard().n_z() && standard().z_grid()[i] <= 0.01; ++i)
    for (std::size_t j = 1; j < standard().n_m(); ++j)
      ASSERT_GE(standard().at(i, j).fate, standard().at(i, j - 1).fate) << standard().z_grid()[i];
}

TEST(StellarTables, MassIsConservedForEveryChoiceOfTheFreeParameters) {
  for (double f_mix : {0.0, 0.3, 0.5, 0.51, 0.8, 1.0})
    for (double shell : {0.0, 0.5, 1.0}) {
      BuilderParameters p;
      p.f_mix = f_mix;
      p.x_he_shell_cc = p.x_he_shell_pp = shell;
      EXPECT_NO_THROW(build(p)) << f_mix << " " << shell;  // build() checks every star to 1e-12
    }
}

TEST(StellarTables, LimitsOfFatesOutOfOrderAreRefusedWithARemedy) {
  BuilderParameters p;
  p.m_he_pisn_msun = 20;
  EXPECT_THROW(build(p), InputError);
  p = {};
  p.m_wd_max_msun = 12;
  EXPECT_THROW(build(p), InputError);
}

TEST(StellarTables, LimitsOfFatesMoveTheFates) {
  BuilderParameters p;
  p.m_wd_max_msun = 9;
  p.m_he_dbh_msun = 100;
  EXPECT_EQ(make_star(8.5, 1e-3, p).fate, Fate::wd);
  EXPECT_EQ(make_star(200, 1e-3, p).fate, Fate::dbh);
  EXPECT_EQ(make_star(200, 1e-3, {}).fate, Fate::pisn);
}

struct Printed {  // three significant digits or more
  double z, m, t, log_q, m_fin, m_he, m_co;
  Fate fate;
  double m_rem, e, wind, sn, oxygen;
};

TEST(StellarTables, TheGeneratorsReferenceStarsAreReproduced) {
  const std::vector<Printed> list{
      {1e-11, 15, 10.7046, 48.225, 15.000, 5.194, 3.043, Fate::ccsn, 1.671, 1e51, 0, 2.299, .9471},
      {1e-11, 200, 2.2461, 50.490, 200.00, 107.595, 97.763, Fate::pisn, 0, 3.3e52, 0, 106, 41.89},
      {1e-4, 12, 18.2287, 46.961, 11.984, 3.908, 2.131, Fate::ccsn, 1.400, 1e51, 1.55e-6, 1.351, .4925},
      {1e-4, 20, 9.3775, 48.223, 19.927, 7.520, 4.910, Fate::ccsn, 5.406, 1e51, 7.32e-6, 3.324, 1.824},
      {1e-4, 50, 4.4010, 49.474, 49.025, 24.041, 20.058, Fate::fsn, 49.025, 0, 9.76e-5, 0, 3.98e-5},
      {1e-4, 90, 3.2858, 49.909, 87.790, 48.623, 42.919, Fate::ppisn, 41.356, 3.3e51, 2.21e-4, 4.419, 2.505},
      {1e-4, 150, 2.7121, 50.254, 146.206, 86.439, 78.088, Fate::pisn, 0, 3.3e52, 3.79e-4, 85.01, 46.42},
      {0.004, 6, 63.4659, 43.908, .948, 0, 0, Fate::wd, .948, 0, .02021, 0, .00867},
      {0.004, 9, 29.1071, 45.637, 8.865, 2.726, 1.392, Fate::ecsn, 1.380, 1e51, 5.39e-4, .03294, .0100},
      {0.004, 25, 7.4525, 48.486, 22.505, 10.021, 7.101, Fate::ccsn, 11.924, 1e51, .00998, 3.254, 2.005},
      {0.004, 180, 2.5539, 50.146, 107.680, 105.242, 95.575, Fate::pisn, 0, 3.3e52, .2893, 103.7, 42.67},
      {0.008, 120, 2.9392, 49.868, 53.453, 52.651, 46.750, Fate::ppisn, 45.239, 3.3e51, 2.316, 4.491, 3.151},
      {0.014, 60, 3.8514, 49.432, 17.897, 17.629, 15.054, Fate::fsn, 17.897, 0, 3.457, 0, 1.045},
      {0.014, 120, 2.9426, 49.842, 34.239, 33.726, 29.622, Fate::ppisn, 33.354, 3.3e51, 7.484, .1955, 2.226},
      {0.014, 300, 2.3137, 50.177, 71.080, 70.014, 62.462, Fate::pisn, 0, 3.3e52, 16.26, 68.48, 50.21}};
  for (const Printed& p : list) {
    const Star s = make_star(p.m, p.z, {});
    const std::string at = "m = " + std::to_string(p.m) + ", Z = " + std::to_string(p.z);
    EXPECT_NEAR(s.lifetime_myr, p.t, 1e-3 * p.t) << at;
    EXPECT_NEAR(s.log10_q_per_s, p.log_q, 6e-4) << at;
    EXPECT_NEAR(s.m_fin_msun, p.m_fin, 1e-3 * p.m_fin) << at;
    EXPECT_NEAR(s.m_he_msun, p.m_he, 1e-3 * p.m_he) << at;
    EXPECT_NEAR(s.m_co_msun, p.m_co, 1e-3 * p.m_co) << at;
    EXPECT_EQ(s.fate, p.fate) << at;
    EXPECT_NEAR(s.m_rem_baryonic_msun, p.m_rem, 1e-3 * p.m_rem) << at;
    EXPECT_NEAR(s.e_sn_erg, p.e, 1e-12 * p.e) << at;
    // A zero in print is below 1e-9 Msun: metal-free stars have winds of 1e-16 Msun of metals.
    EXPECT_NEAR(s.wind_metals_msun(), p.wind, 5e-3 * p.wind + 1e-9) << at;
    EXPECT_NEAR(s.sn_metals_msun(), p.sn, 5e-3 * p.sn) << at;
    const auto o = static_cast<std::size_t>(Slot::O);
    EXPECT_NEAR(s.wind_msun[o] + s.sn_msun[o], p.oxygen, 5e-3 * p.oxygen) << at;
  }
}

TEST(StellarTables, TheSolarMixIsAsplunds) {
  const Elements& mix = solar_metal_mix();
  const double printed[] = {.1770, .0519, .4290, .0940, .0530, .0498, .0231, .0048, .0967, .0207};
  for (std::size_t i = 2; i < n_slots; ++i) EXPECT_NEAR(mix[i], printed[i - 2], 6e-5) << slot_names[i];
  EXPECT_NEAR(metals_in(mix), 1.0, 1e-15);
  double sum = 0;
  for (double x : initial_composition(0.014)) sum += x;
  EXPECT_NEAR(sum, 1.0, 1e-15);
}

TEST(StellarTables, NearestNeighboursAreLinearInMassAndLogarithmicInMetallicity) {
  const Tables& t = standard();
  EXPECT_EQ(t.nearest_z(0.0), 0u);
  EXPECT_EQ(t.nearest_z(3.1e-9), 0u);
  EXPECT_EQ(t.nearest_z(3.2e-9), 1u);
  EXPECT_EQ(t.nearest_z(0.9e-5), 1u);
  EXPECT_EQ(t.nearest_z(1.1e-5), 2u);
  EXPECT_EQ(t.nearest_z(1.0), 12u);
  EXPECT_EQ(t.nearest_m(0.1), 0u);
  EXPECT_EQ(t.nearest_m(2.124), 0u);
  EXPECT_EQ(t.nearest_m(2.126), 1u);
  EXPECT_EQ(t.nearest_m(1e4), t.n_m() - 1);
  for (std::size_t j = 0; j < t.n_m(); ++j) EXPECT_EQ(t.nearest_m(t.m_grid_msun()[j]), j);
  EXPECT_DOUBLE_EQ(t.nearest(15.0, 1e-4).z, 1e-4);
}

TEST(StellarTables, PopulationsStayInTheirOwnMetallicityBins) {
  const Tables& t = standard();
  EXPECT_EQ(metallicity_bin(t, 0.0, true), 0u);
  EXPECT_EQ(metallicity_bin(t, 1e-7, true), 1u);
  EXPECT_EQ(metallicity_bin(t, 1e-3, true), 1u);
  EXPECT_EQ(metallicity_bin(t, 0.0, false), 1u);
  EXPECT_EQ(metallicity_bin(t, 1e-3, false), 3u);
  BuilderParameters old;
  old.model = Model::hartwig2022;
  const Tables two = build(old);
  EXPECT_EQ(metallicity_bin(two, 1e-3, true), 0u);
  EXPECT_EQ(metallicity_bin(two, 0.0, false), 1u);
  const MetallicityLookup one_bin(std::vector<double>{1e-3});
  for (bool is_pop_iii : {false, true}) EXPECT_EQ(one_bin.bin(1e-9, is_pop_iii), 0u);
}

TEST(StellarTables, UnusableGridsAreRefused) {
  const std::vector<Star> four(4);
  EXPECT_THROW(Tables({1e-3, 1e-4}, {2, 3}, four, "test"), InputError);
  EXPECT_THROW(Tables({1e-4, 1e-3}, {3, 3}, four, "test"), InputError);
  EXPECT_THROW(Tables({1e-4, 1e-3}, {2, 3, 4}, four, "test"), InputError);
  EXPECT_THROW(Tables({}, {}, {}, "test"), InputError);
  EXPECT_NO_THROW(Tables({1e-4, 1e-3}, {2, 3}, four, "test"));
}

TEST(StellarTables, TheContentHashKnowsEveryColumn) {
  const Tables& t = standard();
  EXPECT_EQ(t.content_hash(), build({}).content_hash());
  BuilderParameters p;
  p.f_mix = 0.999;
  EXPECT_NE(t.content_hash(), build(p).content_hash());
  const std::vector<double> z{1e-4}, m{10, 20};
  std::vector<Star> stars{t.nearest(10, 1e-4), t.nearest(20, 1e-4)};
  const std::uint64_t before = Tables(z, m, stars, "test").content_hash();
  EXPECT_EQ(before, Tables(z, m, stars, "another source").content_hash());
  stars[1].sn_msun[11] *= 1.0 + 1e-15;
  EXPECT_NE(before, Tables(z, m, stars, "test").content_hash());
}

TEST(StellarTables, ABrokenBudgetIsFound) {
  std::vector<Star> stars{standard().nearest(10, 1e-4), standard().nearest(20, 1e-4)};
  EXPECT_NO_THROW(check_conservation(Tables({1e-4}, {10, 20}, stars, "test")));
  stars[0].sn_msun[4] += 1e-9;
  EXPECT_THROW(check_conservation(Tables({1e-4}, {10, 20}, stars, "test")), InternalError);
}

}  // namespace

#include "cecropia/stars/hartwig2022.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/imf.hpp"
#include "csv.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::num;
using testing_stars::read_csv;
using testing_stars::Row;

TEST(Schaerer2002, LifetimesAndIonisingRatesHaveTheReferenceValues) {
  const struct {
    double m, t3, q3, t2, q2;
  } list[] = {{5, 6.0868e7, 1.8458e45, 8.8647e7, 0},           {8, 2.5450e7, 1.0266e47, 3.8387e7, 1.8953e45},
              {10, 1.7906e7, 4.7863e47, 2.6915e7, 1.5136e46},  {15, 1.0374e7, 1.6780e48, 1.5140e7, 3.0071e47},
              {25, 6.0722e6, 6.8848e48, 8.3352e6, 3.9434e48},  {40, 4.2136e6, 2.1371e49, 5.4602e6, 1.7586e49},
              {60, 3.3332e6, 4.9961e49, 4.1774e6, 4.1135e49},  {100, 2.6977e6, 1.2303e50, 3.3884e6, 9.1201e49},
              {150, 2.3961e6, 2.2003e50, 3.0426e6, 1.7397e50}, {250, 2.1449e6, 3.8664e50, 2.6068e6, 2.8995e50},
              {600, 1.8172e6, 6.5599e50, 2.0000e6, 6.9587e50}};
  for (const auto& r : list) {
    EXPECT_NEAR(schaerer2002_lifetime_iii_yr(r.m), r.t3, 5e-5 * r.t3) << r.m;
    EXPECT_NEAR(schaerer2002_ionising_rate_iii_per_s(r.m), r.q3, 5e-5 * r.q3) << r.m;
    EXPECT_NEAR(schaerer2002_lifetime_ii_yr(r.m), r.t2, 5e-5 * r.t2) << r.m;
    EXPECT_NEAR(schaerer2002_ionising_rate_ii_per_s(r.m), r.q2, 5e-5 * r.q2) << r.m;
  }
}

const Tables& old_tables() {
  static const Tables tables = build({.model = Model::hartwig2022});
  return tables;
}

double over_imf(const Imf& imf, std::size_t i_z, double m_low, auto amount) {
  double sum = 0;
  const auto& edges = old_tables().m_edges_msun();
  for (std::size_t j = 0; j < old_tables().n_m(); ++j) {
    const double a = std::max(edges[j], m_low), b = std::min(edges[j + 1], imf.m_max_msun());
    if (b > a) sum += imf.number(a, b) * amount(old_tables().at(i_z, j));
  }
  return sum;
}

TEST(Hartwig2022, EnergiesPerMassFormedAreTheReference) {
  const struct { double m_max, e; } list[] = {{100, 6.803e48}, {250, 1.0943e49}, {600, 1.0816e49}};
  for (const auto& r : list)
    EXPECT_NEAR(over_imf(Imf::kroupa(0.01, r.m_max), 1, 5, [](const Star& s) { return s.e_sn_erg; }), r.e, 1e-4 * r.e);
}

TEST(Hartwig2022, IonisingPhotonsPerMassFormedAreTheReference) {
  const struct { double m_max, photons; } list[] = {{100, 8.309e60}, {250, 1.2188e61}, {600, 1.4273e61}};
  for (const auto& r : list) {
    const double photons = over_imf(Imf::kroupa(0.01, r.m_max), 1, 5, [](const Star& s) {
      return std::pow(10.0, s.log10_q_per_s) * s.lifetime_myr * 3.15576e13;
    });
    EXPECT_NEAR(photons, r.photons, 1e-3 * r.photons);
  }
  const double m_p_msun = 1.67262192e-24 / 1.98841e33;
  const double per_baryon = m_p_msun * over_imf(Imf::power_law(13.6, 197, 1.77), 0, 5, [](const Star& s) {
                              return std::pow(10.0, s.log10_q_per_s) * s.lifetime_myr * 3.15576e13;
                            });
  EXPECT_NEAR(per_baryon, 7.012e4, 1e-3 * 7.012e4);
}

// The reference integrates on 6000 logarithmic nodes from 5 to 600 Msun, which is off by up to 5e-4 where yields jump.
// The same quadrature on these tables has to give the same numbers; the exact integral is within that error.
TEST(Hartwig2022, MetalsAndEnergyPerMassFormedAgreeWithTheReferenceForEveryUpperLimit) {
  const std::vector<Row> rows = read_csv("imf_integrals.csv");
  constexpr int n = 6000;
  const auto node = [](double i) { return 5.0 * std::pow(120.0, i / (n - 1)); };
  const auto metals = [](const Star& s) { return s.wind_metals_msun() + s.sn_metals_msun(); };
  const auto energy = [](const Star& s) { return s.e_sn_erg; };
  for (std::size_t k = 0; k < 20; ++k) {  // the old columns do not depend on Z
    const Imf imf = Imf::kroupa(0.01, num(rows[k], "m_max"));
    double sum_ii = 0, sum_iii = 0, sum_e = 0;
    for (int i = 0; i < n; ++i) {
      const double number = imf.number(std::max(node(i - 0.5), 5.0), node(i + 0.5));
      const std::size_t j = old_tables().nearest_m(node(i));
      sum_ii += number * metals(old_tables().at(1, j));
      sum_iii += number * metals(old_tables().at(0, j));
      sum_e += number * energy(old_tables().at(1, j));
    }
    const double ii = num(rows[k], "old_PopII_M_Z"), iii = num(rows[k], "old_PopIII_M_Z"), e = num(rows[k], "old_E_SN");
    EXPECT_NEAR(sum_ii, ii, 1e-4 * ii) << imf.m_max_msun();
    EXPECT_NEAR(sum_iii, iii, 1e-4 * iii) << imf.m_max_msun();
    EXPECT_NEAR(sum_e, e, 1e-4 * e) << imf.m_max_msun();
    EXPECT_NEAR(over_imf(imf, 1, 5, metals), ii, 6e-4 * ii) << imf.m_max_msun();
    EXPECT_NEAR(over_imf(imf, 0, 5, metals), iii, 6e-4 * iii) << imf.m_max_msun();
    EXPECT_NEAR(over_imf(imf, 1, 5, energy), e, 6e-4 * e) << imf.m_max_msun();
  }
}

void expect_published(const std::vector<Row>& rows, std::size_t i_z, double e_min, double e_max) {
  std::size_t compared = 0;
  for (const Row& r : rows) {
    if (r.contains("f_HN") ? num(r, "f_HN") != 0.0 : num(r, "E_1e51erg") < e_min || num(r, "E_1e51erg") > e_max)
      continue;
    const double m = num(r, "M");
    if (hartwig2022_energy_erg(m) == 0 || m > 235) continue;          // published but beyond the model's limits
    if (m == 140 && num(r, "E_1e51erg") == 1) continue;               // core collapse: the model takes pair instability
    const double inside = m == 140 ? 140.001 : m == 40 ? 39.999 : m;  // limits are edges of cells
    const Star& s = old_tables().at(i_z, old_tables().nearest_m(inside));
    for (std::size_t e = 2; e + 1 < n_slots; ++e)
      EXPECT_DOUBLE_EQ(s.sn_msun[e], num(r, std::string(slot_names[e]))) << m << " " << slot_names[e];
    EXPECT_NEAR(s.sn_metals_msun(), num(r, "metals_total"), 1e-4 * num(r, "metals_total")) << m;
    EXPECT_DOUBLE_EQ(s.m_rem_baryonic_msun, num(r, "Mrem")) << m;
    ++compared;
  }
  EXPECT_GE(compared, 6u);
}

TEST(Hartwig2022, PopulationTwoStarsHaveThePublishedYieldsOfKobayashi2006) {
  expect_published(read_csv("kobayashi2006_Z0.001_elements.csv"), 1, 1, 1);
}

TEST(Hartwig2022, PopulationThreeStarsHaveThePublishedYieldsOfNomoto2013) {
  expect_published(read_csv("nomoto2013_Z0_elements.csv"), 0, 1, 100);
}

// STA-28
TEST(OlderYields, OfOnePaperAreTheSameAtBothMetallicities) {
  // The yields that the mixed model has for one population, both have here; lives and light stay as they are.
  const Tables kobayashi = build({.model = Model::kobayashi2006}), nomoto = build({.model = Model::nomoto2013});
  ASSERT_EQ(kobayashi.m_grid_msun(), old_tables().m_grid_msun());
  ASSERT_EQ(nomoto.m_grid_msun(), old_tables().m_grid_msun());
  for (std::size_t j = 0; j < old_tables().n_m(); ++j)
    for (std::size_t i = 0; i < 2; ++i) {
      for (const Tables* one : {&kobayashi, &nomoto}) {
        const Star &s = one->at(i, j), &mixed = old_tables().at(i, j),
                   &yields = old_tables().at(one == &nomoto ? 0 : 1, j);
        EXPECT_EQ(s.sn_msun, yields.sn_msun) << s.m_msun;
        EXPECT_EQ(s.m_rem_baryonic_msun, yields.m_rem_baryonic_msun) << s.m_msun;
        EXPECT_EQ(s.e_sn_erg, mixed.e_sn_erg) << s.m_msun;
        EXPECT_EQ(s.fate, mixed.fate) << s.m_msun;
        EXPECT_EQ(s.lifetime_myr, mixed.lifetime_myr) << s.m_msun;
        EXPECT_EQ(s.log10_q_per_s, mixed.log10_q_per_s) << s.m_msun;
        EXPECT_EQ(s.log10_q_lw_per_s, mixed.log10_q_lw_per_s) << s.m_msun;
      }
    }
}

TEST(Hartwig2022, NothingExplodesBetweenTheTwoRangesOfSupernovae) {
  for (double m : {9.9, 41.0, 139.0, 261.0, 600.0}) EXPECT_EQ(hartwig2022_energy_erg(m), 0.0);
  for (double m : {10.0, 40.0}) EXPECT_EQ(hartwig2022_energy_erg(m), 1e51);
  for (double m : {140.0, 260.0}) EXPECT_EQ(hartwig2022_energy_erg(m), 3.3e52);
}

TEST(Hartwig2022, TheLimitsOfSupernovaeAreEdgesOfCells) {
  for (double limit : {10.0, 40.0, 140.0, 260.0}) {
    double nearest = 1e9;
    for (double e : old_tables().m_edges_msun()) nearest = std::min(nearest, std::fabs(e - limit));
    EXPECT_LT(nearest, 1e-12 * limit);
  }
}

}  // namespace

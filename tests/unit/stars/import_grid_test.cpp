// Imported tables with few stars: no mass is made, no gap is passed over in silence.
#include <gmock/gmock.h>

#include "cecropia/stars/light.hpp"
#include "cecropia/stars/population.hpp"
#include "cecropia/stars/range.hpp"
#include "products.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using namespace cecropia::testing_stars;
using testing::AllOf;
using testing::HasSubstr;

Tables coarse(const std::vector<double>& z_grid, const std::vector<double>& masses) {
  std::vector<Star> stars;
  for (double z : z_grid)
    for (double m : masses) stars.push_back(make_star(m, z, {}));
  return Tables(z_grid, masses, std::move(stars), "few masses");
}

/// The standard tables without the stars between two masses.
std::string standard_without(double low_msun, double high_msun) {
  std::vector<double> masses;
  for (double m : standard_m_grid_msun())
    if (m < low_msun || m > high_msun) masses.push_back(m);
  return to_csv(coarse(standard_z_grid(), masses));
}

/// The steps of a geometric grid.
std::vector<double> steps(double factor) {
  std::vector<double> masses;
  for (double m = 4.0; m < 600.0; m *= factor) masses.push_back(m);
  return masses;
}

TEST(ImportGrid, AMassGapAtEveryMetallicityIsFilledByTheFormulaeAndListed) {
  const Scratch folder;
  put(folder / "t.csv", standard_without(20, 100));
  const Import i = import_of({folder / "t.csv"});
  const Tables standard = build({});
  ASSERT_EQ(i.tables.m_grid_msun(), standard.m_grid_msun());
  std::size_t listed = 0, filled = 0;
  for (const Gap& g : i.report.gaps)
    if (g.quantity == "star of this mass") {
      listed += g.stars;
      EXPECT_GE(g.m_from_msun, 20);
      EXPECT_LE(g.m_to_msun, 100);
      EXPECT_THAT(g.origin, HasSubstr("standard formulae"));
    }
  for (std::size_t k = 0; k < standard.stars().size(); ++k) {
    const Star &a = standard.stars()[k], &b = i.tables.stars()[k];
    EXPECT_EQ(a.fate, b.fate);
    EXPECT_EQ(a.sn_msun, b.sn_msun);
    EXPECT_NEAR(b.lifetime_myr, a.lifetime_myr, 1e-12 * a.lifetime_myr);
    filled += a.m_msun >= 20 && a.m_msun <= 100 ? 1 : 0;
  }
  EXPECT_EQ(listed, filled);
}

TEST(ImportGrid, AMassGapIsRefusedWithBothRowsWhereNothingIsFilled) {
  const Scratch folder;
  put(folder / "t.csv", standard_without(20, 100));
  const std::string said = refusal({folder / "t.csv"}, Fill::none);
  EXPECT_THAT(said, AllOf(HasSubstr("there is no star between 19."), HasSubstr("100."), HasSubstr("--fill standard")));
  std::size_t rows = 0;
  for (std::size_t at = said.find("t.csv, row "); at != std::string::npos; at = said.find("t.csv, row ", at + 1))
    ++rows;
  EXPECT_EQ(rows, 2u) << said;
}

TEST(ImportGrid, NoStepIsWiderThanThoseOfTheStandardTables) {
  const Scratch folder;
  for (double factor : {1.012, 1.02, 1.1, 1.4, 2.0, 6.0}) {
    put(folder / "t.csv", to_csv(coarse({1e-11, 1e-3}, steps(factor))));
    const std::vector<double> m = import_of({folder / "t.csv"}).tables.m_grid_msun();
    for (std::size_t k = 1; k < m.size(); ++k)
      ASSERT_TRUE(m[k] / m[k - 1] <= 1.0190 || (m[k] <= 8.0008 && m[k] - m[k - 1] <= 0.2501))
          << m[k - 1] << ' ' << m[k];
  }
}

TEST(ImportGrid, WhatStarsReturnIsNotMoreThanWhatWasFormed) {
  const Scratch folder;
  const Tables few = coarse({1e-11, 1e-3, 1e-2}, steps(1.29));
  put(folder / "t.csv", to_csv(few));
  const Tables filled = import_of({folder / "t.csv"}).tables;
  const Tables unfilled = import_of({folder / "t.csv"}, Fill::none).tables;
  for (const Imf& imf : {Imf::kroupa(0.01, 250), Imf::power_law(13.6, 197, 1.77), Imf::power_law(10, 600, 1.0)}) {
    const Population population(filled, imf);
    EXPECT_LE(largest_return(population, filled).returned_over_taken, largest_usual_return);
    for (std::size_t z = 0; z < population.n_z(); ++z) {
      double returned = 0, formed = population.low_mass_fraction();
      for (std::size_t k = 0; k < population.n_cells(); ++k) {
        returned += population.cell_number_per_msun(k) * static_cast<double>(population.cell(z, k).m_loss_msun);
        formed += population.cell_number_per_msun(k) * population.cell_mass_msun(k);
      }
      EXPECT_LE(returned, formed);
      EXPECT_NEAR(formed, 1.0, 1e-12);
    }
  }
  const Population wide(unfilled, Imf::kroupa(0.01, 250));
  const LargestReturn most = largest_return(wide, unfilled);
  EXPECT_GT(most.returned_over_taken, largest_usual_return) << "what the warning is for";
  EXPECT_EQ(unfilled.nearest(most.m_msun, most.z).fate, Fate::pisn);
  const Tables standard = build({});
  EXPECT_LE(largest_return(Population(standard, Imf::kroupa(0.01, 250)), standard).returned_over_taken,
            largest_usual_return);
}

TEST(ImportGrid, LightThatIsFilledAboveTheHottestStarGoesOnFromTheProductsOwn) {
  const Scratch folder;
  std::string text = "z,m_msun,lifetime_myr,log10_q_per_s\n";
  constexpr double dimmer_dex = 0.4, z = 0.004;
  for (double m : {100, 120, 150, 300}) {
    const Star s = make_star(m, z, {});
    text += fmt::format("{},{},{},{}\n", z, m, s.lifetime_myr, s.log10_q_per_s - dimmer_dex);
  }
  put(folder / "t.csv", text);
  const Tables tables = import_of({folder / "t.csv"}).tables;
  const Star standard = make_star(300, z, {});
  const Light expected =
      stellar_light(300, standard.log10_q_per_s - dimmer_dex, make_star(120, z, {}).log10_q_per_s - dimmer_dex);
  EXPECT_NEAR(star_at(tables, 300, z).log10_q_lw_per_s, expected.log10_q_lw_per_s, 1e-12);
  EXPECT_NEAR(star_at(tables, 300, z).log10_l_uv_erg_s_hz, expected.log10_l_uv_erg_s_hz, 1e-12);
}

TEST(ImportGrid, TablesWithoutAMetalFreeSetSaySo) {
  const std::vector<double> m{5, 10};
  EXPECT_TRUE(metallicity_remarks(coarse({1e-11, 1e-3}, m)).empty());
  EXPECT_THAT(metallicity_remarks(coarse({1e-4, 1e-3}, m)),
              testing::ElementsAre(AllOf(HasSubstr("no metal-free set"), HasSubstr("0.0001"), HasSubstr("0.001"))));
  EXPECT_THAT(metallicity_remarks(coarse({1e-11}, m)), testing::ElementsAre(HasSubstr("one metallicity")));
  const Scratch folder;
  put(folder / "t.csv", to_csv(coarse({1e-4, 1e-3}, {9, 10, 11})));
  const Import i = import_of({folder / "t.csv"});
  EXPECT_THAT(describe(i.report, i.tables), HasSubstr("no metal-free set"));
}

}  // namespace

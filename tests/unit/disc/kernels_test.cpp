// Lives and ejecta of stars, and what a population returns.
#include "cecropia/disc/kernels.hpp"

#include <gmock/gmock.h>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/imf.hpp"
#include "model.hpp"
#include "testing/csv.hpp"
#include "testing/feature_row.hpp"
#include "testing/refusal.hpp"

namespace cecropia::disc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing_disc::kernels;
using testing_disc::yields;
using testing_rows::Largest;
using testing_rows::row_below;
using testing_rows::row_near;

stars::Imf imf_at(double z_over_sun) { return stars::Imf::chon(imf_min_msun, imf_max_msun, z_over_sun * z_sun); }

// IMF-9 with the limits of the disc
TEST(DiscStars, AMetalPoorPopulationIsTopHeavy) {
  Largest mass;
  for (const double z : {1e-4, 0.01, 0.1, 1.0}) mass.add(imf_at(z).mass(imf_min_msun, imf_max_msun) - 1.0);
  row_below("4.5", "mass integral - 1", mass.value(), 1e-6);
  row_near("4.5", "mass fraction above 10 Msun, solar", imf_at(1.0).mass(10.0, imf_max_msun), 0.311, 0.00311);
  row_near("4.5", "mass fraction above 10 Msun, 1e-4 solar", imf_at(1e-4).mass(10.0, imf_max_msun), 0.905, 0.00905);
  EXPECT_EQ(imf_at(1e-7), imf_at(1e-4));  // the floor
  const double between_1_and_2 = std::log(imf_at(1.0).density(20.0) / imf_at(1.0).density(10.0)) / std::log(2.0);
  // what the exponential at 150 Msun adds between 10 and 20 Msun is taken off
  row_near("4.5", "alpha at solar metallicity", -between_1_and_2 - 10.0 / 150.0 / std::log(2.0), 2.3, 0.01);
}

// DSC-9
TEST(DiscStars, LiveAsLongAsTheFitSays) {
  const std::pair<double, double> printed[] = {{150, 2.94}, {40, 4.05}, {10, 22.2}, {8, 33.4}, {3, 266}, {1, 8279}};
  for (const auto& [m, t] : printed) EXPECT_NEAR(lifetime_fit_myr(m) / t, 1.0, 5e-3) << m << " Msun";
  row_near("4.6", "lifetime of 8 Msun [Myr]", lifetime_fit_myr(8.0), 33.4, 0.005 * 33.4);
  row_near("4.6", "lifetime of 40 Msun [Myr]", lifetime_fit_myr(40.0), 4.05, 0.005 * 4.05);
  row_near("4.6", "mass that lives 33.4 Myr [Msun]", mass_at_lifetime_msun(33.4), 8.0, 0.005 * 8.0);
  double before = lifetime_fit_myr(imf_min_msun);
  for (double m = imf_min_msun * 1.01; m <= imf_max_msun; m *= 1.01) {
    EXPECT_LT(lifetime_fit_myr(m), before) << m << " Msun";
    before = lifetime_fit_myr(m);
    EXPECT_NEAR(mass_at_lifetime_msun(before) / m, 1.0, 1e-9);
  }
  EXPECT_EQ(mass_at_lifetime_msun(1.0), imf_max_msun);
  EXPECT_EQ(mass_at_lifetime_msun(1e9), imf_min_msun);
}

// DSC-10
TEST(DiscStars, ReturnWhatTheirTablesSay) {
  const Ejecta none(yields(), MassiveEjecta::none), constant(yields(), MassiveEjecta::constant),
      scaled(yields(), MassiveEjecta::scaled);
  EXPECT_NEAR(none.returned_msun(20.0, 0.02), 20.0 - 1.55, 1e-9);
  EXPECT_NEAR(none.returned_msun(22.5, 0.02), 22.5 - 0.5 * (1.55 + 1.804), 1e-9);
  EXPECT_NEAR(none.returned_msun(20.0, 0.014), 20.0 - 1.61, 1e-9);
  EXPECT_EQ(none.returned_msun(0.8, 0.02), 0.0);
  EXPECT_EQ(none.returned_msun(41.0, 0.02), 0.0);
  EXPECT_NEAR(constant.returned_msun(100.0, 0.02), 40.0 - 2.21, 1e-9);
  EXPECT_NEAR(constant.returned_msun(140.0, 0.0), 126.8, 1e-9);  // without metals the tables go on to 140 Msun
  EXPECT_NEAR(scaled.returned_msun(80.0, 0.02), 2.0 * (40.0 - 2.21), 1e-9);
}

// DSC-11
TEST(DiscStars, MakeMetalsOnlyAbove10Msun) {
  const Ejecta e(yields(), MassiveEjecta::none);
  EXPECT_EQ(e.new_metals_msun(9.0, 0.02), 0.0);
  EXPECT_EQ(e.new_metals_msun(10.0, 0.02), 0.0);
  const double at_20 = 2.1127 - 0.02 * (2.1127 + 7.934 + 6.763);  // metals it was born with are not new
  EXPECT_NEAR(e.new_metals_msun(20.0, 0.02), at_20, 1e-9);
  EXPECT_NEAR(e.new_metals_msun(11.5, 0.02), 0.5 * (0.67382 - 0.02 * (0.67382 + 6.155 + 4.298)), 1e-9);
  EXPECT_EQ(e.new_metals_msun(60.0, 0.02), 0.0);
  EXPECT_EQ(e.new_metals_msun(20.0, 1.0), e.new_metals_msun(20.0, 0.05));  // constant beyond the tables
}

// The bug: a table of the user's own (disc.yields_file) with such rows was called a defect of the program.
TEST(DiscStars, BugATableOfYieldsThatCannotBeUsedWasADefectOfTheProgram) {
  const auto said = [](const std::vector<stars::YieldRow>& rows) {
    return cecropia::testing::refusal([&] { Ejecta(rows, MassiveEjecta::none, "mine.csv"); });
  };
  EXPECT_THAT(said({}), HasSubstr("all stars of the table explode with more than 1e51 erg"));
  auto rows = yields();
  rows.push_back(rows.front());
  EXPECT_THAT(said(rows), AllOf(HasSubstr("the star of 0.9 Msun, Z = 0 is there twice"), HasSubstr("mine.csv")));
  rows = yields();
  std::erase_if(rows, [](const auto& row) { return row.explodes(); });
  EXPECT_THAT(said(rows), HasSubstr("no star of Z = 0 explodes above 10 Msun"));
}

// DSC-12
TEST(DiscStars, PopulationsReturnWhatTheReferenceReturns) {
  const std::map<std::string, MassiveEjecta> options{
      {"BH", MassiveEjecta::none}, {"const", MassiveEjecta::constant}, {"ext", MassiveEjecta::scaled}};
  const auto rows = testing_data::read_csv("disc/reference_kernels.csv");
  ASSERT_EQ(rows.size(), 126u);
  Largest off;
  for (const auto& row : rows) {
    const auto ages = static_cast<std::size_t>(testing_data::num(row, "age_Myr"));
    const auto sum =
        kernels(options.at(row.at("himass")), 1.0, 1000).until(testing_data::num(row, "Z_over_Zsun") * z_sun, ages);
    SCOPED_TRACE(row.at("himass") + ", Z = " + row.at("Z_over_Zsun") + ", " + row.at("age_Myr") + " Myr");
    EXPECT_NEAR(sum.returned / testing_data::num(row, "R"), 1.0, 0.02);
    EXPECT_NEAR(sum.new_metals / testing_data::num(row, "Y"), 1.0, 0.02);
    EXPECT_NEAR(sum.supernovae / testing_data::num(row, "N_SN"), 1.0, 0.02);
    off.add(sum.returned / testing_data::num(row, "R") - 1.0);
    off.add(sum.new_metals / testing_data::num(row, "Y") - 1.0);
    off.add(sum.supernovae / testing_data::num(row, "N_SN") - 1.0);
  }
  row_below("4.7", "R, Y, N of 126 populations against reference_kernels.csv", off.value(), 0.02);
}

TEST(DiscStars, SumsOfShortAndLongStepsAreEqual) {
  const Kernels fine(Ejecta(yields(), MassiveEjecta::none), {}, 0.5, 80);
  const Kernels coarse(Ejecta(yields(), MassiveEjecta::none), {}, 4.0, 10);
  for (const double z : {0.0, 3e-5, 2e-3, 0.05}) {
    const auto a = fine.until(z, 80), b = coarse.until(z, 10);
    EXPECT_NEAR(a.returned / b.returned, 1.0, 1e-6);
    EXPECT_NEAR(a.new_metals / b.new_metals, 1.0, 1e-6);
    EXPECT_NEAR(a.supernovae / b.supernovae, 1.0, 1e-10);
    EXPECT_NEAR(a.supernovae, imf_at(z / z_sun).number(10.0, 40.0), 2e-3 * a.supernovae);
  }
}

TEST(DiscStars, BetweenTwoMetallicitiesAPopulationIsAMixtureOfBoth) {
  const Kernels& k = kernels(MassiveEjecta::none, 1.0, 1000);
  const auto b = k.at(z_sun * 0.3);
  EXPECT_EQ(b.upper, b.lower + 1);
  EXPECT_GT(b.upper_weight, 0.0);
  EXPECT_LT(b.upper_weight, 1.0);
  EXPECT_EQ(k.at(0.0).lower, 0u);
  EXPECT_EQ(k.at(0.0).upper_weight, 0.0);
  EXPECT_EQ(k.at(1e-9).upper_weight, 0.0);      // the floor
  EXPECT_EQ(k.at(0.9).lower, k.at(0.9).upper);  // the last row
  EXPECT_EQ(k.n_supernova_ages(), 23u);         // 10 Msun live 22.2 Myr
  EXPECT_THROW(Kernels(Ejecta(yields(), MassiveEjecta::none), {}, 0.0, 10), InternalError);
}

}  // namespace
}  // namespace cecropia::disc

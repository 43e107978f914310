// IMFs that depend on metallicity and redshift, and what the parameter file may ask for.
#include "cecropia/stars/imf_model.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/range.hpp"
#include "imf_forms.hpp"
#include "scratch.hpp"
#include "testing/refusal.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using cecropia::testing::refusal;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal_of(const Parameters& p) {
  return refusal([&] { check_imfs(p); });
}

TEST(ImfModel, TheDefaultsAreThePapers) {
  const Parameters p;
  EXPECT_EQ(ImfModel(p.imf_ii()).at(0.004, 7.0), Imf::kroupa(0.01, 250));
  EXPECT_EQ(ImfModel(p.imf_iii()).at(0.0, 20.0), Imf::power_law(13.6, 197, 1.77));
  EXPECT_EQ(refusal_of(p), "");
  EXPECT_FALSE(ImfModel(p.imf_ii()).depends_on_metallicity());
  EXPECT_FALSE(ImfModel(p.imf_ii()).depends_on_redshift());
}

TEST(ImfModel, EachPopulationChoosesItsOwnForm) {
  Parameters p;
  p.imf2_form = ImfForm::chabrier;
  p.imf3_form = ImfForm::log_flat;
  p.imf2_min_msun = 0.1;
  p.imf3_max_msun = 300.0;
  EXPECT_EQ(refusal_of(p), "");
  EXPECT_EQ(ImfModel(p.imf_ii()).at(0.02, 6.0), Imf::chabrier(0.1, 250));
  EXPECT_EQ(ImfModel(p.imf_iii()).at(0.02, 6.0), Imf::power_law(13.6, 300, 1.0));
  p.imf3_form = ImfForm::salpeter;
  EXPECT_EQ(ImfModel(p.imf_iii()).at(0.02, 6.0), Imf::power_law(13.6, 300, 2.35));
  p.imf3_form = ImfForm::broken_power_law;
  p.imf3_breaks_msun = {50.0};
  p.imf3_slopes = {0.5, 2.5};
  EXPECT_EQ(refusal_of(p), "");
  EXPECT_EQ(ImfModel(p.imf_iii()).at(0.02, 6.0), Imf({13.6, 50, 300}, {0.5, 2.5}));
}

TEST(ImfModel, ChonFollowsMetallicityWithItsOwnLowerLimitAndFloor) {
  Parameters p;
  p.imf2_form = ImfForm::chon;
  p.imf2_max_msun = 150.0;
  const ImfModel model(p.imf_ii());
  EXPECT_TRUE(model.depends_on_metallicity());
  EXPECT_EQ(model.at(0.02, 6.0), Imf::chon(0.04, 150, 0.02));
  EXPECT_EQ(model.at(1e-11, 6.0), Imf::chon(0.04, 150, 2e-6));
  p.imf2_chon_m_min_msun = 0.1;
  p.imf2_chon_floor_zsun = 1e-2;
  EXPECT_EQ(refusal_of(p), "");
  EXPECT_EQ(ImfModel(p.imf_ii()).at(1e-11, 6.0), Imf::chon(0.1, 150, 2e-4));
}

TEST(ImfModel, TheUpperLimitIsLinearInLogMetallicityBetweenItsNodes) {
  Parameters p;
  p.imf2_max_metallicity = {1e-4, 1e-2};
  p.imf2_max_values_msun = {300.0, 100.0};
  EXPECT_EQ(refusal_of(p), "");
  const ImfModel model(p.imf_ii());
  EXPECT_TRUE(model.depends_on_metallicity());
  EXPECT_EQ(model.m_max_msun(0.0, 6.0), 300.0);
  EXPECT_EQ(model.m_max_msun(1e-5, 6.0), 300.0);
  EXPECT_NEAR(model.m_max_msun(1e-3, 6.0), 200.0, 1e-12);
  EXPECT_NEAR(model.m_max_msun(std::pow(10.0, -2.5), 6.0), 150.0, 1e-12);
  EXPECT_EQ(model.m_max_msun(0.03, 6.0), 100.0);
  EXPECT_EQ(model.lowest_m_max_msun(), 100.0);
  EXPECT_EQ(model.at(0.03, 6.0), Imf::kroupa(0.01, 100));
  EXPECT_TRUE(model.redshift_edges().empty());
}

TEST(ImfModel, TheUpperLimitIsLinearInRedshiftAndItsBinsAreNarrowerThanAMassCell) {
  Parameters p;
  p.imf2_max_redshift = {5.0, 10.0, 12.0, 20.0};
  p.imf2_max_values_msun = {100.0, 200.0, 200.0, 260.0};
  EXPECT_EQ(refusal_of(p), "");
  const ImfModel model(p.imf_ii());
  EXPECT_TRUE(model.depends_on_redshift());
  EXPECT_FALSE(model.depends_on_metallicity());
  EXPECT_EQ(model.m_max_msun(0.02, 0.0), 100.0);
  EXPECT_NEAR(model.m_max_msun(0.02, 7.5), 150.0, 1e-12);
  EXPECT_EQ(model.m_max_msun(0.02, 11.0), 200.0);
  EXPECT_NEAR(model.m_max_msun(0.02, 16.0), 230.0, 1e-12);
  EXPECT_EQ(model.m_max_msun(0.02, 40.0), 260.0);
  const std::vector<double> edges = model.redshift_edges();
  EXPECT_EQ(edges.front(), 5.0);
  EXPECT_EQ(edges.back(), 20.0);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    ASSERT_GT(edges[i], edges[i - 1]);
    const double a = model.m_max_msun(0.02, edges[i - 1]), b = model.m_max_msun(0.02, edges[i]);
    EXPECT_LE(std::fabs(std::log(b / a)), 0.02 * (1 + 1e-9));
  }
  EXPECT_EQ(edges.size(), 51u) << "no more bins than needed: ln 2 / 0.02 and ln 1.3 / 0.02, and one between";
}

TEST(ImfModel, ListsThatDoNotFitAreRefusedWithTheirNames) {
  Parameters p;
  p.imf3_max_redshift = {10.0, 20.0};
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("stars.imf3_max_redshift"), HasSubstr("stars.imf3_max_values_msun")));
  p.imf3_max_values_msun = {100.0};
  EXPECT_THAT(refusal_of(p), HasSubstr("2 nodes for 1 upper limits"));
  p.imf3_max_values_msun = {100.0, 200.0};
  EXPECT_EQ(refusal_of(p), "");
  p.imf3_max_redshift = {20.0, 10.0};
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("do not ascend"), HasSubstr("stars.imf3_max_redshift")));
  p.imf3_max_redshift = {10.0, 10.0};
  EXPECT_THAT(refusal_of(p), HasSubstr("do not ascend"));
  p.imf3_max_redshift = {10.0, 20.0};
  p.imf3_max_metallicity = {1e-8, 1e-6};
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("at once"), HasSubstr("stars.imf3_max_metallicity")));
  p.imf3_max_redshift = {};
  EXPECT_EQ(refusal_of(p), "");
  p.imf3_max_metallicity = {};
  EXPECT_THAT(refusal_of(p), HasSubstr("0 nodes for 2 upper limits"));
  p = {};
  p.imf2_form = ImfForm::broken_power_law;
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("stars.imf2_breaks_msun"), HasSubstr("stars.imf2_slopes")));
  p.imf2_breaks_msun = {1.0, 8.0};
  p.imf2_slopes = {1.0, 2.0};
  EXPECT_THAT(refusal_of(p), HasSubstr("one slope more"));
  p.imf2_slopes = {1.0, 2.0, 2.5};
  EXPECT_EQ(refusal_of(p), "");
  p.imf2_breaks_msun = {8.0, 1.0};
  EXPECT_THAT(refusal_of(p), HasSubstr("stars.imf2_breaks_msun"));
}

TEST(ImfModel, LimitsInTheWrongOrderOrBelowMassiveStarsAreRefused) {
  Parameters p;
  p.imf3_min_msun = 300.0;
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("from 300 to 197"), HasSubstr("stars.imf3_min_msun")));
  p = {};
  p.imf3_max_redshift = {10.0, 20.0};
  p.imf3_max_values_msun = {100.0, 12.0};
  EXPECT_THAT(refusal_of(p), HasSubstr("from 13.6 to 12"));
  p = {};
  p.imf3_min_msun = 1.0;
  p.imf3_max_msun = 10.0;
  p.m_massive_msun = 12.0;
  EXPECT_THAT(refusal_of(p), AllOf(HasSubstr("10 Msun"), HasSubstr("m_massive_msun")));
}

TEST(ImfModel, ChangesWithoutEffectAreRefused) {
  const auto with = [](auto&& change) {
    Parameters p;
    change(p);
    return refusal_of(p);
  };
  EXPECT_THAT(with([](Parameters& p) { p.imf2_slope = 2.0; }),
              AllOf(HasSubstr("stars.imf2_slope"), HasSubstr("kroupa2001")));
  EXPECT_EQ(with([](Parameters& p) { p.imf2_slope = 2.0, p.imf2_form = ImfForm::power_law; }), "");
  EXPECT_THAT(with([](Parameters& p) { p.imf3_slope = 2.0, p.imf3_form = ImfForm::salpeter; }),
              HasSubstr("imf3_slope"));
  EXPECT_THAT(with([](Parameters& p) { p.imf2_breaks_msun = {1.0}; }), HasSubstr("imf2_breaks_msun"));
  EXPECT_THAT(with([](Parameters& p) { p.imf2_slopes = {1.0}; }), HasSubstr("imf2_slopes"));
  EXPECT_THAT(with([](Parameters& p) { p.imf2_file = "imf.csv"; }), HasSubstr("imf2_file"));
  EXPECT_THAT(with([](Parameters& p) { p.imf2_chon_m_min_msun = 0.1; }), HasSubstr("imf2_chon_m_min_msun"));
  EXPECT_THAT(with([](Parameters& p) { p.imf3_chon_floor_zsun = 0.1; }), HasSubstr("imf3_chon_floor_zsun"));
  EXPECT_THAT(with([](Parameters& p) { p.imf2_form = ImfForm::chon, p.imf2_min_msun = 0.1; }),
              AllOf(HasSubstr("imf2_min_msun"), HasSubstr("chon2024")));
  const auto listed = [](Parameters& p) {
    p.imf2_max_redshift = {8.0};
    p.imf2_max_values_msun = {150.0};
  };
  EXPECT_EQ(with(listed), "");
  EXPECT_THAT(with([&](Parameters& p) { listed(p), p.imf2_max_msun = 200.0; }),
              AllOf(HasSubstr("imf2_max_msun"), HasSubstr("list of upper limits")));
  const auto table = [](Parameters& p) {
    p.imf2_form = ImfForm::table;
    p.imf2_file = "imf.csv";
  };
  EXPECT_EQ(with(table), "") << "the file is not opened here";
  EXPECT_THAT(with([&](Parameters& p) { table(p), p.imf2_max_msun = 200.0; }), HasSubstr("imf2_max_msun"));
  EXPECT_THAT(with([&](Parameters& p) { table(p), p.imf2_min_msun = 0.1; }), HasSubstr("imf2_min_msun"));
}

TEST(ImfModel, ATableNeedsAFileThatIsRightAndReachesTheUpperLimits) {
  const testing_stars::Scratch folder;
  Parameters p;
  p.imf3_form = ImfForm::table;
  EXPECT_THAT(refusal_of(p), HasSubstr("stars.imf3_file"));
  p.imf3_file = (folder / "imf.csv").string();
  EXPECT_EQ(refusal_of(p), "");
  const auto of_file = [&] { return refusal([&] { check_imf_files(p, build({})); }); };
  EXPECT_THAT(of_file(), HasSubstr("no such file"));
  std::ofstream(folder / "imf.csv") << testing_stars::made_up_table;
  EXPECT_EQ(of_file(), "");
  const ImfModel model(p.imf_iii(), testing_stars::made_up_table);
  EXPECT_EQ(model.m_max_msun(1e-11, 15.0), 180.0);
  EXPECT_NE(model.table_hash(), 0u);
  EXPECT_EQ(ImfModel(Parameters{}.imf_ii()).table_hash(), 0u);
  p.imf3_max_redshift = {10.0, 20.0};
  p.imf3_max_values_msun = {100.0, 180.0};
  EXPECT_EQ(of_file(), "");
  EXPECT_NEAR(ImfModel(p.imf_iii(), testing_stars::made_up_table).at(0, 15.0).m_max_msun(), 140.0, 1e-12);
  p.imf3_max_values_msun = {100.0, 190.0};
  EXPECT_THAT(of_file(), AllOf(HasSubstr("beyond the last node"), HasSubstr("190")));
  p = {};
  p.imf2_form = ImfForm::table;
  p.imf2_file = (folder / "low.csv").string();
  std::ofstream(folder / "low.csv") << "m_msun, dn_dm_per_msun\n0.1, 1\n4, 0.1\n";
  EXPECT_THAT(of_file(), HasSubstr("m_massive_msun"));
}

TEST(ImfModel, ATableThatReachesFarBeyondTheStellarTablesIsRefused) {
  const testing_stars::Scratch folder;
  const Tables all = build({});
  std::vector<double> m;
  std::vector<Star> stars;
  for (std::size_t j = 0; j < all.n_m() && all.m_grid_msun()[j] <= 80.0; ++j) {
    m.push_back(all.m_grid_msun()[j]);
    stars.push_back(all.at(4, j));
  }
  const Tables small({all.z_grid()[4]}, m, stars, "a small product");
  Parameters p;
  p.imf2_max_msun = p.imf3_max_msun = 150.0;
  EXPECT_NO_THROW(check_range(p, small));
  p.imf2_max_msun = 200.0;
  EXPECT_THAT(refusal([&] { check_range(p, small); }), HasSubstr("up to 200 Msun"));
  p.imf2_max_msun = Parameters{}.imf2_max_msun;
  p.imf2_form = ImfForm::table;
  p.imf2_file = (folder / "imf.csv").string();
  EXPECT_NO_THROW(check_range(p, small)) << "the limit is in the file";
  std::ofstream(folder / "imf.csv") << testing_stars::made_up_table;
  EXPECT_THAT(refusal([&] { check_imf_files(p, small); }), HasSubstr("up to 180 Msun"));
  EXPECT_NO_THROW(check_imf_files(p, all));
  p.imf2_max_redshift = {6.0, 10.0};
  p.imf2_max_values_msun = {90.0, 150.0};
  EXPECT_NO_THROW(check_imf_files(p, small));
}

}  // namespace

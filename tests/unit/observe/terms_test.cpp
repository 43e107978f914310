// A user's own data (OBS-19): the index and its files as they are read, and their likelihood in universes of closed
// form.
#include "cecropia/observe/terms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/history.hpp"
#include "cecropia/observe/likelihood.hpp"
#include "unit/observe/synthetic.hpp"

namespace cecropia::observe {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string csmd_unit = "Msun cMpc^-3";
const std::string head = "name,file,quantity,abundance,use\n";
constexpr double volume = 1000;

/// A copy of the shipped folder with an index of its own.
class OwnData : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("cecropia_terms_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy(synthetic::folder, folder_);
    fs::remove(folder_ / index_file);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  void index(const std::string& rows) { write(index_file, head + rows); }
  Observations read() { return read_observations(folder_); }

  /// What is wrong with the folder, for a history with default parameters.
  std::string complaint() {
    try {
      check_terms(read(), {});
    } catch (const InputError& error) {
      return error.what();
    }
    return "no complaint";
  }

  /// Five galaxies of 1e9 Msun and 2 Msun/yr in the volume, at every level: csmd = 5e6 Msun/cMpc^3.
  Results compare(const Parameters& p = {}, const std::vector<double>& z = synthetic::redshifts_from(12, 4.5, 0.25)) {
    const auto galaxies = [](double) {
      return std::vector<model::Galaxy>(5, synthetic::galaxy(9, 2, -0.5, 11, 1 / volume));
    };
    return synthetic::observe(p, z, galaxies, volume, parallel::Communicator::self(), {}, folder_);
  }
  fs::path folder_;
};

TEST_F(OwnData, AFolderWithoutIndexHasNone) { EXPECT_TRUE(read().terms.empty()); }

TEST_F(OwnData, TheShippedIndexAddsNoLikelihood) {
  const auto shipped = read_observations(synthetic::folder);
  EXPECT_FALSE(shipped.terms.empty());
  for (const Term& t : shipped.terms) EXPECT_EQ(t.use, Use::figure) << t.name;
  EXPECT_EQ(shipped.content_hash(), read().content_hash()) << "what is drawn only is no other comparison";
}

TEST_F(OwnData, ARowAndItsFileAreRead) {
  index("mine,mine.csv,csmd_msun_cmpc3,n_massive_cmpc3,likelihood\n");
  write("mine.csv",
        "# made up\nz,log10_value,unit,err_lo_dex,err_hi_dex,window_myr,reference\n"
        "6,6.5," +
            csmd_unit + ",0.1,0.3,,\"A, B\"\n7,6.25," + csmd_unit + ",0.2,0.2,50,C\n");
  const auto terms = read().terms;
  ASSERT_EQ(terms.size(), 1u);
  const Term& t = terms[0];
  EXPECT_EQ(t.name, "mine");
  EXPECT_EQ(t.quantity, "csmd_msun_cmpc3");
  EXPECT_EQ(t.abundance, "n_massive_cmpc3");
  EXPECT_EQ(t.use, Use::likelihood);
  EXPECT_TRUE(t.in_log10);
  EXPECT_EQ(t.unit, csmd_unit);
  ASSERT_EQ(t.points.size(), 2u);
  EXPECT_EQ(t.points[0].err_hi, 0.3);
  EXPECT_EQ(t.points[0].window_myr, 0);
  EXPECT_EQ(t.points[0].reference, "A, B");
  EXPECT_EQ(t.points[1].window_myr, 50);
}

TEST_F(OwnData, AByteOrderMarkIsNoPartOfTheFirstColumn) {
  const std::string mark = "\xEF\xBB\xBF";
  write(index_file, mark + head + "mine,mine.csv,q_hii,,report\n");
  write("mine.csv", mark + "z,value,unit,err_lo,err_hi\r\n6,0.9,-,0.1,0.1\r\n");
  EXPECT_EQ(read().terms.at(0).points.at(0).z, 6);
}

TEST_F(OwnData, TheHashKnowsWhatIsCompared) {
  const auto none = read().content_hash();
  const std::string before = "z,value,unit,err_lo,err_hi\n6,0.9,-,0.1,0.1\n";
  write("mine.csv", before);
  index("mine,mine.csv,q_hii,,figure\n");
  EXPECT_EQ(read().content_hash(), none);
  index("mine,mine.csv,q_hii,,report\n");
  const auto reported = read().content_hash();
  EXPECT_NE(reported, none);
  index("mine,mine.csv,q_hii,,likelihood\n");
  const auto first = read().content_hash();
  EXPECT_NE(first, reported);
  for (const char* other :
       {"z,value,unit,err_lo,err_hi\n6,0.91,-,0.1,0.1\n", "z,value,unit,err_lo,err_hi\n6,0.9,-,0.1,0.2\n",
        "z,value,unit,err_lo,err_hi,window_myr\n6,0.9,-,0.1,0.1,10\n"}) {
    write("mine.csv", other);
    EXPECT_NE(read().content_hash(), first) << other;
  }
  write("mine.csv", "# a remark\n" + before);
  EXPECT_EQ(read().content_hash(), first);
}

TEST_F(OwnData, BadRowsAreNamedByLine) {
  write("mine.csv", "z,value,unit,err_lo,err_hi\n6,0.9,-,0.1,0.1\n");
  const std::string second = std::string(index_file) + ", line 2";
  index("mine,mine.csv,q_hii,,likelyhood\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'likelyhood' is no use"), HasSubstr(second), HasSubstr("report")));
  index("mine,none.csv,q_hii,,figure\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'none.csv'"), HasSubstr("cannot be read"), HasSubstr(second)));
  index("mine,../mine.csv,q_hii,,report\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'../mine.csv' is no file in the folder"), HasSubstr(second)));
  index("shmr,mine.csv,q_hii,,report\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("the name 'shmr' of observations is taken"), HasSubstr(second)));
  index("mine,mine.csv,q_hii,,report\nmine,mine.csv,q_metal,,report\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'mine' of observations is taken"), HasSubstr("line 3")));
  for (const char* name : {"Mine", "2020", "a b", ""}) {
    index(std::string(name) + ",mine.csv,q_hii,,report\n");
    EXPECT_THAT(complaint(), AllOf(HasSubstr("cannot be the name"), HasSubstr(second))) << name;
  }
  index("mine,mine.csv,q_hi,,report\n");
  EXPECT_THAT(complaint(),
              AllOf(HasSubstr("'q_hi' is no column of the history"), HasSubstr("'q_hii'"), HasSubstr(second)));
  index("mine,mine.csv,q_hii,n_galaxy_cmpc3,report\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'n_galaxy_cmpc3'"), HasSubstr("column 'abundance'")));
  index("mine,mine.csv,q_hii,csmd_msun_cmpc3,report\n");
  EXPECT_THAT(complaint(), HasSubstr("'csmd_msun_cmpc3' counts no galaxies"));
  index("mine,mine.csv,q_hii\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("3 fields under a header of 5"), HasSubstr(second)));
  write(index_file, "name,file,quantity,use\nmine,mine.csv,q_hii,report\n");
  EXPECT_THAT(complaint(), HasSubstr("column 'abundance' is missing"));
  fs::remove(folder_ / index_file);
  fs::create_directory(folder_ / index_file);
  EXPECT_THAT(complaint(), HasSubstr("the index of observations cannot be read"));
}

TEST_F(OwnData, BadFilesAreNamedByLine) {
  index("mine,mine.csv,csmd_msun_cmpc3,,likelihood\n");
  const auto with = [&](const std::string& text) {
    write("mine.csv", text);
    return complaint();
  };
  const std::string unit = "," + csmd_unit;
  EXPECT_THAT(with("z,log10_value,unit,err_lo_dex,err_hi_dex\n6,6.5" + unit + ",0.1,0.1\n"), "no complaint");
  EXPECT_THAT(with("z,log10_value,unit,err_lo_dex,err_hi_dex\n6,6.5,Msun/Mpc3,0.1,0.1\n"),
              AllOf(HasSubstr("'Msun/Mpc3' is not that of 'csmd_msun_cmpc3'"), HasSubstr("mine.csv, line 2"),
                    HasSubstr("'Msun cMpc^-3'")));
  EXPECT_THAT(with("z,log10_value,unit,err_lo_dex,err_hi_dex\n6,6.5" + unit + ",0.1,0.1\n7,6,Msun,0.1,0.1\n"),
              AllOf(HasSubstr("the unit 'Msun' is not '" + csmd_unit), HasSubstr("mine.csv, line 3")));
  EXPECT_THAT(with("z,log10_value,unit,err_lo_dex,err_hi_dex\n6,6.5" + unit + ",0,0.1\n"),
              AllOf(HasSubstr("'0' in column 'err_lo_dex'"), HasSubstr("line 2")));
  EXPECT_THAT(with("z,log10_value,unit,err_lo_dex,err_hi_dex\n6,six" + unit + ",0.1,0.1\n"),
              AllOf(HasSubstr("'six' in column 'log10_value'"), HasSubstr("line 2")));
  EXPECT_THAT(with("z,log10_value,unit,err_lo,err_hi\n6,6.5" + unit + ",0.1,0.1\n"),
              HasSubstr("column 'err_lo_dex' is missing"));
  EXPECT_THAT(with("z,log10_value,err_lo_dex,err_hi_dex\n6,6.5,0.1,0.1\n"), HasSubstr("column 'unit' is missing"));
  EXPECT_THAT(with("z,rho,unit,err_lo,err_hi\n6,6.5" + unit + ",0.1,0.1\n"),
              AllOf(HasSubstr("there is no column of values"), HasSubstr("mine.csv")));
  EXPECT_THAT(with("z,value,log10_value,unit,err_lo,err_hi\n6,1,6.5" + unit + ",0.1,0.1\n"),
              HasSubstr("both 'value' and 'log10_value'"));
  EXPECT_THAT(with(""), HasSubstr("the table is empty"));
  const auto window = [&](const std::string& myr) {
    return with("z,log10_value,unit,err_lo_dex,err_hi_dex,window_myr\n6,6.5" + unit + ",0.1,0.1," + myr + "\n");
  };
  EXPECT_THAT(window("0.001"), "no complaint");
  EXPECT_THAT(window("0"), "no complaint");
  for (const char* myr : {"1e-4", "1e-300"})
    EXPECT_THAT(window(myr),
                AllOf(HasSubstr("'mine' cannot be compared with a mean over"), HasSubstr("mine.csv, line 2"),
                      HasSubstr("0.001 Myr"), HasSubstr("leave window_myr empty")));
  EXPECT_THAT(window("-1"), HasSubstr("'-1' in column 'window_myr'"));
}

// OBS-19
TEST_F(OwnData, ATermIsAFurtherAspectOfTheWhole) {
  const auto without = compare();
  index("mine,mine.csv,csmd_msun_cmpc3,n_galaxies_cmpc3,likelihood\n");
  const double truth = std::log10(5e6);
  write("mine.csv", "z,log10_value,unit,err_lo_dex,err_hi_dex\n5," + std::to_string(truth + 0.2) + "," + csmd_unit +
                        ",0.1,0.3\n6.1," + std::to_string(truth - 0.1) + "," + csmd_unit + ",0.1,0.1\n");
  const auto with = compare();
  const double mine = (log10_gaussian(0.2, 0.2) + log10_gaussian(0.1, 0.1)) / 2;
  ASSERT_EQ(with.likelihood.own.size(), 1u);
  const Likelihood& l = with.likelihood.own[0].likelihood;
  EXPECT_NEAR(*l.log10_l, mine, 1e-5);
  EXPECT_NEAR(*l.log10_l_max, (log10_gaussian(0, 0.2) + log10_gaussian(0, 0.1)) / 2, 1e-12);
  EXPECT_EQ(l.points_used, 2);
  EXPECT_NEAR(*with.likelihood.all.log10_l, (3 * *without.likelihood.all.log10_l + *l.log10_l) / 4, 1e-12);
  EXPECT_EQ(with.likelihood.list().size(), 9u);
  EXPECT_EQ(with.likelihood.list().back().first, "mine");
  for (std::size_t i = 1; i < 8; ++i)
    EXPECT_EQ(with.likelihood.list()[i].second->log10_l, without.likelihood.list()[i].second->log10_l);
  EXPECT_THAT(to_text(with), HasSubstr("\n  mine  "));
}

TEST_F(OwnData, AReportIsComparedAndChangesNothingElse) {
  const auto without = compare();
  index("mine,mine.csv,csmd_msun_cmpc3,,report\n");
  write("mine.csv", "z,log10_value,unit,err_lo_dex,err_hi_dex\n5,7," + csmd_unit + ",0.1,0.1\n");
  const auto with = compare();
  EXPECT_EQ(with.likelihood.all.log10_l, without.likelihood.all.log10_l);
  EXPECT_NEAR(*with.likelihood.own[0].likelihood.log10_l, log10_gaussian(7 - std::log10(5e6), 0.1), 1e-9);
  EXPECT_FALSE(with.own[0].points[0].expected_galaxies) << "nobody asked to count";
  EXPECT_TRUE(with.own[0].points[0].used);
  EXPECT_THAT(to_text(with), HasSubstr("mine (reported, not in all)"));
}

TEST_F(OwnData, TheTableOfThePaperAsATermGivesItsLikelihoodToTheLastDigit) {
  std::ifstream in(folder_ / sfrd_file);
  std::string text;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) continue;
    const bool is_header = line.starts_with("z,");
    const auto second = line.find(',', line.find(',') + 1);
    text += is_header ? "z,log10_value,unit" + line.substr(second) + "\n"
                      : line.substr(0, second) + ",Msun yr^-1 cMpc^-3" + line.substr(second) + "\n";
  }
  write("mine.csv", text);
  index("mine,mine.csv,sfrd_detectable_msun_yr_cmpc3,n_detectable_cmpc3,report\n");
  for (const SigmaRule rule : {SigmaRule::mean, SigmaRule::facing}) {
    Parameters p;
    p.sfrd_sigma = rule;
    const auto r = compare(p, {13, 9.5, 8.1, 6.7, 5});
    EXPECT_EQ(*r.likelihood.own[0].likelihood.log10_l, *r.likelihood.sfrd.log10_l);
    EXPECT_EQ(r.likelihood.own[0].likelihood.points_used, r.likelihood.sfrd.points_used);
  }
}

TEST_F(OwnData, AValueWithoutLogarithmIsComparedInItsUnit) {
  index("mine,mine.csv,csmd_msun_cmpc3,,likelihood\n");
  write("mine.csv", "z,value,unit,err_lo,err_hi\n5,4e6," + csmd_unit + ",1e6,2e6\n");
  Parameters p;
  p.sfrd_sigma = SigmaRule::facing;
  const auto r = compare(p);
  EXPECT_NEAR(*r.likelihood.own[0].likelihood.log10_l, log10_gaussian(1e6, 2e6), 1e-9);
  EXPECT_FALSE(r.own[0].in_log10);
  EXPECT_NEAR(*r.own[0].points[0].simulated, 5e6, 1e-3);
}

TEST_F(OwnData, AWindowIsTheMeanOverTheTimeBefore) {
  index("mine,mine.csv,sfrd_10_msun_yr_cmpc3,,report\n");
  const auto with = [&](const std::string& window) {
    write("mine.csv", "z,value,unit,err_lo,err_hi,window_myr\n12,0.01,Msun yr^-1 cMpc^-3,1,1," + window + "\n");
    return *compare({}, {12, 11.9}).own[0].points[0].simulated;
  };
  EXPECT_NEAR(with(""), 0.01, 1e-15);
  EXPECT_NEAR(with("0"), 0.01, 1e-15);
  EXPECT_EQ(with("50"), 0.0) << "nothing is known before the first level";
  index("mine,mine.csv,sfrd_10_msun_yr_cmpc3,,report\n");
  write("mine.csv", "z,value,unit,err_lo,err_hi,window_myr\n8,0.01,Msun yr^-1 cMpc^-3,1,1,100\n");
  const std::vector<double> z{8.2, 8};
  const cosmology::Cosmology cosmology;
  const double step = cosmology.age_myr(8) - cosmology.age_myr(8.2);
  ASSERT_LT(step, 100);
  EXPECT_NEAR(*compare({}, z).own[0].points[0].simulated, 0.01 * step / 100, 1e-12);
}

// OBS-20
TEST_F(OwnData, ALuminosityFunctionHasAColumnForEachBinOfItsFile) {
  index("lf,lf.csv,uvlf,uvlf,likelihood\n");
  const std::string unit = luminosity_function_unit;
  write("lf.csv",
        "z,m_uv_ab,width_mag,log10_value,unit,err_lo_dex,err_hi_dex,limit\n"
        "6,-20,1,-3," +
            unit + ",0.2,0.2,=\n8,-20,1,-2.5," + unit +
            ",0.2,0.2,\n"
            "6,-18.25,0.5,-3," +
            unit + ",0.2,0.2,=\n6,-23,1,-6,,,,<\n");
  const auto at = [](double m_uv_ab) {
    model::Galaxy g = synthetic::galaxy(9, 2, -0.5, 11, 1 / volume);
    g.m_uv_ab = m_uv_ab;
    return g;
  };
  // The lower end of a bin belongs to it, the upper one does not; a galaxy without light is in none.
  const auto galaxies = [&](double) {
    return std::vector<model::Galaxy>{at(-20.5), at(-20.1), at(-19.5), at(-18.5), at(std::nan(""))};
  };
  const auto r = synthetic::observe({}, synthetic::redshifts_from(12, 4.5, 0.25), galaxies, volume,
                                    parallel::Communicator::self(), {}, folder_);
  EXPECT_DOUBLE_EQ(r.column("uvlf_m_uv_-20_width_1_per_mag_cmpc3").values.back(), 2 / volume);
  EXPECT_DOUBLE_EQ(r.column("uvlf_m_uv_-18.25_width_0.5_per_mag_cmpc3").values.back(), 2 / volume);
  const auto& points = r.own.at(0).points;
  ASSERT_EQ(points.size(), 3u) << "a limit is drawn, not compared";
  EXPECT_TRUE(points[0].used == false && points[0].expected_galaxies) << "two galaxies, three are asked for";
  EXPECT_NEAR(*points[0].expected_galaxies, 2, 1e-12);
  EXPECT_NEAR(*points[2].expected_galaxies, 1, 1e-12) << "of half a magnitude";
  Parameters p;
  p.min_galaxies = 2;
  const auto two = synthetic::observe(p, synthetic::redshifts_from(12, 4.5, 0.25), galaxies, volume,
                                      parallel::Communicator::self(), {}, folder_);
  EXPECT_EQ(two.likelihood.own.at(0).likelihood.points_used, 2);
  const double log10_phi = std::log10(2 / volume);
  EXPECT_NEAR(*two.likelihood.own.at(0).likelihood.log10_l,
              (log10_gaussian(-3 - log10_phi, 0.2) + log10_gaussian(-2.5 - log10_phi, 0.2)) / 2, 1e-12);
}

TEST_F(OwnData, AGalaxyWithDustIsCountedAsItIsSeen) {
  index("lf,lf.csv,uvlf,,report\n");
  write("lf.csv", "z,m_uv_ab,value,unit,err_lo,err_hi\n6,-19,1e-3,mag^-1 cMpc^-3,1e-4,1e-4\n");
  const cosmology::Cosmology cosmology;
  tree::ForestInfo info;
  info.volume_cmpc3 = volume;
  Observer observer({}, read(), cosmology, info);
  const tree::Forest forest;
  std::vector<model::Galaxy> galaxies(1, synthetic::galaxy(9, 2, -0.5, 11, 1 / volume));
  galaxies[0].m_uv_ab = -21;
  std::vector<model::ResolvedGalaxy> resolved(1);
  resolved[0].m_uv_seen_ab = -19.2;
  for (std::size_t i = 0; i < 2; ++i)
    observer.observe_level({forest, {i, 6.5 - 0.5 * static_cast<double>(i), 900.0, 50.0}, galaxies, {}, resolved});
  EXPECT_DOUBLE_EQ(*observer.finish(parallel::Communicator::self()).own.at(0).points.at(0).simulated, 1 / volume);
}

TEST_F(OwnData, FaultyLuminosityFunctionsAreNamed) {
  write("mine.csv", "z,value,unit,err_lo,err_hi\n6,1e-3,mag^-1 cMpc^-3,1e-4,1e-4\n");
  index("mine,mine.csv,uvlf,,report\n");
  EXPECT_THAT(complaint(),
              AllOf(HasSubstr("a luminosity function has no column of magnitudes"), HasSubstr("'m_uv_ab'")));
  write("mine.csv", "z,m_uv_ab,value,unit,err_lo,err_hi\n6,-20,1e-3,cMpc^-3,1e-4,1e-4\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("the unit 'cMpc^-3' is not that of 'uvlf_m_uv_-20_width_1_per_mag_cmpc3'"),
                                 HasSubstr("'mag^-1 cMpc^-3'")));
  write("mine.csv", "z,m_uv_ab,value,unit,err_lo,err_hi\n6,20,1e-3,mag^-1 cMpc^-3,1e-4,1e-4\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("'20' in column 'm_uv_ab'"), HasSubstr("line 2")));
  write("mine.csv", "z,m_uv_ab,value,unit,err_lo,err_hi\n6,-20,1e-3,mag^-1 cMpc^-3,1e-4,1e-4\n");
  EXPECT_EQ(complaint(), "no complaint");
  index("mine,mine.csv,uvlf,n_detectable_cmpc3,report\n");
  EXPECT_THAT(complaint(), HasSubstr("galaxies of a luminosity function are counted in its bins, others are not"));
  write("mine.csv", "z,value,unit,err_lo,err_hi\n6,0.9,-,0.1,0.1\n");
  index("mine,mine.csv,q_hii,uvlf,report\n");
  EXPECT_THAT(complaint(), HasSubstr("galaxies of a luminosity function are counted in its bins, others are not"));
}

TEST_F(OwnData, PointsThatCannotBeComparedSayWhy) {
  index("mine,mine.csv,csmd_msun_cmpc3,n_massive_cmpc3,likelihood\n");
  write("mine.csv", "z,log10_value,unit,err_lo_dex,err_hi_dex\n3,7," + csmd_unit + ",0.1,0.1\n");
  const auto late = compare();
  EXPECT_THAT(late.own[0].points[0].reason, HasSubstr("outside the redshifts"));
  EXPECT_FALSE(late.likelihood.own[0].likelihood.log10_l);
  EXPECT_THAT(late.likelihood.own[0].likelihood.reason, HasSubstr("mine.csv"));
  EXPECT_FALSE(late.likelihood.all.log10_l) << "a whole without a part";
  EXPECT_THAT(late.likelihood.all.reason, HasSubstr("mine: "));

  write("mine.csv", "z,log10_value,unit,err_lo_dex,err_hi_dex\n5,7," + csmd_unit + ",0.1,0.1\n");
  Parameters p;
  p.min_galaxies = 6;
  EXPECT_THAT(compare(p).own[0].points[0].reason, HasSubstr("6 needed"));
  p.min_galaxies = 5;
  EXPECT_TRUE(compare(p).own[0].points[0].used);

  index("mine,mine.csv,csmd_iii_msun_cmpc3,,likelihood\n");
  EXPECT_THAT(compare().own[0].points[0].reason, HasSubstr("does not exist, at one of the two levels"));
}

}  // namespace
}  // namespace cecropia::observe

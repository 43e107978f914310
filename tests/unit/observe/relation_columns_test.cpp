// Relations between galaxies as columns of the history, and the likelihoods that a row of the index makes of them
// (OBS-21).
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/history.hpp"
#include "cecropia/observe/likelihood.hpp"
#include "testing/feature_row.hpp"
#include "unit/observe/synthetic.hpp"

namespace cecropia::observe {
namespace {

namespace fs = std::filesystem;
using testing_rows::row_below;
using testing_rows::row_near;

constexpr double volume = 1000;
const Line fmr{0.43, -4.11};

const double of_line = std::sqrt(400.0 / 398.0),
             of_mean = std::sqrt(400.0 / 399.0);  // 400 galaxies, 2 or 1 numbers fitted

/// Galaxies of 1e8 to 1e10 Msun whose radius, offset from the FMR, and light follow lines, each with two-sided scatter.
struct Galaxies {
  double size_at_1e9 = 2.6, size_slope = 0.2, size_scatter = 0.2;
  double offset_at = -0.3, offset_slope = -0.4, offset_scatter = 0.3;
  double m_uv_ab = -18;

  std::vector<model::Galaxy> operator()(double) const {
    std::vector<model::Galaxy> list;
    for (int i = 0; i < 400; ++i) {
      const double log_m = 8 + 2 * (i / 4 + 0.5) / 100, sfr = 2;
      const double a = i % 2 ? 1 : -1, b = i / 2 % 2 ? 1 : -1;
      const double log_r = size_at_1e9 + size_slope * (log_m - 9) + size_scatter * a;
      const double c = compactness_of(log_m, log_r);
      const double offset = offset_at + offset_slope * (c + 0.75) + offset_scatter * b;
      model::Galaxy g = synthetic::galaxy(log_m, sfr, fmr_oh(log_m - 0.66 * std::log10(sfr), fmr) + offset, 11, 1e-3);
      g.r_galaxy_kpc = std::pow(10, log_r - 3);
      g.m_uv_ab = m_uv_ab;
      list.push_back(g);
    }
    return list;
  }
};

Results run(const synthetic::Galaxies& galaxies, const Parameters& p = {}, const fs::path& folder = synthetic::folder) {
  return synthetic::observe(p, {9, 8, 7, 6, 5}, galaxies, volume, parallel::Communicator::self(), {}, folder);
}

TEST(RelationColumns, LinesOfAKnownPopulationAreFoundAtEveryLevel) {
  const Results r = run(Galaxies{});
  for (std::size_t l = 0; l < 5; ++l) {
    const auto at = [&](const char* name) { return r.column(name).values[l]; };
    EXPECT_NEAR(at("size_slope"), 0.2, 1e-9);
    EXPECT_NEAR(at("size_log10_pc_at_1e9_msun"), 2.6, 1e-9);
    EXPECT_NEAR(at("size_scatter_dex"), 0.2 * of_line, 1e-9);
    EXPECT_NEAR(at("compactness_slope"), -0.4, 1e-9);
    EXPECT_NEAR(at("compactness_offset_at_-0.75"), -0.3, 1e-9);
    EXPECT_NEAR(at("compactness_scatter_dex"), 0.3 * of_line, 1e-9);
    EXPECT_NEAR(at("mzr_slope"), 0.43 - 0.4 * (0.21 - 0.2), 1e-9);  // of the FMR, and of compactness with mass
    EXPECT_NEAR(at("mzr_scatter_dex"), std::hypot(0.3, 0.4 * 0.2) * of_line, 1e-9);
    EXPECT_NEAR(at("fmr_scatter_dex"), std::hypot(0.3, 0.4 * 0.2) * of_mean,
                1e-4);  // and the little that compactness adds
    const double oh = fmr.at(9 - 0.66 * std::log10(2.0)) - 0.3 - 0.4 * (compactness_of(9, 2.6) + 0.75);
    EXPECT_NEAR(at("mzr_oh_at_1e9_msun"), oh, 1e-9);
    EXPECT_NEAR(at("fmr_offset_dex"), -0.3 - 0.4 * (compactness_of(9, 2.6) + 0.75), 1e-9);
  }
}

TEST(RelationColumns, StacksAverageTheirBinOfMassAndNothingElse) {
  Parameters p;
  p.stack_masses_log10 = {9, 9.5, 7};
  p.stack_width_dex = 0.5;
  const auto galaxies = [](double) {
    return std::vector<model::Galaxy>{synthetic::galaxy(8.75, 1, -0.5, 11, 1e-3),
                                      synthetic::galaxy(9.2, 1, -0.8, 11, 3e-3),
                                      synthetic::galaxy(9.25, 1, -0.1, 11, 1e-3),  // the upper edge belongs to the next
                                      synthetic::galaxy(9.1, 0.01, -3, 11, 1e-3),  // not detectable
                                      synthetic::galaxy(9.1, 1, -INFINITY, 11, 1e-3)};  // no metals
  };
  const Results r = run(galaxies, p);
  EXPECT_NEAR(r.column("oh_log10_m_star_9_dex").values[0], (-0.5 - 3 * 0.8) / 4, 1e-12);
  EXPECT_NEAR(r.column("oh_log10_m_star_9.5_dex").values[0], -0.1, 1e-12);
  EXPECT_TRUE(std::isnan(r.column("oh_log10_m_star_7_dex").values[0]));
}

// Three galaxies about their own line scatter by a third of the truth in the square.
TEST(RelationColumns, ScattersOfFewGalaxiesAreRightInTheMean) {
  std::uint64_t state = 7;
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  const int repeats = 2000;
  double squares = 0;
  for (int i = 0; i < repeats; ++i) {
    const auto few = [&](double z) {
      std::vector<model::Galaxy> list;
      for (int k = 0; k < 5; ++k) {
        const double log_m = 8 + 2 * uniform(),
                     normal = uniform() + uniform() + uniform() + uniform() - 2;  // sigma^2 1/3
        list.push_back(synthetic::galaxy(log_m, 2, 0.3 * log_m - 3 + 0.3 * std::sqrt(3.0) * normal, 11, 1e-3));
      }
      return z < 5.5 ? list : std::vector<model::Galaxy>{};
    };
    const double scatter = run(few).column("mzr_scatter_dex").values.back();
    squares += scatter * scatter / repeats;
  }
  EXPECT_NEAR(std::sqrt(squares) / 0.3, 1.0, 0.05);
}

TEST(RelationColumns, AHeavyWeightAmongLightOnesTellsNoScatter) {
  const auto galaxies = [](double) {
    return std::vector<model::Galaxy>{synthetic::galaxy(8.5, 2, -0.5, 11, 1.0), synthetic::galaxy(9, 2, -0.9, 11, 1e-3),
                                      synthetic::galaxy(9.5, 2, -0.1, 11, 1e-3)};
  };
  EXPECT_TRUE(std::isnan(run(galaxies).column("mzr_scatter_dex").values[0]));
}

TEST(RelationColumns, ANumberThatStandsTwiceIsRefused) {
  Parameters p;
  p.stack_masses_log10 = {8, 9, 8};
  try {
    run(Galaxies{}, p);
    FAIL() << "two columns of one name";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("8 stands twice in observe.stack_masses_log10"), std::string::npos);
  }
}

TEST(RelationColumns, TwoGalaxiesMakeNoRelation) {
  const auto two = [](double z) {
    auto list = Galaxies{}(z);
    list.resize(2);
    return list;
  };
  const Results r = run(two);
  for (const char* name : {"mzr_slope", "size_scatter_dex", "compactness_slope", "fmr_offset_dex", "fmr_scatter_dex"})
    EXPECT_TRUE(std::isnan(r.column(name).values[0])) << name;
}

TEST(RelationColumns, OnlyBrightGalaxiesFormTheStarsOfSfrdBright) {
  const auto galaxies = [](double) {
    std::vector<model::Galaxy> list(4, synthetic::galaxy(9, 2, -0.5, 11, 1e-3));
    list[0].m_uv_ab = -16.9;
    list[1].m_uv_ab = -17;
    list[2].m_uv_ab = -21;
    return list;  // the last has no light
  };
  Parameters p;
  p.sfrd_window = Window::none;
  EXPECT_NEAR(run(galaxies, p).column("sfrd_bright_msun_yr_cmpc3").values[0], 2 * 2e-3, 1e-15);
  EXPECT_NEAR(run(galaxies, p).column("n_bright_cmpc3").values[0], 2e-3, 1e-15);
  p.m_uv_faintest = -18;
  EXPECT_NEAR(run(galaxies, p).column("n_bright_cmpc3").values[0], 1e-3, 1e-15);
}

/// The terms that ../../params/observations/README.md offers, in a folder of their own.
class RelationTerms : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("cecropia_relation_terms_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy(synthetic::folder, folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void index(const std::string& rows) const {
    std::ofstream(folder_ / index_file) << "name,file,quantity,abundance,use\n" << rows;
  }
  void write(const std::string& name, const std::string& unit, double value, double error) const {
    std::ofstream file(folder_ / (name + ".csv"));
    file.precision(12);
    file << "z,value,unit,err_lo,err_hi\n7," << value << "," << unit << "," << error << "," << error << "\n";
  }
  double log10_l(const Galaxies& galaxies, const std::string& name) const {
    const Results r = run(galaxies, {}, folder_);
    for (const OwnLikelihood& o : r.likelihood.own)
      if (o.name == name) return o.likelihood.log10_l.value_or(NAN);
    return NAN;
  }
  fs::path folder_;
};

// Where the likelihood of galaxies, changed by one number, is highest.
template <class Likelihood>
double likeliest(double low, double high, Likelihood&& likelihood) {
  double best = low, most = -INFINITY;
  for (int i = 0; i <= 80; ++i) {
    const double x = low + (high - low) * i / 80, l = likelihood(x);
    if (l > most) {
      most = l;
      best = x;
    }
  }
  return best;
}

TEST_F(RelationTerms, AreLikeliestAtTheTruth) {
  index(
      "sizes,sizes.csv,size_log10_pc_at_1e9_msun,,likelihood\n"
      "compact,compact.csv,compactness_offset_at_-0.75,,likelihood\n"
      "scatter,scatter.csv,mzr_scatter_dex,,likelihood\n"
      "stack,stack.csv,oh_log10_m_star_8.5_dex,,likelihood\n");
  write("sizes", "log10 pc", 2.6, 0.1);
  write("compact", "dex", -0.3, 0.1);
  write("scatter", "dex", std::hypot(0.3, 0.4 * 0.2) * of_line, 0.4 / std::sqrt(6));  // of four galaxies
  const double stack = run(Galaxies{}).column("oh_log10_m_star_8.5_dex").values[2];
  write("stack", "dex", stack, 0.2);
  const auto sizes = [&](double shift) {
    Galaxies g;
    g.size_at_1e9 += shift;
    return log10_l(g, "sizes");
  };
  const auto compact = [&](double shift) {
    Galaxies g;
    g.offset_at += shift;
    return log10_l(g, "compact");
  };
  const auto scatter = [&](double sigma) {
    Galaxies g;
    g.offset_scatter = sigma;
    return log10_l(g, "scatter");
  };
  const auto stacked = [&](double shift) {
    Galaxies g;
    g.offset_at += shift;
    return log10_l(g, "stack");
  };
  row_near("0.5", "shift of a run's sizes at which the term of the program is highest [dex]",
           likeliest(-0.4, 0.4, sizes), 0, 1e-9);
  row_near("0.5", "shift of a run's offsets at which the term of compactness is highest [dex]",
           likeliest(-0.4, 0.4, compact), 0, 1e-9);
  row_near("2.6", "scatter of a run at which the term of the program is highest, injected 0.3 [dex]",
           likeliest(0.0, 0.6, scatter), 0.3, 1e-9);
  row_near("1.9", "shift of a run's metallicities at which the term of a stack is highest [dex]",
           likeliest(-0.4, 0.4, stacked), 0, 1e-9);
  row_near("1.9", "term of an exact model over the largest possible", stacked(0.0) - log10_gaussian(0, 0.2), 0, 1e-9);
  EXPECT_NEAR(stacked(0.2), log10_gaussian(0.2, 0.2), 1e-9);
}

TEST_F(RelationTerms, HaveNoValueWhereThereIsNoRelation) {
  index("sizes,sizes.csv,size_log10_pc_at_1e9_msun,,report\n");
  write("sizes", "log10 pc", 2.6, 0.1);
  const auto without_sizes = [](double z) {
    auto list = Galaxies{}(z);
    for (model::Galaxy& g : list) g.r_galaxy_kpc = 0;
    return list;
  };
  const Results r = run(without_sizes, {}, folder_);
  ASSERT_EQ(r.likelihood.own.size(), 1u);
  EXPECT_FALSE(r.likelihood.own[0].likelihood.log10_l);
  EXPECT_EQ(r.own[0].points[0].reason, "it is zero, or does not exist, at one of the two levels around it");
}

// The table of Liu et al. (2025) as a term on galaxies above a limit of magnitude.
TEST_F(RelationTerms, StarFormationToALimitOfMagnitudeIsComparedWithTheTableOfThePaper) {
  index("bright,bright.csv,sfrd_bright_msun_yr_cmpc3,,likelihood\n");
  const Observations paper = read_observations(synthetic::folder);
  {
    std::ofstream file(folder_ / "bright.csv");
    file << "z,log10_value,unit,err_lo_dex,err_hi_dex\n";
    for (const SfrdPoint& p : paper.sfrd)
      file << p.z << "," << p.log10_sfrd << ",Msun yr^-1 cMpc^-3," << p.err_lo_dex << "," << p.err_hi_dex << "\n";
  }
  // Above z = 8 stars form as the first row of the table at each redshift says, in galaxies of M_UV = -19.
  const auto forming = [&](double factor) {
    return [&paper, factor](double z) {
      double log10_sfrd = -2;
      for (const SfrdPoint& p : paper.sfrd)
        if (std::fabs(p.z - z) < 1e-9) log10_sfrd = p.log10_sfrd;
      std::vector<model::Galaxy> list(5,
                                      synthetic::galaxy(9, factor * std::pow(10, log10_sfrd) / 4e-3, -0.5, 11, 1e-3));
      for (model::Galaxy& g : list) g.m_uv_ab = -19;
      list[0].m_uv_ab = -16;  // too faint to count
      return list;
    };
  };
  Parameters p;
  p.sfrd_window = Window::none;
  std::vector<double> redshifts{17, 16, 13.25, 12, 11.2, 10.5, 9, 8, 7.9, 6.8, 5.9, 4.9};
  const auto likelihood = [&](double factor) {
    return *synthetic::observe(p, redshifts, forming(factor), volume, parallel::Communicator::self(), {}, folder_)
                .likelihood.own[0]
                .likelihood.log10_l;
  };
  const auto by_hand = [&](double shift_dex) {
    double mean = 0;
    for (const SfrdPoint& obs : paper.sfrd) {
      double simulated = 0;
      for (const SfrdPoint& same : paper.sfrd)
        if (same.z == obs.z) simulated = same.log10_sfrd + shift_dex;
      mean += log10_gaussian(obs.log10_sfrd - simulated, 0.5 * (obs.err_lo_dex + obs.err_hi_dex)) /
              static_cast<double>(paper.sfrd.size());
    }
    return mean;
  };
  EXPECT_EQ(paper.sfrd.size(), 12u);
  row_near("4.23", "term of the program's likelihood, table 2 against star formation to a limit, over that by hand",
           likelihood(1) - by_hand(0), 0, 1e-9);
  row_near("4.23", "the same with galaxies that form twice as many stars", likelihood(2) - by_hand(std::log10(2.0)), 0,
           1e-9);
  row_below("4.23", "what twice as many stars cost in log10 L", likelihood(2) - likelihood(1), -1);
}

}  // namespace
}  // namespace cecropia::observe

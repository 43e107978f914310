// EPS forests against what is known of halos: their abundance at higher redshift (Sheth & Tormen 1999) and their mean
// growth (Fakhouri, Ma & Boylan-Kolchin 2010). With CECROPIA_PLOT_DIR set, the tables behind the figures of
// docs/theory/eps.md are written there; tools/plot_eps.py draws them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "cecropia/tree/eps.hpp"

namespace cecropia::tree {
namespace {

using cosmology::Cosmology;
using cosmology::Variance;

const Cosmology planck;
const Variance& variance() {
  static const Variance v(planck);
  return v;
}

const char* name_of(EpsFit fit) { return fit == EpsFit::benson2017 ? "benson2017" : "parkinson2008"; }

/// Opens a table of the plot folder; a stream that swallows everything where none was asked for.
std::ofstream plot_table(const std::string& name, const std::string& header) {
  std::ofstream out;
  if (const char* folder = std::getenv("CECROPIA_PLOT_DIR")) {
    out.open(std::string(folder) + "/" + name);
    EXPECT_TRUE(out.good()) << "cannot write to CECROPIA_PLOT_DIR = " << folder;
    out << header << '\n';
  }
  return out;
}

// --- progenitor mass functions ------------------------------------------------------------------------------------

constexpr double lowest = 8.9, bin_dex = 0.2;  // log10 M/Msun
constexpr std::size_t n_bins = 20;
constexpr double m_resolution = 2e8;  // four of these make the lowest bin
constexpr std::array redshifts{6.0, 8.0, 10.0, 15.0};

/// Weighted number density of halos in one bin of mass at one level.
struct Bin {
  double density = 0, variance = 0, expected = 0;
  std::int64_t halos = 0;
  double ratio() const { return density / expected; }
  /// Of the density, from the scatter between trees.
  double relative_error() const { return halos > 0 ? std::sqrt(variance) / density : 1.0; }
};

struct MassFunctions {
  std::array<double, redshifts.size()> z;  ///< of the levels nearest to `redshifts`
  std::array<std::array<Bin, n_bins>, redshifts.size()> bins;
};

void add_forest(MassFunctions& f, const EpsParameters& p) {
  for (std::int64_t tree = 0; tree < eps_n_trees(p); tree += 50) {  // by portions: the memory stays small
    const std::int64_t end = std::min(tree + 50, eps_n_trees(p));
    const Catalogue c = grow_eps(p, planck, {11, 0}, tree, end);
    std::vector<int> of_level(c.redshift.size(), -1);
    for (std::size_t k = 0; k < redshifts.size(); ++k) {
      std::size_t best = 0;
      for (std::size_t l = 0; l < c.redshift.size(); ++l)
        if (std::fabs(c.redshift[l] - redshifts[k]) < std::fabs(c.redshift[best] - redshifts[k])) best = l;
      of_level[best] = static_cast<int>(k);
      f.z[k] = c.redshift[best];
    }
    // Halos of one tree are not independent: the error is that of the sums of whole trees.
    std::vector<std::array<std::array<double, n_bins>, redshifts.size()>> count(c.forest_id.size());
    for (std::size_t i = 0; i < c.n_halos(); ++i) {
      const int k = of_level[c.level[i]];
      const double bin = std::floor((std::log10(c.m_vir_msun[i]) - lowest) / bin_dex);
      if (k < 0 || bin < 0 || bin >= n_bins) continue;
      count[c.forest[i]][static_cast<std::size_t>(k)][static_cast<std::size_t>(bin)] += 1;
    }
    for (std::size_t t = 0; t < count.size(); ++t)
      for (std::size_t k = 0; k < redshifts.size(); ++k)
        for (std::size_t b = 0; b < n_bins; ++b) {
          const double n = count[t][k][b] * c.weight_per_cmpc3[t];
          f.bins[k][b].density += n;
          f.bins[k][b].variance += n * n;
          f.bins[k][b].halos += static_cast<std::int64_t>(count[t][k][b]);
        }
  }
}

/// Roots of 10^8.7 to 10^13.4 Msun at one absolute resolution: light roots are cheap and many, heavy ones are rich.
const MassFunctions& forest(EpsFit fit) {
  static std::array<MassFunctions, 2> done{};
  static std::array<bool, 2> known{};
  const auto which = static_cast<std::size_t>(fit == EpsFit::benson2017);
  if (known[which]) return done[which];
  MassFunctions f{};
  EpsParameters p;
  p.calibration = fit;
  p.resolution_relative = 0;
  p.resolution_msun = m_resolution;
  p.bins_per_dex = 10;
  const struct {
    double from, to;
    int trees;
  } ranges[] = {{8.7, 10.5, 300}, {10.5, 11.5, 250}, {11.5, 12.5, 90}, {12.5, 13.4, 10}};
  for (const auto& r : ranges) {
    p.log10_m_root_min = r.from;
    p.log10_m_root_max = r.to;
    p.trees_per_bin = r.trees;
    add_forest(f, p);
  }
  for (std::size_t k = 0; k < redshifts.size(); ++k)
    for (std::size_t b = 0; b < n_bins; ++b)
      for (int i = 0; i < 10; ++i) {  // the bin's mean of the mass function
        const double log10_m = lowest + bin_dex * (static_cast<double>(b) + (i + 0.5) / 10);
        f.bins[k][b].expected += sheth_tormen(variance(), std::pow(10.0, log10_m), f.z[k]) * bin_dex / 10;
      }
  auto out = plot_table("eps_mass_function_" + std::string(name_of(fit)) + ".csv",
                        "z,log10_m_msun,halos,eps_per_cmpc3_dex,error_per_cmpc3_dex,sheth_tormen_per_cmpc3_dex,"
                        "press_schechter_per_cmpc3_dex");
  for (std::size_t k = 0; k < redshifts.size(); ++k)
    for (std::size_t b = 0; b < n_bins; ++b) {
      const Bin& bin = f.bins[k][b];
      const double l = lowest + bin_dex * (static_cast<double>(b) + 0.5);
      out << f.z[k] << ',' << l << ',' << bin.halos << ',' << bin.density / bin_dex << ','
          << std::sqrt(bin.variance) / bin_dex << ',' << bin.expected / bin_dex << ','
          << press_schechter(variance(), std::pow(10.0, l), f.z[k]) << '\n';
    }
  known[which] = true;
  return done[which] = f;
}

/// Bins with a statistical error below 7 %: the others cannot tell 25 % from chance.
constexpr double populated = 0.07;

class ProgenitorsOfEpsTrees : public testing::TestWithParam<std::size_t> {};

TEST_P(ProgenitorsOfEpsTrees, AreAsAbundantAsShethAndTormenSay) {
  const MassFunctions& f = forest(EpsFit::parkinson2008);
  const std::size_t k = GetParam();
  int tested = 0;
  for (std::size_t b = 0; b < n_bins; ++b) {
    const Bin& bin = f.bins[k][b];
    const double log10_m = lowest + bin_dex * (static_cast<double>(b) + 0.5);
    std::printf("z = %5.2f  log10 M = %5.2f  halos %7ld  EPS/ST = %.3f, error %2.0f %%\n", f.z[k], log10_m,
                static_cast<long>(bin.halos), bin.ratio(), 100 * bin.relative_error());
    if (bin.relative_error() > populated) continue;
    ++tested;
    EXPECT_NEAR(bin.ratio(), 1.0, 0.25) << "z = " << f.z[k] << ", log10 M = " << log10_m;
  }
  EXPECT_GE(tested, 7) << "the well-populated range is at least 1.4 dex wide";
}
INSTANTIATE_TEST_SUITE_P(AtRedshift, ProgenitorsOfEpsTrees, testing::Values(0u, 1u, 2u), [](const auto& i) {
  return std::string(i.param == 0 ? "6" : i.param == 1 ? "8" : "10");
});

TEST(ProgenitorsOfEpsTreesAtRedshift15, AreReportedAndWithinAFactorOfTwoWherePopulated) {
  for (EpsFit fit : {EpsFit::parkinson2008, EpsFit::benson2017}) {
    const MassFunctions& f = forest(fit);
    int tested = 0;
    for (std::size_t b = 0; b < n_bins; ++b) {
      const Bin& bin = f.bins[3][b];
      if (bin.halos == 0) continue;
      std::printf("%s  z = %5.2f  log10 M = %5.2f  halos %5ld  EPS/ST = %.3f, error %2.0f %%\n", name_of(fit), f.z[3],
                  lowest + bin_dex * (static_cast<double>(b) + 0.5), static_cast<long>(bin.halos), bin.ratio(),
                  100 * bin.relative_error());
      if (bin.relative_error() > 0.1) continue;
      ++tested;
      EXPECT_GT(bin.ratio(), 0.5);
      EXPECT_LT(bin.ratio(), 2.0);
    }
    EXPECT_GE(tested, 2);
  }
}

// --- mean growth ----------------------------------------------------------------------------------------------------

/// Fakhouri et al. (2010), equation 2: mean growth of halos [Msun/yr].
double fakhouri_msun_yr(double m_msun, double z) {
  return 46.1 * std::pow(m_msun / 1e12, 1.1) * (1.0 + 1.11 * z) * std::sqrt(planck.e2(z));
}

/// Mean mass along the main branches of roots of 1e11 Msun, latest level first.
struct Growth {
  std::vector<double> z, age_myr, mean_msun, error_msun;
};

Growth main_branches(EpsFit fit, double z_root, double z_first) {
  EpsParameters p;
  p.calibration = fit;
  p.log10_m_root_min = 10.999;
  p.log10_m_root_max = 11.001;
  p.bins_per_dex = 500;
  p.trees_per_bin = 1500;
  p.resolution_relative = 2e-3;
  p.z_min = z_root;
  p.z_max = z_first;
  const Catalogue c = grow_eps(p, planck, {5, 0}, 0, eps_n_trees(p));
  const double n = static_cast<double>(eps_n_trees(p));
  std::vector<double> sum(c.redshift.size(), 0.0), sum_2 = sum;
  // Halos come after their descendants, so one pass finds the main branches.
  std::vector<std::int64_t> tip(c.forest_id.size(), -1);
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    const bool is_main = (c.flags[i] & Forest::is_main_progenitor) != 0;
    if (c.descendant_id[i] >= 0 && !(is_main && c.descendant_id[i] == tip[c.forest[i]])) continue;
    tip[c.forest[i]] = c.id[i];
    sum[c.level[i]] += c.m_vir_msun[i];
    sum_2[c.level[i]] += c.m_vir_msun[i] * c.m_vir_msun[i];
  }
  Growth g;
  for (std::size_t l = c.redshift.size(); l-- > 0;) {
    g.z.push_back(c.redshift[l]);
    g.age_myr.push_back(planck.age_myr(c.redshift[l]));
    g.mean_msun.push_back(sum[l] / n);
    g.error_msun.push_back(std::sqrt((sum_2[l] / n - sum[l] * sum[l] / n / n) / n));
  }
  return g;
}

TEST(GrowthOfEpsHalos, IsThatOfFakhouriEtAlForHalosOf1e11MsunAtAnyRedshift) {
  auto out = plot_table("eps_growth_rate.csv", "calibration,z,rate_msun_yr,error_msun_yr,fakhouri_msun_yr");
  for (EpsFit fit : {EpsFit::parkinson2008, EpsFit::benson2017})
    for (double z : {4.5, 6.0, 8.0, 10.0}) {
      // Over about 5 % of the age: the mean mass before, against the formula at the mass and redshift in the middle.
      const Growth g = main_branches(fit, z, planck.redshift_at(0.949 * planck.age_myr(z)));
      const double dt_yr = (g.age_myr.front() - g.age_myr.back()) * 1e6;
      const double rate = (g.mean_msun.front() - g.mean_msun.back()) / dt_yr, error = g.error_msun.back() / dt_yr;
      const double middle = planck.redshift_at(0.5 * (g.age_myr.front() + g.age_myr.back()));
      const double expected = fakhouri_msun_yr(0.5 * (g.mean_msun.front() + g.mean_msun.back()), middle);
      std::printf("%s  z = %.2f  dM/dt = %.1f +- %.1f Msun/yr, Fakhouri et al. %.1f, ratio %.3f\n", name_of(fit),
                  middle, rate, error, expected, rate / expected);
      out << name_of(fit) << ',' << middle << ',' << rate << ',' << error << ',' << expected << '\n';
      EXPECT_NEAR(rate / expected, 1.0, 0.15) << name_of(fit) << ", z = " << z;
    }
}

TEST(GrowthOfEpsHalos, FollowsFakhouriEtAlBackToRedshiftNine) {
  auto out = plot_table("eps_growth.csv", "calibration,z,age_myr,mean_m_msun,error_m_msun,fakhouri_m_msun");
  for (EpsFit fit : {EpsFit::parkinson2008, EpsFit::benson2017}) {
    const Growth g = main_branches(fit, 4.5, 30.0);
    double m = g.mean_msun[0];
    for (std::size_t l = 0; l < g.z.size(); ++l) {
      // The formula integrated back from the same mass at z = 4.5, in steps of at most 0.1 Myr.
      const double span_myr = l == 0 ? 0.0 : g.age_myr[l - 1] - g.age_myr[l];
      const int steps = static_cast<int>(std::ceil(span_myr / 0.1));
      for (int i = 0; i < steps; ++i) {
        const double dt_myr = span_myr / steps, z = planck.redshift_at(g.age_myr[l - 1] - dt_myr * (i + 0.5));
        m -= fakhouri_msun_yr(m, z) * dt_myr * 1e6;
      }
      out << name_of(fit) << ',' << g.z[l] << ',' << g.age_myr[l] << ',' << g.mean_msun[l] << ',' << g.error_msun[l]
          << ',' << m << '\n';
      if (g.z[l] < 9.0) {
        EXPECT_NEAR(g.mean_msun[l] / m, 1.0, 0.25) << name_of(fit) << ", z = " << g.z[l];
      }
    }
  }
}

}  // namespace
}  // namespace cecropia::tree

#include "cecropia/tree/eps.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/partition.hpp"
#include "testing/refusal.hpp"

namespace cecropia::tree {
namespace {

using cosmology::Cosmology;
using cosmology::Variance;
const Cosmology planck;
constexpr random::Seed seed{20, 3};

/// A small forest: 9 bins of 2 trees, coarse resolution.
EpsParameters small() {
  EpsParameters p;
  p.log10_m_root_min = 9.5;
  p.log10_m_root_max = 12.5;
  p.bins_per_dex = 3;
  p.trees_per_bin = 2;
  p.resolution_relative = 5e-3;
  return p;
}

Catalogue grow_all(const EpsParameters& p, random::Seed s = seed) { return grow_eps(p, planck, s, 0, eps_n_trees(p)); }

std::unordered_map<std::int64_t, std::size_t> rows_of(const Catalogue& c) {
  std::unordered_map<std::int64_t, std::size_t> row;
  for (std::size_t i = 0; i < c.n_halos(); ++i) row[c.id[i]] = i;
  return row;
}

TEST(EpsLevels, AreSeventySixFromRedshift30To4Point5) {
  const std::vector<double> z = eps_levels({}, planck);
  ASSERT_EQ(z.size(), 76u);
  EXPECT_EQ(z.front(), 30.0);
  EXPECT_EQ(z.back(), 4.5);
}

TEST(EpsLevels, AreNoFartherApartThanAllowed) {
  EpsParameters p;
  for (double myr : {5.0, 20.0, 1000.0})
    for (double fraction : {0.02, 0.05, 1.0}) {
      p.max_step_myr = myr;
      p.max_step_fraction = fraction;
      const std::vector<double> z = eps_levels(p, planck);
      for (std::size_t i = 0; i + 1 < z.size(); ++i) {
        const double t_1 = planck.age_myr(z[i]), t_2 = planck.age_myr(z[i + 1]);
        EXPECT_GT(t_2, t_1);
        EXPECT_LE(t_2 - t_1, myr * (1 + 1e-9));
        EXPECT_LE(std::log(t_2 / t_1), fraction * (1 + 1e-9));
      }
    }
}

TEST(EpsRoots, FillEveryStratumOfEveryBin) {
  const EpsParameters p = small();
  const Variance v(planck);
  const auto roots = eps_roots(p, v, seed, 0, eps_n_trees(p));
  ASSERT_EQ(roots.size(), 18u);
  for (std::size_t t = 0; t < roots.size(); ++t) {
    const double stratum = (std::log10(roots[t].m_msun) - 9.5) / (3.0 / 18.0);
    EXPECT_GT(stratum, static_cast<double>(t));
    EXPECT_LT(stratum, static_cast<double>(t + 1));
    EXPECT_DOUBLE_EQ(roots[t].m_resolution_msun, std::max(1e6, 5e-3 * roots[t].m_msun));
  }
}

TEST(EpsRoots, WeightsSumToTheMassFunction) {
  EpsParameters p;
  const Variance v(planck);
  for (auto abundance : {RootAbundance::sheth_tormen, RootAbundance::press_schechter}) {
    p.root_abundance = abundance;
    double number = 0, mass = 0, expected_number = 0, expected_mass = 0;
    for (const auto& r : eps_roots(p, v, seed, 0, eps_n_trees(p))) {
      number += r.weight_per_cmpc3;
      mass += r.weight_per_cmpc3 * r.m_msun;
    }
    for (double l = 9.4; l < 12.4999; l += 0.001) {
      const double m = std::pow(10.0, l + 0.0005);
      const double n = abundance == RootAbundance::sheth_tormen ? sheth_tormen(v, m, 4.5) : press_schechter(v, m, 4.5);
      expected_number += n * 0.001;
      expected_mass += n * m * 0.001;
    }
    EXPECT_NEAR(number / expected_number, 1.0, 0.005);
    EXPECT_NEAR(mass / expected_mass, 1.0, 0.005);
    EXPECT_LT(mass, planck.rho_m0_msun_cmpc3());
    EXPECT_GT(mass, 0.05 * planck.rho_m0_msun_cmpc3());
  }
}

TEST(EpsRoots, HeavyBinsMayHoldFewerTreesThatStandForAsMuch) {
  EpsParameters p;
  const std::vector<EpsRoot> all = eps_roots(p, Variance(planck), seed, 0, eps_n_trees(p));
  p.log10_m_fewer = 11.4;
  const std::vector<std::int64_t> first = eps_bins(p);
  ASSERT_EQ(first.size(), 32u);
  ASSERT_EQ(eps_n_trees(p), first.back());
  const std::vector<EpsRoot> roots = eps_roots(p, Variance(planck), seed, 0, eps_n_trees(p));
  for (std::size_t bin = 0; bin + 1 < first.size(); ++bin) {
    const double middle = 9.45 + 0.1 * static_cast<double>(bin);
    const std::int64_t n = first[bin + 1] - first[bin];
    EXPECT_EQ(n, std::max<std::int64_t>(1, std::llround(8 * std::pow(10.0, std::min(0.0, 11.4 - middle))))) << middle;
    double weight = 0, weight_of_all = 0;
    for (std::int64_t t = first[bin]; t < first[bin + 1]; ++t) {
      const EpsRoot& root = roots[static_cast<std::size_t>(t)];
      EXPECT_LT(std::abs(std::log10(root.m_msun) - middle), 0.05 + 1e-12);
      weight += root.weight_per_cmpc3;
    }
    for (std::size_t t = 8 * bin; t < 8 * (bin + 1); ++t) weight_of_all += all[t].weight_per_cmpc3;
    EXPECT_NEAR(weight / weight_of_all, 1.0, 0.25) << middle;  // the mass function falls within a bin
  }
  // Trees of the lighter bins are the same ones.
  for (std::size_t t = 0; t < 8 * 20; ++t) EXPECT_EQ(roots[t].m_msun, all[t].m_msun);
}

TEST(EpsRoots, WeightsAreUnbiasedOverSeeds) {
  EpsParameters p = small();
  const Variance v(planck);
  double mean = 0, expected = 0;
  for (std::uint64_t s = 0; s < 200; ++s)
    for (const auto& r : eps_roots(p, v, {s, 0}, 0, eps_n_trees(p))) mean += r.weight_per_cmpc3 / 200;
  for (double l = 9.5; l < 12.4999; l += 0.001) expected += sheth_tormen(v, std::pow(10.0, l + 0.0005), 4.5) * 0.001;
  EXPECT_NEAR(mean / expected, 1.0, 0.003);
}

TEST(EpsTrees, DoNotDependOnWhoGrowsThem) {
  const EpsParameters p = small();
  const Catalogue all = grow_all(p);
  const std::vector<std::int64_t> some{11, 4};
  const Catalogue two = grow_eps(p, planck, seed, some);
  ASSERT_EQ(two.forest_id, some);
  for (std::size_t k = 0; k < some.size(); ++k) {
    std::vector<double> here, there;
    std::vector<std::int64_t> id_here, id_there;
    for (std::size_t i = 0; i < two.n_halos(); ++i)
      if (two.forest[i] == k) here.push_back(two.m_vir_msun[i]), id_here.push_back(two.id[i]);
    for (std::size_t i = 0; i < all.n_halos(); ++i)
      if (all.forest_id[all.forest[i]] == some[k]) there.push_back(all.m_vir_msun[i]), id_there.push_back(all.id[i]);
    EXPECT_EQ(here, there);
    EXPECT_EQ(id_here, id_there);
  }
}

TEST(EpsForests, AreAllTreesInAnOrderInWhichLightAndHeavyRootsTakeTurns) {
  for (const int trees_per_bin : {1, 3, 8, 40}) {
    EpsParameters p;
    p.trees_per_bin = trees_per_bin;
    const std::vector<std::int64_t> order = eps_order(p);
    const auto n = static_cast<std::size_t>(eps_n_trees(p));
    std::vector<std::int64_t> sorted(order), trees(n);
    std::sort(sorted.begin(), sorted.end());
    std::iota(trees.begin(), trees.end(), 0);
    ASSERT_EQ(sorted, trees);
    // Every run of a quarter of the forests has its share of every quarter of the trees. Multiples of the golden
    // section miss theirs by a number that grows with the logarithm of n only.
    const double missed = 0.5 * std::log2(static_cast<double>(n));
    for (std::size_t first = 0; first + n / 4 <= n; ++first) {
      std::array<int, 4> of_quarter{};
      for (std::size_t f = first; f < first + n / 4; ++f) ++of_quarter[static_cast<std::size_t>(order[f]) * 4 / n];
      for (const int k : of_quarter) EXPECT_NEAR(k, static_cast<double>(n) / 16.0, missed);
    }
  }
  for (double lightest : {12.46, 12.36, 12.26, 12.16}) {  // one to four trees
    EpsParameters p;
    p.bins_per_dex = 10;
    p.trees_per_bin = 1;
    p.log10_m_root_min = lightest;
    std::vector<std::int64_t> order = eps_order(p);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<std::int64_t>(i));
  }
}

TEST(EpsForests, GiveRanksWorkAtEveryLevel) {
  // Before z = 8 only heavy roots have halos that form stars: two ranks must both have such roots.
  EpsParameters p;
  p.resolution_relative = 3e-4;
  const std::vector<double> cost = by_forest(p, eps_cost(p, planck));
  const std::vector<std::size_t> cut = contiguous_cut(cost, 2);
  const std::vector<std::int64_t> order = eps_order(p);
  const std::int64_t heavy = eps_n_trees(p) - eps_n_trees(p) / 4;
  std::array<int, 2> heavy_of_rank{};
  for (std::size_t f = 0; f < order.size(); ++f)
    if (order[f] >= heavy) ++heavy_of_rank[f < cut[1] ? 0 : 1];
  EXPECT_NEAR(heavy_of_rank[0], heavy_of_rank[1], 3);
}

TEST(EpsTrees, DependOnSeedAndRealisation) {
  const EpsParameters p = small();
  const Catalogue a = grow_all(p, {1, 0}), b = grow_all(p, {2, 0}), c = grow_all(p, {1, 1});
  EXPECT_NE(a.m_vir_msun, b.m_vir_msun);
  EXPECT_NE(a.m_vir_msun, c.m_vir_msun);
  EXPECT_EQ(a.m_vir_msun, grow_all(p, {1, 0}).m_vir_msun);
}

TEST(EpsTrees, AreTreesOfResolvedHalosThatOnlyGrow) {
  const EpsParameters p = small();
  const Catalogue c = grow_all(p);
  const auto roots = eps_roots(p, Variance(planck), seed, 0, eps_n_trees(p));
  const std::vector<std::int64_t> order = eps_order(p);
  const auto row = rows_of(c);
  ASSERT_EQ(row.size(), c.n_halos()) << "ids are not unique";
  ASSERT_GT(c.n_halos(), 2000u);
  std::vector<double> gathered(c.n_halos(), 0.0), heaviest(c.n_halos(), 0.0), main(c.n_halos(), 0.0);
  std::size_t n_roots = 0;
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    const auto tree = static_cast<std::size_t>(order[static_cast<std::size_t>(c.forest_id[c.forest[i]])]);
    EXPECT_EQ(c.id[i] >> eps_node_bits, static_cast<std::int64_t>(tree));
    EXPECT_LT(c.id[i], std::int64_t{1} << 50);
    EXPECT_GE(c.m_vir_msun[i], roots[tree].m_resolution_msun * (1 - 1e-12));
    EXPECT_EQ(c.host_id[i], -1);
    if (c.descendant_id[i] < 0) {
      ++n_roots;
      EXPECT_EQ(c.level[i], c.redshift.size() - 1);
      EXPECT_DOUBLE_EQ(c.m_vir_msun[i], roots[tree].m_msun);
      EXPECT_DOUBLE_EQ(c.weight_per_cmpc3[c.forest[i]], roots[tree].weight_per_cmpc3);
      continue;
    }
    const std::size_t d = row.at(c.descendant_id[i]);
    EXPECT_EQ(c.level[d], c.level[i] + 1);
    EXPECT_EQ(c.forest[d], c.forest[i]);
    gathered[d] += c.m_vir_msun[i];
    heaviest[d] = std::max(heaviest[d], c.m_vir_msun[i]);
    if (c.flags[i] & Forest::is_main_progenitor) main[d] = c.m_vir_msun[i];
  }
  EXPECT_EQ(n_roots, roots.size());
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    EXPECT_LE(gathered[i], c.m_vir_msun[i] * (1 + 1e-12));
    EXPECT_EQ(main[i], heaviest[i]) << "every halo with progenitors has exactly its heaviest as the main one";
  }
}

// EPS-1, EPS-3
TEST(EpsTrees, FollowTheRatesOverOneShortStep) {
  // Two levels close together: the number of resolved progenitors and the unresolved mass are rate times step.
  EpsParameters p;
  p.log10_m_root_min = 10.99;
  p.log10_m_root_max = 11.01;
  p.bins_per_dex = 50;
  p.trees_per_bin = 20000;
  p.resolution_relative = 0.01;
  p.z_min = 6.0;
  p.z_max = 6.02;
  p.max_step_myr = 1e4;
  p.max_step_fraction = 1;
  const Catalogue c = grow_all(p);
  ASSERT_EQ(c.redshift.size(), 2u);
  const Variance v(planck);
  const EpsCalibration g = calibration_of(p);
  const UnresolvedIntegral j(g.g1);
  const double delta = cosmology::delta_collapse / planck.growth(6.01);
  const double rise = cosmology::delta_collapse * (1 / planck.growth(6.02) - 1 / planck.growth(6.0));
  const double rate = math::integrate_panels(
      [&](double ln_q) { return progenitor_rate(v, g, 1e11, std::exp(ln_q), delta) * std::exp(ln_q); }, std::log(0.01),
      std::log(0.5), 16);
  double before = 0, after = 0, progenitors = 0;
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    (c.level[i] == 1 ? after : before) += c.m_vir_msun[i];
    if (c.level[i] == 0) progenitors += 1;
  }
  const double n = static_cast<double>(eps_n_trees(p));
  const double splits = rate * rise;  // 0.06 per tree
  EXPECT_GT(splits, 0.03);
  EXPECT_NEAR((progenitors / n - 1.0) / splits, 1.0, 5 * std::sqrt(1 / (splits * n)) + splits);
  EXPECT_NEAR((1.0 - before / after) / (unresolved_rate(v, g, j, 1e11, 1e9, delta) * rise), 1.0, 0.01);
}

TEST(EpsTrees, HaveAboutThePredictedNumberOfHalos) {
  for (double f : {1e-2, 1e-3}) {
    EpsParameters p;
    p.resolution_relative = f;
    p.trees_per_bin = 4;
    const std::vector<double> cost = eps_halos(p, planck);
    ASSERT_EQ(cost.size(), 124u);
    const Catalogue c = grow_all(p);
    EXPECT_NEAR(static_cast<double>(c.n_halos()) / std::accumulate(cost.begin(), cost.end(), 0.0), 1.0, 0.3);
  }
  EpsParameters absolute;
  absolute.resolution_relative = 0;
  absolute.resolution_msun = 1e8;
  absolute.log10_m_root_min = 10;
  const std::vector<double> cost = eps_halos(absolute, planck);
  EXPECT_GT(cost.back() / cost.front(), 100);  // at one resolution heavier trees are larger
}

TEST(EpsTrees, AreSharedOutByWhatTheirHalosCostNotByTheirNumber) {
  EpsParameters p;
  p.resolution_relative = 3e-4;
  const std::vector<double> halos = eps_halos(p, planck), cost = eps_cost(p, planck);
  ASSERT_EQ(halos.size(), cost.size());
  EXPECT_LT(halos.back() / halos.front(), 2.0);  // to equal parts of their roots trees have about as many halos
  // Measured with params/fiducial.json: trees of roots of 10^11.9 to 10^12.5 Msun take 9 times as long as those of
  // roots of 10^9.4 to 10^10.4.
  const auto mean = [&](double log10_m_low, double log10_m_high) {
    const auto tree = [](double log10_m) { return static_cast<std::ptrdiff_t>(std::llround(80 * (log10_m - 9.4))); };
    const auto first = cost.begin() + tree(log10_m_low), last = cost.begin() + tree(log10_m_high);
    return std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
  };
  EXPECT_NEAR(mean(11.9, 12.5) / mean(9.4, 10.4), 9.0, 5.0);
  EXPECT_NEAR(mean(11.9, 12.5) / mean(10.4, 11.4), 3.0, 1.0);
}

TEST(EpsMassNoise, ScattersRecordedMassesAndLeavesTheGrowthAlone) {
  EpsParameters p = small();
  const Catalogue clean = grow_all(p);
  p.mass_noise = 0.07;
  p.mass_noise_correlation = 0.5;
  const Catalogue noisy = grow_all(p);
  ASSERT_EQ(clean.id, noisy.id);
  EXPECT_EQ(clean.descendant_id, noisy.descendant_id);
  EXPECT_EQ(clean.flags, noisy.flags);
  const auto row = rows_of(clean);
  double sum = 0, sum_2 = 0, product = 0, product_other = 0;
  std::size_t n_main = 0, n_other = 0;
  const auto error = [&](std::size_t i) { return std::log(noisy.m_vir_msun[i] / clean.m_vir_msun[i]) / 0.07; };
  for (std::size_t i = 0; i < clean.n_halos(); ++i) {
    sum += error(i);
    sum_2 += error(i) * error(i);
    if (clean.descendant_id[i] < 0) continue;
    const double p_2 = error(i) * error(row.at(clean.descendant_id[i]));
    if (clean.flags[i] & Forest::is_main_progenitor) {
      product += p_2;
      ++n_main;
    } else {
      product_other += p_2;
      ++n_other;
    }
  }
  const double n = static_cast<double>(clean.n_halos());
  EXPECT_NEAR(sum / n, 0.0, 6 / std::sqrt(n));  // neighbours are correlated: 1.7 times the error of independent draws
  EXPECT_NEAR(sum_2 / n, 1.0, 6 / std::sqrt(n));
  EXPECT_NEAR(product / static_cast<double>(n_main), 0.5, 6 / std::sqrt(n_main));
  EXPECT_NEAR(product_other / static_cast<double>(n_other), 0.0, 5 / std::sqrt(n_other));
}

TEST(EpsSatellites, LiveForTheirDynamicalFrictionTimeAndThenMerge) {
  EpsParameters p = small();
  const Catalogue without = grow_all(p);
  p.satellite_delay = 0.5;
  const Catalogue c = grow_all(p);
  const auto row = rows_of(c);
  ASSERT_EQ(row.size(), c.n_halos());
  // The centrals are those of the trees without satellites.
  std::size_t centrals = 0;
  for (std::size_t i = 0; i < c.n_halos(); ++i) centrals += c.host_id[i] < 0;
  ASSERT_EQ(centrals, without.n_halos());
  ASSERT_GT(c.n_halos(), centrals + 500);

  // Main progenitor of every central: the halo a satellite falls into.
  std::unordered_map<std::int64_t, std::size_t> main_of;
  for (std::size_t i = 0; i < c.n_halos(); ++i)
    if (c.flags[i] & Forest::is_main_progenitor) main_of[c.descendant_id[i]] = i;
  // The central halo that a satellite's host belongs to one level later (the host may have fallen into it).
  const auto next_central = [&](std::size_t satellite) {
    const std::size_t h = row.at(c.descendant_id[row.at(c.host_id[satellite])]);
    return c.host_id[h] < 0 ? c.id[h] : c.host_id[h];
  };
  std::size_t still_alive = 0, merged = 0;
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    if (c.host_id[i] < 0 && (c.flags[i] & Forest::is_main_progenitor)) continue;
    if (c.host_id[i] < 0) {
      if (c.descendant_id[i] < 0) continue;  // a root
      const std::size_t first = row.at(c.descendant_id[i]);
      if (c.host_id[first] < 0) {  // merges at once: its delay is shorter than the step
        continue;
      }
      // A central that falls in: follow it.
      const std::size_t main = main_of.at(c.host_id[first]);
      const double z = c.redshift[c.level[i]], ratio = c.m_vir_msun[main] / c.m_vir_msun[i];
      EXPECT_GE(ratio, 1.0);
      const double delay = 0.5 * 0.1 / (planck.hubble_per_s(z) * constants::myr_s) * ratio / std::log(1.0 + ratio);
      std::size_t last = first;
      while (c.descendant_id[last] >= 0 && c.host_id[row.at(c.descendant_id[last])] >= 0)
        last = row.at(c.descendant_id[last]);
      const double t_in = planck.age_myr(z), t_last = planck.age_myr(c.redshift[c.level[last]]);
      EXPECT_LT(t_last - t_in, delay);
      if (c.descendant_id[last] < 0) {
        ++still_alive;
        EXPECT_EQ(c.level[last] + 1, c.redshift.size());
      } else {
        ++merged;
        EXPECT_GE(planck.age_myr(c.redshift[c.level[last] + 1]) - t_in, delay);
        EXPECT_EQ(c.descendant_id[last], next_central(last)) << "merges into its host's descendant";
      }
    } else {
      const std::size_t host = row.at(c.host_id[i]);
      EXPECT_EQ(c.level[host], c.level[i]);
      EXPECT_EQ(c.forest[host], c.forest[i]);
      EXPECT_EQ(c.host_id[host], -1);
      if (c.descendant_id[i] >= 0) {
        const std::size_t d = row.at(c.descendant_id[i]);
        EXPECT_EQ(c.level[d], c.level[i] + 1);
        if (c.host_id[d] >= 0) {
          EXPECT_EQ(c.m_vir_msun[d], c.m_vir_msun[i]);
          EXPECT_EQ(c.host_id[d], next_central(i));
        }
      }
    }
  }
  EXPECT_GT(still_alive, 20u);
  EXPECT_GT(merged, 20u);
}

TEST(EpsSatellites, ScatterOfTheirTimesLeavesTheCentralsAlone) {
  EpsParameters p = small();
  p.satellite_delay = 0.5;
  const Catalogue a = grow_all(p);
  p.satellite_scatter_dex = 0.3;
  const Catalogue b = grow_all(p);
  const auto centrals = [](const Catalogue& c) {
    std::map<std::int64_t, double> m;
    for (std::size_t i = 0; i < c.n_halos(); ++i)
      if (c.host_id[i] < 0) m[c.id[i]] = c.m_vir_msun[i];
    return m;
  };
  EXPECT_EQ(centrals(a), centrals(b));
  EXPECT_NE(a.n_halos(), b.n_halos());
}

TEST(EpsForests, WithNoiseAndSatellitesAreValidAndKeepTheirMainBranches) {
  EpsParameters p = small();
  p.mass_noise = 0.1;
  p.resolution_relative = 2e-3;
  for (double delay : {0.0, 0.5}) {
    p.satellite_delay = delay;
    const Catalogue c = grow_all(p);
    const Forest f = arrange(c, eps_info(p), planck, parallel::Communicator::self());
    ASSERT_EQ(f.n_halos(), c.n_halos());
    std::unordered_map<std::int64_t, std::int64_t> main_of;  // descendant -> its flagged progenitor
    std::int64_t satellites = 0, satellites_arranged = 0, disordered = 0;
    for (std::size_t i = 0; i < c.n_halos(); ++i) {
      satellites += c.host_id[i] >= 0;
      if (c.flags[i] & Forest::is_main_progenitor) main_of[c.descendant_id[i]] = c.id[i];
    }
    for (Halo h = 0; h < f.n_halos(); ++h) {
      satellites_arranged += f.is_satellite(h);
      if (f.is_satellite(h) || f.n_progenitors[h] == 0) continue;
      const HaloRange progenitors = f.progenitors_of(h);
      EXPECT_EQ(f.id[progenitors.first], main_of.at(f.id[h]));
      for (Halo q = progenitors.first; q < progenitors.last; ++q)
        disordered += f.m_vir_msun[q] > f.m_vir_msun[progenitors.first];
    }
    EXPECT_EQ(satellites_arranged, satellites);
    // The noise lets some side branch look heavier than the main one; satellites are light when they merge.
    if (delay == 0.0) {
      EXPECT_GT(disordered, 0);
    } else {
      EXPECT_GT(satellites, 1000);
    }
  }
}

TEST(EpsBox, MissingModesMakeHeavyHalosRarerAndTheirGrowthFaster) {
  EpsParameters p;
  p.trees_per_bin = 4;
  p.log10_m_root_min = 11.5;
  const Catalogue full = grow_all(p);
  p.box_mpc_h = 8;
  const Catalogue box = grow_all(p);
  double w_full = 0, w_box = 0, early_full = 0, early_box = 0;
  for (std::size_t k = 0; k < full.forest_id.size(); ++k)
    w_full += full.weight_per_cmpc3[k], w_box += box.weight_per_cmpc3[k];
  EXPECT_LT(w_box, 0.9 * w_full);
  // With less large-scale power a halo of given mass is a rarer peak that formed in a hurry: less of it stands at z
  // = 10.
  const auto early_mass = [](const Catalogue& c) {
    double roots = 0, early = 0;
    for (std::size_t i = 0; i < c.n_halos(); ++i) {
      if (c.descendant_id[i] < 0) roots += c.m_vir_msun[i];
      if (std::fabs(c.redshift[c.level[i]] - 10.0) < 0.15) early += c.m_vir_msun[i];
    }
    return early / roots;
  };
  early_full = early_mass(full);
  early_box = early_mass(box);
  EXPECT_GT(early_full, 0.01);
  EXPECT_LT(early_box, 0.9 * early_full) << early_box << " " << early_full;
}

TEST(EpsParameters, AreRefusedWhereTheyDoNotFitTogether) {
  const auto refused = [](auto change) {
    EpsParameters p;
    change(p);
    EXPECT_THROW(check(p), InputError);
    EXPECT_THROW(grow_eps(p, planck, seed, 0, 1), InputError);
  };
  refused([](EpsParameters& p) { p.log10_m_root_max = p.log10_m_root_min; });
  refused([](EpsParameters& p) { p.z_max = 4.0; });
  refused([](EpsParameters& p) { p.resolution_msun = 2e9; });
  EpsParameters coarse;
  coarse.resolution_msun = 2e9;
  EXPECT_THAT(cecropia::testing::refusal([&] { check(coarse); }),
              ::testing::HasSubstr("Msun, is not resolved: its resolution is 2e+09"));
  refused([](EpsParameters& p) { p.trees_per_bin = 1000000; });
  EXPECT_NO_THROW(check(EpsParameters{}));
  EXPECT_THROW(grow_eps({}, planck, seed, 0, 249), InternalError);
}

TEST(EpsParameters, HaveRowsWhoseDefaultsAreInRange) {
  EpsParameters p;
  std::set<std::string_view> keys;
  for (const auto& row : eps_rows) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    const Value v = row.load(p);
    if (const double* x = std::get_if<double>(&v)) {
      EXPECT_GE(*x, row.lowest) << row.key;
      EXPECT_LE(*x, row.highest) << row.key;
    }
    row.store(p, v);
    EXPECT_EQ(row.load(p), v) << row.key;
  }
  EXPECT_NEAR(p.volume_cmpc3, 1647.0, 0.5);
  p.calibration = EpsFit::benson2017;
  EXPECT_DOUBLE_EQ(calibration_of(p).g1, 0.1761);
  p.calibration = EpsFit::custom;
  p.g0 = 0.9;
  EXPECT_DOUBLE_EQ(calibration_of(p).g0, 0.9);
}

TEST(EpsInfo, SaysWhatIsKnownBeforeGrowing) {
  const ForestInfo info = eps_info({});
  EXPECT_EQ(info.n_forests, 248);
  EXPECT_EQ(info.format, "eps");
  EXPECT_DOUBLE_EQ(info.m_resolution_msun, 1e-3 * std::pow(10.0, 9.4));
  EXPECT_EQ(info.box_cmpc, 0.0);
}

}  // namespace
}  // namespace cecropia::tree

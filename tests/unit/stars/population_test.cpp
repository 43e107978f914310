#include "cecropia/stars/population.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <map>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/builder.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using random::Purpose;
using random::Stream;

const Tables& standard() {
  static const Tables tables = build({});
  return tables;
}
const Population& pop_ii() {
  static const Population p(standard(), Imf::kroupa(0.01, 250));
  return p;
}
const Population& pop_iii() {
  static const Population p(standard(), Imf::power_law(13.6, 197, 1.77));
  return p;
}
Stream stream(std::uint64_t id) { return Stream({20261120, 0}, id, 0, 0, Purpose::test); }
constexpr double no_limit = 1e300;

/// Upper tail of chi-square; a fixed seed makes the test repeatable.
double chance(double chi2, double dof) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(dof), chi2));
}

TEST(Population, MassOfCellsAndOfTheLowMassPartIsTheMassFormed) {
  for (const Population* p : {&pop_ii(), &pop_iii()}) {
    double cells = p->low_mass_fraction(), groups = cells, number = 0;
    for (std::size_t i = 0; i < p->n_cells(); ++i) {
      cells += p->cell_number_per_msun(i) * p->cell_mass_msun(i);
      number += p->cell_number_per_msun(i);
    }
    for (std::size_t i = 0; i < p->n_groups(); ++i) groups += p->group_number_per_msun(i) * p->group_mass_msun(i);
    EXPECT_NEAR(cells, 1.0, 1e-13);
    EXPECT_NEAR(groups, 1.0, 1e-13);
    EXPECT_NEAR(number / p->massive_number_per_msun(), 1.0, 1e-14);
    EXPECT_NEAR(p->massive_number_per_msun(), p->imf().number(5, 1e9), 1e-14);
  }
  EXPECT_EQ(pop_iii().low_mass_fraction(), 0.0);
}

TEST(Population, ExpectationOfEverythingIsTheImfIntegralOverNearestNeighbours) {
  for (const Population* p : {&pop_ii(), &pop_iii()})
    for (std::size_t z = 0; z < standard().n_z(); ++z) {
      double loss = 0, energy = 0, photons = 0, life = 0, cell_photons = 0;
      Metals metals{}, group_metals{};
      double group_loss = 0, group_energy = 0, group_photons = 0, group_life = 0, cell_metal_z = 0;
      const auto& edges = standard().m_edges_msun();
      for (std::size_t j = 0; j < standard().n_m(); ++j) {  // the integral, written out again
        const Star& s = standard().at(z, j);
        const double n = p->imf().number(std::max(edges[j], 5.0), edges[j + 1]);
        loss += n * (s.m_msun - s.m_rem_baryonic_msun);
        energy += n * s.e_sn_erg / 1e51;
        photons += n * std::pow(10.0, s.log10_q_per_s - 48) * s.lifetime_myr;
        life += n * s.lifetime_myr;
        metals[metal_z] += n * (s.wind_metals_msun() + s.sn_metals_msun());
        for (std::size_t e = 1; e < n_metals; ++e) {
          const auto slot = static_cast<std::size_t>(metal_slot[e]);
          metals[e] += n * (s.wind_msun[slot] + s.sn_msun[slot]);
        }
      }
      for (std::size_t i = 0; i < p->n_groups(); ++i) {
        const stars::Kind& k = p->group(z, i);
        const double n = p->group_number_per_msun(i);
        group_loss += n * k.m_loss_msun;
        group_energy += n * k.e_sn_1e51_erg;
        group_photons += n * k.q_1e48_per_s * k.lifetime_myr;
        group_life += n * k.lifetime_myr;
        for (std::size_t e = 0; e < n_metals; ++e) group_metals[e] += n * k.ejecta_msun[e];
      }
      for (std::size_t i = 0; i < p->n_cells(); ++i) {
        cell_metal_z += p->cell_number_per_msun(i) * p->cell(z, i).ejecta_msun[metal_z];
        cell_photons += p->cell_number_per_msun(i) * p->cell(z, i).q_1e48_per_s * p->cell(z, i).lifetime_myr;
      }
      constexpr double single = 2e-7;  // amounts per star are kept in single precision
      EXPECT_NEAR(group_loss / loss, 1.0, single);
      EXPECT_NEAR(group_energy / energy, 1.0, single);
      EXPECT_NEAR(group_photons / photons, 1.0, single);
      EXPECT_NEAR(cell_photons / photons, 1.0, single);
      EXPECT_NEAR(group_life / life, 1.0, single);
      EXPECT_NEAR(cell_metal_z / metals[metal_z], 1.0, single);
      for (std::size_t e = 0; e < n_metals; ++e)
        EXPECT_NEAR(group_metals[e] / metals[e], 1.0, single) << metal_names[e];
    }
}

TEST(Population, GroupsHoldOneFateEachAreNarrowAndFewerThanAHundred) {
  for (const Population* p : {&pop_ii(), &pop_iii()}) {
    EXPECT_LE(p->n_groups(), 100u);
    EXPECT_LT(p->n_groups(), p->n_cells());
    for (std::size_t z = 0; z < standard().n_z(); ++z) {
      // Fates counted in cells equal fates counted in groups, in number per mass formed.
      std::map<Fate, double> cells, groups;
      for (std::size_t i = 0; i < p->n_cells(); ++i) cells[p->cell(z, i).fate] += p->cell_number_per_msun(i);
      for (std::size_t i = 0; i < p->n_groups(); ++i) groups[p->group(z, i).fate] += p->group_number_per_msun(i);
      ASSERT_EQ(cells.size(), groups.size());
      for (const auto& [fate, n] : cells) EXPECT_NEAR(groups[fate] / n, 1.0, 1e-13);
    }
    for (std::size_t i = 1; i < p->n_groups(); ++i)
      EXPECT_LT(std::log10(p->group_mass_msun(i) / p->group_mass_msun(i - 1)), 0.0501);
  }
}

TEST(Population, AnImfWithoutMassiveStarsIsRefused) {
  EXPECT_THROW(Population(standard(), Imf::kroupa(0.01, 4)), InputError);
}

/// Mean and variance of number, mass and metals over many draws at `expected` Msun, against the Poisson expectation.
void expect_moments(const Population& p, double expected, std::size_t i_z, int seeds) {
  double n_sum = 0, n_sq = 0, m_sum = 0, m_sq = 0, z_sum = 0, e_sum = 0;
  std::vector<Population::Born> born;
  for (int i = 0; i < seeds; ++i) {
    Stream s = stream(static_cast<std::uint64_t>(i));
    const double formed = p.sample(expected, no_limit, i_z, s, born);
    double n = 0, mass = expected * p.low_mass_fraction();
    for (const auto& b : born) {
      n += static_cast<double>(b.count);
      mass += static_cast<double>(b.count) * b.kind->mass_msun;
      z_sum += static_cast<double>(b.count) * b.kind->ejecta_msun[metal_z];
      e_sum += static_cast<double>(b.count) * b.kind->e_sn_1e51_erg;
    }
    ASSERT_NEAR(formed, mass, 1e-6 * mass);
    n_sum += n;
    n_sq += n * n;
    m_sum += formed;
    m_sq += formed * formed;
  }
  double mean_n = expected * p.massive_number_per_msun(), var_m = 0, mean_z = 0, var_z = 0, mean_e = 0, var_e = 0;
  for (std::size_t c = 0; c < p.n_cells(); ++c) {
    const double n = expected * p.cell_number_per_msun(c), m = p.cell_mass_msun(c), z = p.cell(i_z, c).ejecta_msun[0];
    const double e = p.cell(i_z, c).e_sn_1e51_erg;
    var_m += n * m * m;
    mean_z += n * z;
    var_z += n * z * z;
    mean_e += n * e;
    var_e += n * e * e;
  }
  const double k = seeds, five_sigma = 5.0;
  EXPECT_NEAR(n_sum / k, mean_n, five_sigma * std::sqrt(mean_n / k));
  EXPECT_NEAR(m_sum / k, expected, five_sigma * std::sqrt(var_m / k));
  EXPECT_NEAR(z_sum / k, mean_z, five_sigma * std::sqrt(var_z / k));
  EXPECT_NEAR(e_sum / k, mean_e, five_sigma * std::sqrt(var_e / k));
  // Variances: relative error sqrt(2/k) and the kurtosis of a compound Poisson sum of few heavy stars.
  EXPECT_NEAR((n_sq - n_sum * n_sum / k) / (k - 1) / mean_n, 1.0, five_sigma * std::sqrt((2.0 + 1.0 / mean_n) / k));
  double fourth = 0;
  for (std::size_t c = 0; c < p.n_cells(); ++c)
    fourth += expected * p.cell_number_per_msun(c) * std::pow(p.cell_mass_msun(c), 4);
  // A group's stars have the group's mean mass: the variance inside groups (0.05 dex) is 1e-3 of the whole.
  EXPECT_NEAR((m_sq - m_sum * m_sum / k) / (k - 1) / var_m, 1.0,
              2e-3 + five_sigma * std::sqrt((2.0 + fourth / (var_m * var_m)) / k));
}

// IMF-5
TEST(Sampling, NumberMassMetalsAndEnergyHaveThePoissonMeanAndVarianceOnBothSidesOfTheSwitch) {
  const double limit_ii = pop_ii().star_by_star_limit() / pop_ii().massive_number_per_msun();
  for (double expected : {1.0, 100.0, 0.99 * limit_ii, 1.01 * limit_ii, 1e6})
    expect_moments(pop_ii(), expected, 3, 4000);
  const double limit_iii = pop_iii().star_by_star_limit() / pop_iii().massive_number_per_msun();
  for (double expected : {10.0, 1e3, 0.99 * limit_iii, 1.01 * limit_iii, 1e6})
    expect_moments(pop_iii(), expected, 0, 4000);
}

/// Counts per mass bin over many seeds against the IMF. Bins are the groups, so that both ways of sampling fill them.
double mass_function_chance(const Population& p, double expected, int seeds) {
  std::vector<double> counts(p.n_groups(), 0.0), upper;
  double edge = 0;
  std::size_t c = 0;
  for (std::size_t g = 0; g < p.n_groups(); ++g) {  // the last cell of each group
    double n = 0;
    while (c < p.n_cells() && n < p.group_number_per_msun(g) * (1 - 1e-9)) n += p.cell_number_per_msun(c++);
    edge = p.cell_mass_msun(c - 1) * (1 + 1e-6);
    upper.push_back(edge);
  }
  std::vector<Population::Born> born;
  for (int i = 0; i < seeds; ++i) {
    Stream s = stream(1000000u + static_cast<std::uint64_t>(i));
    p.sample(expected, no_limit, 2, s, born);
    for (const auto& b : born) {
      const auto g =
          std::lower_bound(upper.begin(), upper.end(), static_cast<double>(b.kind->mass_msun)) - upper.begin();
      counts.at(static_cast<std::size_t>(g)) += static_cast<double>(b.count);
    }
  }
  double chi2 = 0, dof = 0;
  for (std::size_t g = 0; g < p.n_groups(); ++g) {
    const double mean = expected * seeds * p.group_number_per_msun(g);
    EXPECT_GT(mean, 5.0);
    chi2 += (counts[g] - mean) * (counts[g] - mean) / mean;
    dof += 1;
  }
  return chance(chi2, dof);
}

TEST(Sampling, StarsFollowTheImfByChiSquareOverManySeedsForFewAndForManyStars) {
  for (double expected : {200.0, 1000.0, 5000.0, 3e4, 1e6}) {
    const double p = mass_function_chance(pop_ii(), expected, expected < 5000 ? 20000 : 2000);
    EXPECT_GT(p, 1e-3) << expected;
    EXPECT_LT(p, 1 - 1e-3) << expected;
  }
  for (double expected : {100.0, 1000.0, 1e5}) {
    const double p = mass_function_chance(pop_iii(), expected, 5000);
    EXPECT_GT(p, 1e-3) << expected;
    EXPECT_LT(p, 1 - 1e-3) << expected;
  }
}

TEST(Sampling, TheNumberOfStarsIsPoissonOnBothSidesOfTheSwitch) {
  for (double factor : {0.02, 0.999, 1.001}) {
    const double mean = factor * pop_ii().star_by_star_limit();
    const double expected = mean / pop_ii().massive_number_per_msun();
    const boost::math::poisson law(mean);
    std::vector<double> counts(12, 0.0), edges;
    for (int i = 1; i < 12; ++i) edges.push_back(std::floor(boost::math::quantile(law, i / 12.0)));
    constexpr int seeds = 6000;
    std::vector<Population::Born> born;
    for (int i = 0; i < seeds; ++i) {
      Stream s = stream(2000000u + static_cast<std::uint64_t>(i));
      pop_ii().sample(expected, no_limit, 0, s, born);
      double n = 0;
      for (const auto& b : born) n += static_cast<double>(b.count);
      counts[static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), n) - edges.begin())] += 1;
    }
    double chi2 = 0, dof = -1, below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double up = i < edges.size() ? boost::math::cdf(law, edges[i]) : 1.0, p = up - below;
      below = up;
      if (p * seeds < 5) {
        EXPECT_LT(counts[i], 30);
        continue;
      }
      chi2 += (counts[i] - p * seeds) * (counts[i] - p * seeds) / (p * seeds);
      dof += 1;
    }
    EXPECT_GT(chance(chi2, dof), 1e-3) << mean;
  }
}

TEST(Sampling, BothWaysOfDrawingHaveOneDistribution) {
  // The same expectation drawn star by star (in halves, each below the switch) and group by group: counts of fates.
  const double limit = pop_ii().star_by_star_limit() / pop_ii().massive_number_per_msun();
  constexpr int seeds = 3000;
  constexpr std::size_t i_z = 9;  // Z = 0.014
  std::array<double, 7> stars{}, groups{};
  std::vector<Population::Born> born;
  for (int i = 0; i < seeds; ++i) {
    Stream s = stream(3000000u + static_cast<std::uint64_t>(i)), t = stream(4000000u + static_cast<std::uint64_t>(i));
    for (int half = 0; half < 2; ++half) {
      pop_ii().sample(0.75 * limit, no_limit, i_z, s, born);
      for (const auto& b : born) stars[static_cast<std::size_t>(b.kind->fate)] += static_cast<double>(b.count);
    }
    pop_ii().sample(1.5 * limit, no_limit, i_z, t, born);
    for (const auto& b : born) groups[static_cast<std::size_t>(b.kind->fate)] += static_cast<double>(b.count);
  }
  double chi2 = 0, dof = 0;
  for (std::size_t f = 0; f < 7; ++f) {
    if (stars[f] + groups[f] == 0) continue;
    chi2 += (stars[f] - groups[f]) * (stars[f] - groups[f]) / (stars[f] + groups[f]);
    dof += 1;
  }
  EXPECT_GE(dof, 5);
  EXPECT_GT(chance(chi2, dof), 1e-3);
}

TEST(Sampling, FewStarsComeOneByOneAndManyInGroups) {
  std::vector<Population::Born> born;
  Stream s = stream(1);
  pop_ii().sample(1000, no_limit, 0, s, born);
  for (const auto& b : born) EXPECT_EQ(b.count, 1);
  pop_ii().sample(1e8, no_limit, 0, s, born);
  EXPECT_LE(born.size(), pop_ii().n_groups());
}

TEST(Sampling, IsAFunctionOfTheStreamAlone) {
  std::vector<Population::Born> a, b;
  for (double expected : {10.0, 1e3, 1e5}) {
    Stream s = stream(7), t = stream(7);
    EXPECT_EQ(pop_ii().sample(expected, no_limit, 4, s, a), pop_ii().sample(expected, no_limit, 4, t, b));
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].kind == b[i].kind && a[i].count == b[i].count);
  }
}

TEST(Sampling, NothingFormsWithoutGas) {
  std::vector<Population::Born> born(3);
  Stream s = stream(1);
  EXPECT_EQ(pop_ii().sample(0, 100, 0, s, born), 0.0);
  EXPECT_TRUE(born.empty());
  EXPECT_EQ(pop_ii().sample(1e5, 0, 0, s, born), 0.0);
  EXPECT_TRUE(born.empty());
}

// IMF-6
TEST(Truncation, NeverFormsMoreThanThereIs) {
  std::vector<Population::Born> born;
  for (const Population* p : {&pop_ii(), &pop_iii()})
    for (double expected : {1.0, 30.0, 1e3, 1e5, 1e7})
      for (double available : {0.1, 0.5, 0.999, 1.0, 1.01})
        for (std::uint64_t i = 0; i < 50; ++i) {
          Stream s = stream(i);
          const double formed = p->sample(expected, available * expected, 1, s, born);
          ASSERT_LE(formed, available * expected);
          double mass = std::min(expected * p->low_mass_fraction(), available * expected);
          for (const auto& b : born) {
            ASSERT_GT(b.count, 0);
            mass += static_cast<double>(b.count) * b.kind->mass_msun;
          }
          ASSERT_NEAR(formed, mass, 1e-6 * expected);
        }
}

TEST(Truncation, LeavesEverythingThatFits) {
  std::vector<Population::Born> all, cut;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Stream s = stream(i), t = stream(i);
    const double formed = pop_ii().sample(300, no_limit, 1, s, all);
    EXPECT_EQ(pop_ii().sample(300, formed, 1, t, cut), formed);
    EXPECT_EQ(all.size(), cut.size());
  }
}

TEST(Truncation, DropsStarsBeforeTheLowMassPart) {
  std::vector<Population::Born> born;
  Stream s = stream(5);
  const double low = pop_ii().low_mass_fraction();
  EXPECT_NEAR(pop_ii().sample(1e4, 1e4 * low, 0, s, born), 1e4 * low, 1e-9);
  EXPECT_TRUE(born.empty());
  EXPECT_NEAR(pop_ii().sample(1e4, 0.5e4 * low, 0, s, born), 0.5e4 * low, 1e-9);
}

// Dropping in random order until the rest fits keeps a maximal random prefix. A direct implementation on single stars
// is compared with what is kept: mean number, mean mass, and the number of stars above 20 Msun.
TEST(Truncation, KeepsAsManyStarsAsARandomOrderWouldOnBothPaths) {
  for (const double expected : {2000.0, 40000.0})  // star by star, groups
    for (const double fraction : {0.45, 0.8}) {    // keep the few, drop the few
      const double available =
          expected * (pop_ii().low_mass_fraction() + fraction * (1 - pop_ii().low_mass_fraction()));
      constexpr int seeds = 3000;
      double n[2] = {}, m[2] = {}, heavy[2] = {}, n_sq[2] = {}, m_sq[2] = {}, h_sq[2] = {};
      std::vector<Population::Born> born;
      std::vector<double> masses;
      const auto record = [&](int way, double count, double mass, double big) {
        n[way] += count;
        n_sq[way] += count * count;
        m[way] += mass;
        m_sq[way] += mass * mass;
        heavy[way] += big;
        h_sq[way] += big * big;
      };
      for (int i = 0; i < seeds; ++i) {
        Stream s = stream(5000000u + static_cast<std::uint64_t>(i)),
               t = stream(6000000u + static_cast<std::uint64_t>(i));
        pop_ii().sample(expected, available, 2, s, born);
        double count = 0, mass = 0, big = 0;
        for (const auto& b : born) {
          count += static_cast<double>(b.count);
          mass += static_cast<double>(b.count) * b.kind->mass_msun;
          if (b.kind->mass_msun > 20) big += static_cast<double>(b.count);
        }
        record(0, count, mass, big);
        pop_ii().sample(expected, no_limit, 2, t, born);
        masses.clear();
        for (const auto& b : born)
          for (std::int64_t c = 0; c < b.count; ++c) masses.push_back(b.kind->mass_msun);
        for (std::size_t k = masses.size(); k > 1; --k)
          std::swap(masses[k - 1], masses[static_cast<std::size_t>(t.uniform() * static_cast<double>(k))]);
        double total = expected * pop_ii().low_mass_fraction();
        for (double x : masses) total += x;
        while (total > available && !masses.empty()) {
          total -= masses.back();
          masses.pop_back();
        }
        mass = big = 0;
        for (double x : masses) {
          mass += x;
          if (x > 20) big += 1;
        }
        record(1, static_cast<double>(masses.size()), mass, big);
      }
      const auto agree = [&](const double* a, const double* sq) {
        const double k = seeds;
        const double var = (sq[0] - a[0] * a[0] / k + sq[1] - a[1] * a[1] / k) / (k - 1) / k;
        EXPECT_NEAR(a[0] / k, a[1] / k, 5 * std::sqrt(var)) << expected << " " << fraction;
      };
      agree(n, n_sq);
      agree(m, m_sq);
      agree(heavy, h_sq);
    }
}

}  // namespace

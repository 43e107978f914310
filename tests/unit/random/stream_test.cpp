#include "cecropia/random/stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::random;

Stream stream(std::uint64_t id, std::uint32_t level = 0, std::uint32_t sub_step = 0, Purpose purpose = Purpose::test) {
  return Stream({11, 7}, id, level, sub_step, purpose);
}

double upper_tail(double chi2, double dof) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(dof), chi2));
}

// Known answers of Philox4x64-10, file kat_vectors of Random123 (Salmon et al. 2011).
TEST(Philox, HasThePublishedKnownAnswers) {
  const struct {
    std::array<std::uint64_t, 4> counter;
    std::array<std::uint64_t, 2> key;
    std::array<std::uint64_t, 4> answer;
  } list[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314cu, 0xdb20fe9d672d0fdcu, 0xd7e772cee186176bu, 0x7e68b68aec7ba23bu}},
      {{~0ull, ~0ull, ~0ull, ~0ull},
       {~0ull, ~0ull},
       {0x87b092c3013fe90bu, 0x438c3c67be8d0224u, 0x9cc7d7c69cd777b6u, 0xa09caebf594f0ba0u}},
      {{0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u},
       {0x452821e638d01377u, 0xbe5466cf34e90c6cu},
       {0xa528f45403e61d95u, 0x38c72dbd566e9788u, 0xa5a1610e72fd18b5u, 0x57bd43b5e52b7fe6u}}};
  for (const auto& k : list) {
    const r123::Philox4x64::ctr_type c{{k.counter[0], k.counter[1], k.counter[2], k.counter[3]}};
    const r123::Philox4x64::key_type key{{k.key[0], k.key[1]}};
    const auto block = r123::Philox4x64()(c, key);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(block[i], k.answer[i]);
  }
}

TEST(Stream, IsPhiloxOfSeedHaloLevelSubStepAndPurpose) {
  Stream zero({0, 0}, 0, 0, 0, static_cast<Purpose>(0));
  for (std::uint64_t answer : {0x16554d9eca36314cu, 0xdb20fe9d672d0fdcu, 0xd7e772cee186176bu, 0x7e68b68aec7ba23bu})
    EXPECT_EQ(zero.bits(), answer);
  Stream s({5, 6}, 123456789012345u, 17, 42, Purpose::mixing);
  for (std::uint64_t block = 0; block < 3; ++block) {  // the last word counts blocks
    const r123::Philox4x64::ctr_type c{{123456789012345u, (17ull << 32) | 42u, 2u, block}};
    const auto expected = r123::Philox4x64()(c, r123::Philox4x64::key_type{{5, 6}});
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(s.bits(), expected[i]);
  }
}

TEST(Stream, EveryPartOfItsNameMatters) {
  std::set<std::uint64_t> first;
  const auto add = [&first](Stream s) { EXPECT_TRUE(first.insert(s.bits()).second); };
  add(Stream({1, 1}, 1, 1, 1, Purpose::stars));
  add(Stream({2, 1}, 1, 1, 1, Purpose::stars));
  add(Stream({1, 2}, 1, 1, 1, Purpose::stars));
  add(Stream({1, 1}, 2, 1, 1, Purpose::stars));
  add(Stream({1, 1}, 1, 2, 1, Purpose::stars));
  add(Stream({1, 1}, 1, 1, 2, Purpose::stars));
  add(Stream({1, 1}, 1, 1, 1, Purpose::mixing));
  for (std::uint64_t id = 3; id < 10000; ++id) add(Stream({1, 1}, id, 1, 1, Purpose::stars));
}

TEST(Stream, UniformNumbersStayInTheirIntervals) {
  Stream s = stream(1);
  for (int i = 0; i < 100000; ++i) {
    const double u = s.uniform();
    ASSERT_TRUE(u >= 0.0 && u < 1.0);
    const double v = s.open_uniform();
    ASSERT_TRUE(v > 0.0 && v < 1.0);
  }
}

TEST(Stream, UniformNumbersAreUniformByChiSquare) {
  constexpr int bins = 256, n = 1 << 20;
  std::vector<double> counts(bins, 0.0);
  Stream s = stream(2);
  for (int i = 0; i < n; ++i) counts[static_cast<std::size_t>(s.uniform() * bins)] += 1;
  double chi2 = 0;
  for (double c : counts) chi2 += (c - n / bins) * (c - n / bins) / (n / bins);
  const double p = upper_tail(chi2, bins - 1);
  EXPECT_GT(p, 1e-3);
  EXPECT_LT(p, 1 - 1e-3);
}

/// Correlation of numbers at equal places of many pairs of streams.
template <class Draw, class Pair>
double correlation(Draw draw, Pair pair) {
  constexpr int n = 100000;
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (int i = 0; i < n; ++i) {
    auto [a, b] = pair(static_cast<std::uint64_t>(i));
    const double x = draw(a), y = draw(b);
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  return (sxy / n - sx / n * (sy / n)) / std::sqrt((sxx / n - sx / n * (sx / n)) * (syy / n - sy / n * (sy / n)));
}

TEST(Stream, NeighbouringHalosLevelsSubStepsAndPurposesAreIndependent) {
  const double five_sigma = 5.0 / std::sqrt(100000.0);
  const auto uniform = [](Stream& s) { return s.uniform(); };
  const auto gauss = [](Stream& s) { return normal(s); };
  const auto log_normal = [](Stream& s) { return std::exp(normal(s)); };
  using Two = std::pair<Stream, Stream>;
  const auto halos = [](std::uint64_t i) { return Two{stream(i), stream(i + 1)}; };
  const auto levels = [](std::uint64_t i) { return Two{stream(i, 3), stream(i, 4)}; };
  const auto sub_steps = [](std::uint64_t i) { return Two{stream(i, 3, 0), stream(i, 3, 1)}; };
  const auto purposes = [](std::uint64_t i) {
    return Two{stream(i, 0, 0, Purpose::stars), stream(i, 0, 0, Purpose::mixing)};
  };
  const auto realisations = [](std::uint64_t i) {
    return Two{Stream({1, 1}, i, 0, 0, Purpose::test), Stream({1, 2}, i, 0, 0, Purpose::test)};
  };
  EXPECT_LT(std::fabs(correlation(uniform, halos)), five_sigma);
  EXPECT_LT(std::fabs(correlation(gauss, halos)), five_sigma);
  EXPECT_LT(std::fabs(correlation(log_normal, halos)), five_sigma);
  EXPECT_LT(std::fabs(correlation(uniform, levels)), five_sigma);
  EXPECT_LT(std::fabs(correlation(uniform, sub_steps)), five_sigma);
  EXPECT_LT(std::fabs(correlation(uniform, purposes)), five_sigma);
  EXPECT_LT(std::fabs(correlation(uniform, realisations)), five_sigma);
}

TEST(Stream, PairsOfNeighboursFillTheSquareByChiSquare) {
  constexpr int side = 16, n = 200000;
  std::vector<double> counts(side * side, 0.0);
  for (std::uint64_t i = 0; i < n; ++i) {
    Stream a = stream(i), b = stream(i + 1);
    counts[static_cast<std::size_t>(a.uniform() * side) * side + static_cast<std::size_t>(b.uniform() * side)] += 1;
  }
  const double mean = static_cast<double>(n) / (side * side);
  double chi2 = 0;
  for (double c : counts) chi2 += (c - mean) * (c - mean) / mean;
  EXPECT_GT(upper_tail(chi2, side * side - 1), 1e-3);
}

// The stream yields known bits, so the uniform number behind each normal deviate is known.
TEST(Normal, IsTheInverseOfTheNormalDistribution) {
  const boost::math::normal law;
  double most_extreme = 0;
  for (std::uint64_t id = 0; id < 200000; ++id) {
    Stream a = stream(id), b = stream(id);
    const double u = b.open_uniform(), x = normal(a);
    const double expected =
        u < 0.5 ? boost::math::quantile(law, u) : boost::math::quantile(boost::math::complement(law, 1.0 - u));
    ASSERT_NEAR(x, expected, 1e-12 * std::max(1.0, std::fabs(expected))) << u;
    most_extreme = std::max(most_extreme, std::fabs(x));
  }
  EXPECT_GT(most_extreme, 4.0);  // tails were reached
}

TEST(Normal, HasMeanZeroAndUnitVariance) {
  constexpr int n = 1000000;
  double sum = 0, sq = 0, fourth = 0;
  Stream s = stream(3);
  for (int i = 0; i < n; ++i) {
    const double x = normal(s);
    sum += x;
    sq += x * x;
    fourth += x * x * x * x;
  }
  EXPECT_NEAR(sum / n, 0.0, 5 / std::sqrt(n));
  EXPECT_NEAR(sq / n, 1.0, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(fourth / n, 3.0, 5 * std::sqrt(96.0 / n));
}

TEST(Exponential, HasUnitMeanAndTheRightTail) {
  constexpr int n = 1000000;
  double sum = 0, beyond = 0;
  Stream s = stream(4);
  for (int i = 0; i < n; ++i) {
    const double x = exponential(s);
    ASSERT_GT(x, 0.0);
    sum += x;
    if (x > 3) beyond += 1;
  }
  EXPECT_NEAR(sum / n, 1.0, 5 / std::sqrt(n));
  const double p = std::exp(-3.0);
  EXPECT_NEAR(beyond / n, p, 5 * std::sqrt(p / n));
}

/// Chi-square against the Poisson law in up to 40 bins of about equal probability, and mean and variance.
class PoissonAt : public testing::TestWithParam<double> {};

TEST_P(PoissonAt, FollowsThePoissonLawByChiSquareWithTheRightMeanAndVariance) {
  const double mean = GetParam();
  const boost::math::poisson law(mean);
  constexpr int n = 200000, wanted_bins = 40;
  std::vector<double> edges;  // a count k belongs to the first bin with k <= edge
  for (int i = 1; i < wanted_bins; ++i) {
    const double edge = std::floor(boost::math::quantile(law, static_cast<double>(i) / wanted_bins));
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  // Small means: one more bin per count as long as it holds enough.
  while (mean < 10 && n * boost::math::cdf(boost::math::complement(law, edges.back() + 1)) > 20)
    edges.push_back(edges.back() + 1);
  std::vector<double> counts(edges.size() + 1, 0.0);
  double sum = 0, sq = 0;
  for (std::uint64_t id = 0; id < n; ++id) {
    Stream s = stream(id, 1);
    const auto k = poisson(s, mean);
    ASSERT_GE(k, 0);
    const auto x = static_cast<double>(k);
    counts[static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), x) - edges.begin())] += 1;
    sum += x - mean;
    sq += (x - mean) * (x - mean);
  }
  double chi2 = 0, below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double up = i < edges.size() ? boost::math::cdf(law, edges[i]) : 1.0, expected = n * (up - below);
    below = up;
    EXPECT_GT(expected, 5.0);
    chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  const double p = upper_tail(chi2, static_cast<double>(counts.size() - 1));
  EXPECT_GT(p, 1e-3) << "chi-square " << chi2 << " in " << counts.size() << " bins";
  EXPECT_LT(p, 1 - 1e-3);
  EXPECT_NEAR(sum / n, 0.0, 5 * std::sqrt(mean / n));
  EXPECT_NEAR(sq / n / mean, 1.0, 5 * std::sqrt((2.0 + 1.0 / mean) / n));
}
INSTANTIATE_TEST_SUITE_P(Means, PoissonAt, testing::Values(0.1, 1.0, 5.0, 9.9, 10.1, 30.0, 100.0, 1e4, 1e8));

TEST(Poisson, TailsAreFilledAsTheLawSays) {
  for (double mean : {9.9, 10.1, 100.0, 1e4}) {
    const boost::math::poisson law(mean);
    constexpr int n = 1000000;
    const double low = std::floor(boost::math::quantile(law, 1e-4)),
                 high = std::ceil(boost::math::quantile(law, 1 - 1e-4));
    double below = 0, above = 0;
    Stream s = stream(9, 2);
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<double>(poisson(s, mean));
      if (k <= low) below += 1;
      if (k > high) above += 1;
    }
    const double p_low = boost::math::cdf(law, low), p_high = boost::math::cdf(boost::math::complement(law, high));
    EXPECT_NEAR(below, n * p_low, 5 * std::sqrt(n * p_low)) << mean;
    EXPECT_NEAR(above, n * p_high, 5 * std::sqrt(n * p_high)) << mean;
  }
}

TEST(Poisson, NothingIsExpectedFromNothing) {
  Stream s = stream(1);
  EXPECT_EQ(poisson(s, 0.0), 0);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(poisson(s, 1e-12), 0);
}

TEST(Poisson, AMeanThatIsNoNumberOrOutOfRangeIsABrokenInvariant) {
  Stream s = stream(1);
  EXPECT_THROW(poisson(s, std::numeric_limits<double>::quiet_NaN()), InternalError);
  EXPECT_THROW(poisson(s, -1e-300), InternalError);
  EXPECT_THROW(poisson(s, std::numeric_limits<double>::infinity()), InternalError);
}

TEST(Purpose, EveryUseOfChanceHasItsOwnNumber) {
  const std::set<Purpose> all{Purpose::stars,    Purpose::mixing,   Purpose::type_ia,        Purpose::ionised,
                              Purpose::enriched, Purpose::eps_tree, Purpose::eps_mass_noise, Purpose::eps_satellite,
                              Purpose::bubble,   Purpose::test};
  EXPECT_EQ(all.size(), 10u);
}

}  // namespace

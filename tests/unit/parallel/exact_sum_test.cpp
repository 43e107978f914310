#include "cecropia/parallel/exact_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "cecropia/core/error.hpp"

namespace {
using cecropia::InternalError;
using cecropia::parallel::ExactSum;

double sum_of(const std::vector<double>& terms) {
  ExactSum sum;
  for (const double t : terms) sum.add(t);
  return sum.value();
}

/// Terms with random mantissas and signs, exponents in [lowest, highest].
std::vector<double> random_terms(std::size_t n, int lowest, int highest, unsigned seed, bool signs = true) {
  std::mt19937_64 engine(seed);
  std::vector<double> terms(n);
  for (double& t : terms) {
    const double mantissa = 1.0 + std::ldexp(static_cast<double>(engine() >> 12), -52);
    const int exponent = lowest + static_cast<int>(engine() % static_cast<unsigned>(highest - lowest + 1));
    t = std::ldexp(signs && (engine() & 1) != 0 ? -mantissa : mantissa, exponent);
  }
  return terms;
}

TEST(ExactSum, OneTermComesBackBitByBitOverTheWholeRange) {
  for (int e = -200; e < 200; ++e)
    for (const double t : random_terms(20, e, e, static_cast<unsigned>(e + 1000)))
      ASSERT_EQ(sum_of({t}), t) << "exponent " << e;
}

TEST(ExactSum, KeepsTheLastBitOfTheSmallestTermBesideTheLargest) {
  const double small = std::nextafter(std::ldexp(1.0, -200), 1.0), large = std::nextafter(std::ldexp(1.0, 200), 0.0);
  EXPECT_EQ(sum_of({large, small, -large}), small);
  EXPECT_EQ(sum_of({large, small, large, -large, -small, -large}), 0.0);
  EXPECT_FALSE(std::signbit(sum_of({large, -large})));
}

TEST(ExactSum, AgreesWithIntegerArithmeticWhereThatIsExact) {
  // Terms are multiples of 2^-20 below 2^20: their sum is an integer multiple of 2^-20 that fits in 64 bits.
  std::mt19937_64 engine(3);
  std::int64_t expected = 0;
  ExactSum sum;
  for (int i = 0; i < 200000; ++i) {
    const auto k = static_cast<std::int64_t>(engine() >> 24) - (std::int64_t{1} << 39);
    expected += k;
    sum.add(std::ldexp(static_cast<double>(k), -20));
  }
  EXPECT_EQ(sum.value(), std::ldexp(static_cast<double>(expected), -20));
}

TEST(ExactSum, AgreesWithLongDoubleWithinItsRoundingErrors) {
  const auto terms = random_terms(100000, -20, 20, 5, false);
  long double reference = 0;
  for (const double t : terms) reference += t;
  EXPECT_LE(std::fabs(static_cast<double>(static_cast<long double>(sum_of(terms)) - reference)),
            1e5 * 0x1p-64 * static_cast<double>(reference));
}

TEST(ExactSum, DoesNotKnowTheOrderOfItsTerms) {
  auto terms = random_terms(20000, -200, 199, 7);
  const double expected = sum_of(terms);
  std::mt19937_64 engine(11);
  for (int i = 0; i < 10; ++i) {
    std::shuffle(terms.begin(), terms.end(), engine);
    ASSERT_EQ(sum_of(terms), expected);
  }
  std::sort(terms.begin(), terms.end());
  EXPECT_EQ(sum_of(terms), expected);
}

TEST(ExactSum, DoesNotKnowHowTheTermsWereSplit) {
  const auto terms = random_terms(5000, -200, 199, 13);
  const double expected = sum_of(terms);
  for (const std::size_t parts : {2U, 3U, 7U, 100U}) {
    std::vector<ExactSum> part(parts);
    for (std::size_t i = 0; i < terms.size(); ++i) part[i * parts / terms.size()].add(terms[i]);
    ExactSum total;
    for (auto p = part.rbegin(); p != part.rend(); ++p) total.add(*p);
    ASSERT_EQ(total.value(), expected) << parts << " parts";
  }
}

TEST(ExactSum, RoundsOnceToTheNearestDoubleAndTiesToEven) {
  const double ulp = 0x1p-52;                                     // of numbers in [1, 2)
  EXPECT_EQ(sum_of({1.0, ulp / 2}), 1.0);                         // a tie: 1 is even
  EXPECT_EQ(sum_of({1.0 + ulp, ulp / 2}), 1.0 + 2 * ulp);         // a tie: away from the odd one
  EXPECT_EQ(sum_of({1.0, ulp / 2, 0x1p-200}), 1.0 + ulp);         // a hair above the tie
  EXPECT_EQ(sum_of({1.0 + ulp, ulp / 2, -0x1p-200}), 1.0 + ulp);  // a hair below it
  EXPECT_EQ(sum_of({-1.0, -ulp / 2, -0x1p-200}), -(1.0 + ulp));   // the same for negative sums
  EXPECT_EQ(sum_of({2.0, -0x1p-60}), 2.0);                        // rounding up into the next binade
}

TEST(ExactSum, RoundsCorrectlyForRandomPairs) {
  // IEEE addition of two doubles rounds the exact sum once: so must we.
  const auto a = random_terms(50000, -60, 0, 17), b = random_terms(50000, -60, 0, 19);
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(sum_of({a[i], b[i]}), a[i] + b[i]);
}

TEST(ExactSum, AddsMillionsOfTermsWithoutOverflow) {
  ExactSum sum;
  const double big = std::nextafter(std::ldexp(1.0, 200), 0.0);
  for (int i = 0; i < 3000000; ++i) sum.add(big);
  // big = (2^53 - 1) 2^147; times 3e6, rounded once
  EXPECT_EQ(sum.value(), std::ldexp(static_cast<double>(3.0e6L * static_cast<long double>(9007199254740991.0)), 147));
  // and by doubling: 2^60 times the same term through sums of sums
  ExactSum doubling;
  doubling.add(big);
  for (int i = 0; i < 60; ++i) {
    const ExactSum copy = doubling;
    doubling.add(copy);
  }
  EXPECT_EQ(doubling.value(), std::ldexp(big, 60));
}

TEST(ExactSum, TreatsTermsBelowTheRangeAsZeroAndRefusesThoseAboveIt) {
  EXPECT_EQ(sum_of({0.0, -0.0, 5e-324, std::nextafter(0x1p-200, 0.0)}), 0.0);
  ExactSum sum;
  EXPECT_THROW(sum.add(0x1p200), InternalError);
  EXPECT_THROW(sum.add(-0x1p200), InternalError);
  EXPECT_THROW(sum.add(std::numeric_limits<double>::infinity()), InternalError);
  EXPECT_THROW(sum.add(std::numeric_limits<double>::quiet_NaN()), InternalError);
  EXPECT_EQ(sum.value(), 0.0);
}

}  // namespace

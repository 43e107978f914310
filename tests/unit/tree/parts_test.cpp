// The small parts of the room: numbers, ids, forests, shares of ranks.
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>

#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/id_index.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/partition.hpp"

namespace cecropia::tree {
namespace {

TEST(NumberParser, GivesTheSameBitsAsTheStandardLibrary) {
  std::mt19937_64 chance(7);
  char text[64];
  for (int i = 0; i < 200000; ++i) {
    const char* const formats[] = {"%.5e", "%.6f", "%.17g", "%.0f", "%g", "%.3e"};
    const double value = std::ldexp(static_cast<double>(chance()) - 9e18, static_cast<int>(chance() % 100) - 110);
    const int n = std::snprintf(text, sizeof text, formats[chance() % 6], value);
    double read = 0;
    ASSERT_TRUE(parse_number({text, static_cast<std::size_t>(n)}, read)) << text;
    EXPECT_EQ(read, std::strtod(text, nullptr)) << text;
  }
}

TEST(NumberParser, TakesWhatIsWrittenAndNothingElse) {
  double v = 0;
  for (const char* good : {"1", "-1", "+1", "1.", ".5", "1e5", "1E-5", "1e+5", "0.00000",
                           "123456789012345678901234567890", "nan", "-nan", "inf"})
    EXPECT_TRUE(parse_number(good, v)) << good;
  for (const char* bad :
       {"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1x", "x", "--1", "+-1", "0x10", "1e400", " 1", "1 "})
    EXPECT_FALSE(parse_number(bad, v)) << bad;
}

TEST(NumberParser, WholeNumbersMustFitInto64Bits) {
  std::int64_t v = 0;
  EXPECT_TRUE(parse_integer("9223372036854775807", v));
  EXPECT_EQ(v, 9223372036854775807);
  EXPECT_TRUE(parse_integer("-1", v));
  EXPECT_EQ(v, -1);
  for (const char* bad : {"", "-", "9223372036854775808", "1.0", "1e3", "abc", "12 ", "99999999999999999999999"})
    EXPECT_FALSE(parse_integer(bad, v)) << bad;
}

TEST(IdIndex, FindsWhatWasAddedAndNothingElse) {
  IdIndex index;
  EXPECT_EQ(index.find(1), no_halo);
  index.reset(1000);
  for (Halo i = 0; i < 1000; ++i) EXPECT_EQ(index.insert(static_cast<std::int64_t>(i) * 1000003, i), no_halo);
  for (Halo i = 0; i < 1000; ++i) EXPECT_EQ(index.find(static_cast<std::int64_t>(i) * 1000003), i);
  EXPECT_EQ(index.find(5), no_halo);
  EXPECT_EQ(index.insert(0, 77), 0u);
  index.reset(1);
  EXPECT_EQ(index.find(0), no_halo);
}

TEST(Forests, AreNamedByTheirSmallestTreeAndJoinedThroughOthers) {
  const std::vector<std::int64_t> trees{3, 5, 8, 9, 20};
  const std::vector<TreeContact> contacts{{9, 5}, {20, 9}, {3, 777}};
  EXPECT_EQ(forests_of(trees, contacts), (std::vector<std::int64_t>{3, 5, 8, 5, 5}));
}

double dearest(const std::vector<double>& cost, const std::vector<std::size_t>& cut) {
  double worst = 0;
  for (std::size_t r = 0; r + 1 < cut.size(); ++r)
    worst = std::max(worst, std::accumulate(cost.begin() + static_cast<std::ptrdiff_t>(cut[r]),
                                            cost.begin() + static_cast<std::ptrdiff_t>(cut[r + 1]), 0.0));
  return worst;
}

TEST(Shares, AreContiguousCompleteAndAsEvenAsAnyContiguousCut) {
  std::mt19937 chance(3);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> cost(8);
    for (double& c : cost) c = static_cast<double>(chance() % 20);
    const auto cut = contiguous_cut(cost, 3);
    ASSERT_EQ(cut.size(), 4u);
    EXPECT_EQ(cut.front(), 0u);
    EXPECT_EQ(cut.back(), cost.size());
    EXPECT_TRUE(std::is_sorted(cut.begin(), cut.end()));
    double best = 1e9;
    for (std::size_t a = 0; a <= 8; ++a)
      for (std::size_t b = a; b <= 8; ++b) best = std::min(best, dearest(cost, {0, a, b, 8}));
    EXPECT_LE(dearest(cost, cut), best * (1 + 1e-5));
  }
}

TEST(Shares, ExistForMoreRanksThanForestsAndForNone) {
  EXPECT_EQ(contiguous_cut(std::vector<double>{2.0, 1.0}, 4).size(), 5u);
  EXPECT_EQ(contiguous_cut(std::vector<double>{2.0, 1.0}, 4).back(), 2u);
  EXPECT_EQ(contiguous_cut({}, 2), (std::vector<std::size_t>{0, 0, 0}));
}

}  // namespace
}  // namespace cecropia::tree

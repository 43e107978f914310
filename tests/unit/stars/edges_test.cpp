// The fast lookup against the plain one, for edges of every kind.
#include "cecropia/stars/edges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cecropia/random/stream.hpp"
#include "cecropia/stars/builder.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;

void expect_plain_lookup(const std::vector<double>& edges) {
  const Edges fast(edges);
  const auto expect_at = [&](double x) {
    const auto plain = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), x) - edges.begin());
    ASSERT_EQ(fast.cell_of(x), plain) << x << " among " << edges.size();
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (double x : {0.0, -0.0, -1.0, 1e-320, 1e-300, 1e-12, 1.0, 1e9, 1e308, infinity, -infinity}) expect_at(x);
  for (double e : edges)
    for (double x : {e, std::nextafter(e, 0.0), std::nextafter(e, infinity), 0.999 * e, 1.001 * e, 0.5 * e, 2.0 * e})
      expect_at(x);
  if (edges.empty()) return;
  random::Stream stream({1, 1}, edges.size(), 0, 0, random::Purpose::test);
  const double low = std::max(edges.front(), 1e-30), high = edges.back();
  for (int i = 0; i < 20000; ++i) expect_at(0.5 * low * std::pow(4.0 * high / low, stream.uniform()));
}

TEST(Edges, FindTheCellsThatAPlainSearchFinds) {
  expect_plain_lookup({});
  expect_plain_lookup({3.0});
  expect_plain_lookup({0.0});
  expect_plain_lookup({1.0, 2.0, 3.0, 4.0});
  expect_plain_lookup({1e-300, 1e-10, 1.0, 1e300});
  expect_plain_lookup({0.0, 0.0, 1.0, 1.0, 1.0, 2.0});
  std::vector<double> crowded{0.25};
  while (crowded.size() < 40) crowded.push_back(std::nextafter(crowded.back(), 1.0));  // more than buckets can part
  crowded.push_back(1e6);
  expect_plain_lookup(crowded);
  std::vector<double> linear;
  for (int i = 0; i < 3000; ++i) linear.push_back(i);
  expect_plain_lookup(linear);
}

// The bug: buckets were halved until equal edges would part, beyond the last bit. A forged table of stars has such
// edges.
TEST(Edges, BugEdgesThatAreAllEqualWereHalvedWithoutEnd) {
  expect_plain_lookup({5.0, 5.0});
  expect_plain_lookup({0.0, 0.0, 0.0});
  expect_plain_lookup({1e308, 1e308});
}

// The bug: with buckets of one bit, a value below 0 less the lowest bucket was a number beyond 64 bits. (The answer was
// right by chance; the sanitizer of undefined behaviour saw it.)
TEST(Edges, BugValuesBelowZeroOverflowedWhereEdgesAreEqual) {
  for (const double edge : {5.0, 1e308, 1e-300}) {
    const Edges edges({edge, edge});
    for (const double x : {-0.0, -1e-320, -1.0, -1e308, -std::numeric_limits<double>::infinity()})
      EXPECT_EQ(edges.cell_of(x), 0u) << x << " below " << edge;
    EXPECT_EQ(edges.cell_of(edge), 2u);
  }
}

TEST(Edges, FindTheCellsOfTheTables) {
  for (Model model : {Model::standard, Model::hartwig2022}) {
    const Tables tables = build({.model = model});
    std::vector<double> z, m = tables.m_edges_msun();
    for (std::size_t i = 0; i + 1 < tables.n_z(); ++i)
      z.push_back(std::sqrt(tables.z_grid()[i] * tables.z_grid()[i + 1]));
    m = {m.begin() + 1, m.end() - 1};
    expect_plain_lookup(z);
    expect_plain_lookup(m);
    for (double x : z) EXPECT_EQ(tables.nearest_z(x), Edges(z).cell_of(x));
    for (double x : m) EXPECT_EQ(tables.nearest_m(x), Edges(m).cell_of(x));
  }
}

}  // namespace

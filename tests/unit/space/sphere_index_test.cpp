// The same questions in three ways: the index, every sphere one by one, and an R-tree of Boost.Geometry.
#include "cecropia/space/sphere_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <set>
#include <vector>

#include "cecropia/random/stream.hpp"

namespace {
using namespace cecropia;
using space::Point;
using space::Sphere;
using space::SphereIndex;
namespace bg = boost::geometry;

std::set<std::size_t> by_index(const SphereIndex& index, const Point& p) {
  std::set<std::size_t> found;
  index.any_enclosing(p, [&](std::size_t i) {
    EXPECT_TRUE(found.insert(i).second) << "sphere " << i << " came twice";
    return false;
  });
  return found;
}

/// All 27 images one by one.
std::set<std::size_t> by_hand(const std::vector<Sphere>& spheres, double box, const Point& p) {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < spheres.size(); ++i)
    for (int x = -1; x <= 1; ++x)
      for (int y = -1; y <= 1; ++y)
        for (int z = -1; z <= 1; ++z) {
          const Point& c = spheres[i].centre_cmpc;
          const double d[3] = {p[0] - c[0] - x * box, p[1] - c[1] - y * box, p[2] - c[2] - z * box};
          if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < spheres[i].radius_cmpc * spheres[i].radius_cmpc)
            found.insert(i);
        }
  return found;
}

/// Bounding boxes of the images that reach into the box, in an R-tree.
class Tree {
 public:
  Tree(const std::vector<Sphere>& spheres, double box) : spheres_(spheres) {
    for (std::size_t i = 0; i < spheres.size(); ++i)
      for (int x = -1; x <= 1; ++x)
        for (int y = -1; y <= 1; ++y)
          for (int z = -1; z <= 1; ++z) {
            const Point& c = spheres[i].centre_cmpc;
            const Point at{c[0] + x * box, c[1] + y * box, c[2] + z * box};
            const double r = spheres[i].radius_cmpc;
            images_.insert({Box(P(at[0] - r, at[1] - r, at[2] - r), P(at[0] + r, at[1] + r, at[2] + r)), {i, at}});
          }
  }
  std::set<std::size_t> enclosing(const Point& p) const {
    std::vector<Value> near;
    images_.query(bg::index::intersects(P(p[0], p[1], p[2])), std::back_inserter(near));
    std::set<std::size_t> found;
    for (const Value& v : near) {
      const auto& [i, c] = v.second;
      const double d[3] = {p[0] - c[0], p[1] - c[1], p[2] - c[2]}, r = spheres_[i].radius_cmpc;
      if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < r * r) found.insert(i);
    }
    return found;
  }

 private:
  using P = bg::model::point<double, 3, bg::cs::cartesian>;
  using Box = bg::model::box<P>;
  using Value = std::pair<Box, std::pair<std::size_t, Point>>;
  const std::vector<Sphere>& spheres_;
  bg::index::rtree<Value, bg::index::quadratic<16>> images_;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : stream_({seed, 0}, 1, 0, 0, random::Purpose::test) {}
  double uniform() { return stream_.uniform(); }
  double normal() { return random::normal(stream_); }

 private:
  random::Stream stream_;
};

std::vector<Sphere> random_spheres(std::uint64_t seed, std::size_t n, double box, double median, double spread_dex) {
  Dice dice(seed);
  std::vector<Sphere> spheres;
  for (std::size_t i = 0; i < n; ++i)
    spheres.push_back({{box * dice.uniform(), box * dice.uniform(), box * dice.uniform()},
                       median * std::pow(10.0, spread_dex * dice.normal())});
  return spheres;
}

/// Spheres crowd around a few places, some of them at the faces of the box.
std::vector<Sphere> clustered_spheres(std::uint64_t seed, std::size_t n, double box, double median) {
  Dice dice(seed);
  const Point places[] = {
      {0.01, 0.3 * box, 0.99 * box}, {0.5 * box, 0.5 * box, 0.5 * box}, {0.999 * box, 0.0, 0.2 * box}};
  std::vector<Sphere> spheres;
  for (std::size_t i = 0; i < n; ++i) {
    Point c = places[i % 3];
    for (double& x : c) {
      x += 0.03 * box * dice.normal();
      x -= box * std::floor(x / box);
    }
    spheres.push_back({c, median * std::pow(10.0, 0.4 * dice.normal())});
  }
  return spheres;
}

void expect_three_ways_agree(const std::vector<Sphere>& spheres, double box, std::size_t points) {
  const SphereIndex index(box, spheres);
  const Tree tree(spheres, box);
  Dice dice(77);
  std::size_t enclosed = 0;
  for (std::size_t k = 0; k < points; ++k) {
    // half of the points at sphere centres, where halos are, the others anywhere, some of them on a face
    Point p{box * dice.uniform(), box * dice.uniform(), box * dice.uniform()};
    if (k % 2 == 0) p = spheres[k * 31 % spheres.size()].centre_cmpc;
    if (k % 7 == 0) p[k % 3] = 0.0;
    const auto expected = by_hand(spheres, box, p);
    EXPECT_EQ(by_index(index, p), expected);
    EXPECT_EQ(tree.enclosing(p), expected);
    enclosed += expected.size();
  }
  EXPECT_GT(enclosed, points / 10) << "a test of empty sets";
}

TEST(SphereIndex, RandomSpheresGiveTheSameSetsInThreeWays) {
  expect_three_ways_agree(random_spheres(1, 800, 6.0, 0.15, 0.3), 6.0, 400);
  expect_three_ways_agree(random_spheres(2, 300, 5.9, 0.02, 0.9), 5.9, 400);  // a few far larger than most
}

TEST(SphereIndex, ClusteredSpheresGiveTheSameSetsInThreeWays) {
  expect_three_ways_agree(clustered_spheres(3, 600, 11.8, 0.2), 11.8, 400);
}

TEST(SphereIndex, OneSphereIsFoundThroughEveryFace) {
  const std::vector<Sphere> one{{{0.1, 0.1, 9.9}, 0.5}};
  const SphereIndex index(10.0, one);
  for (const Point& p : {Point{0.1, 0.1, 9.9}, Point{9.8, 0.1, 9.9}, Point{0.1, 9.8, 9.9}, Point{0.1, 0.1, 0.2},
                         Point{9.9, 9.9, 0.05}, Point{10.1, 0.1, 9.9}, Point{-9.9, 0.1, -0.1}})
    EXPECT_EQ(by_index(index, p).size(), 1u) << p[0] << " " << p[1] << " " << p[2];
  for (const Point& p : {Point{0.7, 0.1, 9.9}, Point{0.1, 0.1, 9.3}, Point{5, 5, 5}})
    EXPECT_TRUE(by_index(index, p).empty());
}

TEST(SphereIndex, SpheresLargerThanHalfTheBoxAreFoundOnceEverywhere) {
  const std::vector<Sphere> spheres{{{1, 1, 1}, 0.55 * 4}, {{3, 3, 3}, 0.9 * 4}, {{2, 0, 0}, 0.01}};
  expect_three_ways_agree(spheres, 4.0, 300);
  const SphereIndex index(4.0, spheres);
  EXPECT_TRUE(by_index(index, {1, 1, 3.5}).contains(1));  // sqrt(3)/2 of the box reaches every point
}

TEST(SphereIndex, APointOnTheSurfaceIsOutside) {
  const SphereIndex index(8.0, std::vector<Sphere>{{{4, 4, 4}, 1.0}});
  EXPECT_TRUE(by_index(index, {5.0, 4, 4}).empty());
  EXPECT_EQ(by_index(index, {4.999999, 4, 4}).size(), 1u);
}

TEST(SphereIndex, AnEmptyIndexEnclosesNothing) {
  EXPECT_TRUE(by_index(SphereIndex(), {1, 2, 3}).empty());
  EXPECT_TRUE(by_index(SphereIndex(5.0, {}), {1, 2, 3}).empty());
}

TEST(SphereIndex, ShiftingTheBoxChangesNothing) {
  auto spheres = random_spheres(5, 500, 6.0, 0.3, 0.3);
  const SphereIndex before(6.0, spheres);
  const Point shift{1.25, 4.5, 3.75};
  for (Sphere& s : spheres)
    for (std::size_t k = 0; k < 3; ++k) s.centre_cmpc[k] = std::fmod(s.centre_cmpc[k] + shift[k], 6.0);
  const SphereIndex after(6.0, spheres);
  Dice dice(8);
  for (int i = 0; i < 300; ++i) {
    Point p{6 * dice.uniform(), 6 * dice.uniform(), 6 * dice.uniform()}, q = p;
    for (std::size_t k = 0; k < 3; ++k) q[k] = std::fmod(p[k] + shift[k], 6.0);
    EXPECT_EQ(by_index(before, p), by_index(after, q));
  }
}
}  // namespace

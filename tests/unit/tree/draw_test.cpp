// The picture of a tree: every halo once, nothing on top of anything else, well-formed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

#include "cecropia/tree/draw.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Forest load_path(const std::string& path) {
  Parameters p;
  p.path = path;
  return load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::self());
}

const Forest& real() {
  static const Forest forest = load_path(CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64");
  return forest;
}

struct Circle {
  double x, y, r;
  std::int64_t halo;
};

std::vector<Circle> halos_in(const std::string& svg) {
  static const std::regex pattern(
      "<circle cx=\"([-0-9.]+)\" cy=\"([-0-9.]+)\" r=\"([0-9.]+)\"[^>]*><title>halo (-?[0-9]+),");
  std::vector<Circle> all;
  for (std::sregex_iterator i(svg.begin(), svg.end(), pattern); i != std::sregex_iterator(); ++i)
    all.push_back({std::stod((*i)[1]), std::stod((*i)[2]), std::stod((*i)[3]), std::stoll((*i)[4])});
  return all;
}

std::string svg_of(const Forest& f, std::int64_t halo, int branches = usual_branches) {
  return draw_svg(f, halo, branches, parallel::Communicator::self());
}

TEST(TreePicture, HoldsEveryHaloOfTheTreeOnceWithTimeRunningDown) {
  const std::string svg = svg_of(real(), 9841);
  const std::vector<Circle> circles = halos_in(svg);
  ASSERT_EQ(circles.size(), 130u);
  std::map<std::int64_t, Circle> of;
  for (const Circle& c : circles) EXPECT_TRUE(of.emplace(c.halo, c).second) << c.halo;
  for (Halo i = 0; i < real().n_halos(); ++i) {
    if (of.count(real().id[i]) == 0 || real().descendant[i] == no_halo) continue;
    EXPECT_LT(of[real().id[i]].y, of[real().id[real().descendant[i]]].y);
  }
}

TEST(TreePicture, RadiusGrowsAsTheCubeRootOfTheMass) {
  std::map<std::int64_t, double> mass;
  for (Halo i = 0; i < real().n_halos(); ++i) mass[real().id[i]] = real().m_vir_msun[i];
  double root = 0;
  for (const Circle& c : halos_in(svg_of(real(), 9841)))
    if (c.halo == 9841) root = c.r;
  ASSERT_GT(root, 0);
  int to_scale = 0;
  for (const Circle& c : halos_in(svg_of(real(), 9841))) {
    if (c.r > 1.31) {  // not drawn larger to be seen
      ++to_scale;
      EXPECT_NEAR(c.r, root * std::cbrt(mass[c.halo] / mass[9841]), 0.006);
    }
  }
  EXPECT_GT(to_scale, 20);
}

TEST(TreePicture, HalosOfOneTimeStandBesideEachOther) {
  EpsParameters eps;
  eps.log10_m_root_min = 11.0;
  eps.log10_m_root_max = 12.0;
  eps.bins_per_dex = 1;
  eps.trees_per_bin = 1;
  eps.resolution_relative = 3e-3;
  eps.satellite_delay = 1.0;
  const Forest f = load({}, eps, cosmology::Cosmology(), {}, parallel::Communicator::self());
  const auto heaviest = std::max_element(f.m_vir_msun.begin(), f.m_vir_msun.end()) - f.m_vir_msun.begin();
  const std::int64_t root = f.id[static_cast<std::size_t>(heaviest)];
  for (const int branches : {5, 60, 100000}) {
    const std::vector<Circle> all = halos_in(svg_of(f, root, branches));
    ASSERT_GT(all.size(), 50u);
    int pairs = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t k = i + 1; k < all.size(); ++k) {
        if (std::abs(all[i].y - all[k].y) < 0.01) {
          ++pairs;
          EXPECT_GT(std::abs(all[i].x - all[k].x), all[i].r + all[k].r);
        }
      }
    EXPECT_GT(pairs, 10) << branches << " branches";
  }
}

TEST(TreePicture, FewerBranchesAreTheHeaviestAndTheHeadingSaysSo) {
  const std::string few = svg_of(real(), 9841, 2);
  EXPECT_THAT(few, HasSubstr("the 2 heaviest of 8 branches"));
  EXPECT_LT(halos_in(few).size(), 130u);
  EXPECT_THAT(svg_of(real(), 9841), HasSubstr("130 halos on 8 branches"));
  EXPECT_EQ(halos_in(svg_of(real(), 9841, 1)).size(), 37u);  // the trunk
}

TEST(TreePicture, SortsOfHalosLookDifferentAndTheLegendNamesThoseThatAreThere) {
  const Forest f = load_path(CECROPIA_SOURCE_DIR "/tests/data/trees/tiny");
  const std::string svg = svg_of(f, 300);  // two halos, two inserted between
  EXPECT_THAT(svg, HasSubstr("inserted where a link skips a level"));
  EXPECT_THAT(svg, Not(HasSubstr("phantom (")));
  EXPECT_THAT(svg_of(f, 100), HasSubstr("phantom (set in by the tree code)"));
  EXPECT_THAT(svg_of(f, 200), HasSubstr("satellite in halo 110"));
}

TEST(TreePicture, OneHaloAloneIsAPictureToo) {
  const Forest f = load_path(CECROPIA_SOURCE_DIR "/tests/data/trees/tiny");
  EXPECT_EQ(halos_in(svg_of(f, 420)).size(), 1u);
  EXPECT_THAT(svg_of(f, 420), HasSubstr("1 halo on 1 branch"));
}

TEST(TreePicture, TagsAreClosedAndNamesAreEscaped) {
  const cecropia::testing::Folder folder;
  const Forest f = load_path(folder.write("a<&>b.dat", cecropia::testing::two_trees().text()));
  const std::string svg = svg_of(f, 10);
  EXPECT_THAT(svg, HasSubstr("a&lt;&amp;&gt;b.dat"));
  std::vector<std::string> open;
  static const std::regex tag("<(/?)([a-z]+)([^>]*)>");
  for (std::sregex_iterator i(svg.begin(), svg.end(), tag); i != std::sregex_iterator(); ++i) {
    const std::string rest = (*i)[3];
    if ((*i)[1] == "/") {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), (*i)[2]);
      open.pop_back();
    } else if (rest.empty() || rest.back() != '/') {
      open.push_back((*i)[2]);
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(TreePicture, AHaloThatIsNotThereIsAnErrorInBothFormats) {
  using cecropia::testing::refusal;
  EXPECT_THAT(refusal([] { svg_of(real(), 123456789); }), HasSubstr("there is no halo 123456789"));
  EXPECT_THAT(refusal([] { draw_graphviz(real(), 123456789, parallel::Communicator::self()); }),
              HasSubstr("there is no halo 123456789"));
}

}  // namespace
}  // namespace cecropia::tree

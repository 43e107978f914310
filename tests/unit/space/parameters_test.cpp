#include "cecropia/space/parameters.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using space::AllParameters;

std::string complaint(const std::function<void(AllParameters&)>& change, bool has_places = false) {
  AllParameters p;
  change(p);
  try {
    space::check(p);
    space::check_places(p, has_places);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

void uniform_metals(AllParameters& p) { p.surroundings.metals = space::MetalSource::uniform; }
void uniform_ionisation(AllParameters& p) { p.surroundings.ionisation = space::Ionisation::uniform; }

TEST(SpaceParameters, DefaultsFitTogetherWhateverTheChoices) {
  for (const bool places : {false, true}) {
    EXPECT_EQ(complaint([](AllParameters&) {}, places), "");
    EXPECT_EQ(complaint(uniform_metals, places), "");
    EXPECT_EQ(complaint(uniform_ionisation, places), "");
  }
}

// The bug: two of a dozen rows were known to have no effect, the others passed without a word.
TEST(SpaceParameters, BugRowsWithoutEffectPassedSilently) {
  const auto has = [](const std::string& text, const std::string& key) {
    EXPECT_NE(text.find("'" + key + "' has no effect"), std::string::npos) << key << ": " << text;
  };
  has(complaint([](AllParameters& p) { p.surroundings.redshift = {5.0, 10.0}; }), "surroundings.redshift");
  has(complaint([](AllParameters& p) { p.surroundings.z_igm = {1e-4}; }), "surroundings.z_igm");
  has(complaint([](AllParameters& p) { p.surroundings.ionised_fraction = {0.5}; }), "surroundings.ionised_fraction");
  has(complaint([](AllParameters& p) { p.lyman_werner.escape = 0.5; }), "lyman_werner.escape");
  has(complaint([](AllParameters& p) { uniform_metals(p), p.bubbles.energy_fraction = 1.0; }),
      "bubbles.energy_fraction");
  has(complaint([](AllParameters& p) { uniform_metals(p), p.bubbles.own_bubble = true; }), "bubbles.own_bubble");
  has(complaint([](AllParameters& p) { uniform_ionisation(p), p.reionisation.f_esc_ii = 0.1; }),
      "reionisation.f_esc_ii");
  has(complaint([](AllParameters& p) { uniform_ionisation(p), p.reionisation.own_region = space::OwnRegion::never; }),
      "reionisation.own_region");
  has(complaint([](AllParameters& p) { p.bubbles.clustering = 3.0; }, true), "bubbles.clustering");
  has(complaint([](AllParameters& p) { p.bubbles.clustering_index = 0.5; }, true), "bubbles.clustering_index");
  has(complaint([](AllParameters& p) { p.reionisation.clustering = 3.0; }, true), "reionisation.clustering");
  EXPECT_EQ(complaint([](AllParameters& p) { p.bubbles.clustering = 3.0; }, false), "");
  EXPECT_EQ(complaint([](AllParameters& p) {
              p.lyman_werner = {.source = space::LymanWernerSource::self_consistent, .escape = 0.5};
            }),
            "");
}
}  // namespace

#pragma once
/// \file  The real trees in their box, and how params/nbody_64.json walks them.
#include <cstdlib>

#include "cecropia/scan/settings.hpp"

namespace cecropia::testing_box {

/// The settings of params/nbody_64.json.
inline scan::Settings settings() {
  scan::Settings s;
  s.observe.observations_path = CECROPIA_SOURCE_DIR "/params/observations";
  s.cosmology = {.omega_m = 0.3089, .omega_b = 0.0486, .h = 0.6774, .sigma_8 = 0.8159, .n_s = 0.9667};
  s.physics.star_formation.first_pop2 = true;
  s.physics.feedback.c_zigm = 1.0;
  s.physics.feedback.ebind_norm = 2.3;
  return s;
}

/// Trees to use instead of the shipped ones: finer ones, for those who have them. Null if none are named.
inline const char* other_trees() { return std::getenv("CECROPIA_TREES"); }

}  // namespace cecropia::testing_box

#pragma once
/// \file  Names and units in Galacticus files, for reading and writing.
#include <string>

#include "cecropia/core/constants.hpp"
#include "names_of_ours.hpp"

namespace cecropia::tree::galacticus {

/// What the two versions of the format call things.
struct Names {
  std::string halos, index;  ///< groups
  const char* id;            ///< datasets of the index
  const char* weight;
};
inline const Names version_1{"haloTrees", "treeIndex", "treeIndex", "treeWeight"};
inline const Names version_2{"forestHalos", "forestIndex", "forestIndex", "forestWeight"};

/// Columns of flags beside those of the format: others pass over them.
struct FlagNames {
  const char* phantom = "isPhantom";
  const char* interpolated = "isInterpolated";
  const char* main = "isMainProgenitor";
};
inline constexpr FlagNames flags{};

/// The parsec of core's constants, rounded once: files hold this number.
inline constexpr double msun_kg = 1e-3 * constants::msun_g, mpc_m = 3.0856775814913673e22;

}  // namespace cecropia::tree::galacticus

#pragma once
/// \file  Names in Galacticus files, for reading and writing.
#include <string>

namespace cecropia::tree::galacticus {

/// What the two versions of the format call things.
struct Names {
  std::string halos, index;  ///< groups
  const char* id;            ///< datasets of the index
  const char* weight;
};
inline const Names version_1{"haloTrees", "treeIndex", "treeIndex", "treeWeight"};
inline const Names version_2{"forestHalos", "forestIndex", "forestIndex", "forestWeight"};

/// What this program writes beyond the format: others pass over it.
struct NamesOfOurs {
  const char* group = "cecropia";  ///< what else takes a look at every halo, or cannot be said
  const char* levels = "redshift";
  const char* volume = "volume_cmpc3";
  const char* resolution = "m_resolution_msun";
  // beside the columns of the halos
  const char* phantom = "isPhantom";
  const char* interpolated = "isInterpolated";
  const char* main = "isMainProgenitor";
};
inline constexpr NamesOfOurs names_of_ours{};

}  // namespace cecropia::tree::galacticus

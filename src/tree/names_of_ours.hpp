#pragma once
/// \file  What this program writes into trees of other formats beyond them, as attributes and a dataset of one group:
/// what else takes a look at every halo, or cannot be said. Other programs pass over it.

namespace cecropia::tree {

struct NamesOfOurs {
  const char* group = "cecropia";
  const char* levels = "redshift";  ///< dataset
  const char* volume = "volume_cmpc3";
  const char* resolution = "m_resolution_msun";
};
inline constexpr NamesOfOurs names_of_ours{};

}  // namespace cecropia::tree

#pragma once
/// \file  Names in ytree arbors, for reading and writing.
#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "names_of_ours.hpp"

namespace cecropia::tree::ytree {

inline constexpr const char* arbor_type = "YTreeArbor";
inline constexpr const char* suffix = ".h5";

/// Fields that consistent-trees has, under its names, and (the last three) our own.
struct FieldNames {
  const char* id = "uid";
  const char* descendant = "desc_uid";
  const char* host = "upid";
  const char* near_host = "pid";
  const char* mass = "mass";
  const char* redshift = "redshift";
  const char* scale = "scale_factor";
  const char* position[3] = {"position_x", "position_y", "position_z"};
  const char* main = "mmp?";
  const char* phantom = "phantom";
  const char* interpolated = "interpolated";
  const char* forest = "forest_id";
  const char* weight = "forest_weight";
};
inline constexpr FieldNames fields{};

inline std::string data_file(const std::string& prefix, std::size_t number) {
  return fmt::format("{}_{:04}{}", prefix, number, suffix);
}
inline std::string in_data(const char* field) { return std::string("data/") + field; }

}  // namespace cecropia::tree::ytree

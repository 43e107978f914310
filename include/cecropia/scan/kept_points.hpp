#pragma once
/// \file  Points of a scan of which everything is kept: the files of a run, each in a folder of its own.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/scan/design.hpp"
#include "cecropia/scan/resolver.hpp"

namespace cecropia::scan {

/// Points of which everything is kept, in `folder`/points/NNNN.
struct Kept {
  std::filesystem::path folder;
  bool all = false;
  std::vector<std::int64_t> points;
  bool has(std::int64_t id) const;                     ///< whether this point is among them
  std::filesystem::path place(std::int64_t id) const;  ///< folder of a point
};

/// What keeps the files in the folder of this point from being those of the point: nothing, "" where there are none, or
/// a reason: they are cut short, cannot be read or are of other parameters. Numbers in run.h5 are not looked at.
std::optional<std::string> lacks(const Kept& kept, const Point& point, const Resolver& resolver);

/// Copies kept points of the scan in `from` that are not in `folder`, their run.json last, as a run ends. Neither what
/// somebody has put beside these files or folders, nor links. InputError if there is no room.
void take_kept_points(const std::filesystem::path& from, const std::filesystem::path& folder);

/// Removes what processes left among the kept points that were killed (io::remove_temporaries); how many.
std::size_t sweep_kept_points(const std::filesystem::path& folder, bool alone);

}  // namespace cecropia::scan

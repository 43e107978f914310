#pragma once
/// \file  Sets that are stored snapshot by snapshot: a forest is scattered over all of them, so it is known for every
/// halo to which forest it belongs, and forests are collected in passes over the snapshots.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cecropia/tree/forest.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree {

/// A halo and the id of its main progenitor: -1 if it has none or the source names none.
struct SnapshotRow {
  HaloRow halo;
  std::int64_t main_progenitor_id = -1;
};

/// A set whose halos lie in one table per level. Ids are unique over the set, at least 0.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  SnapshotSource() = default;
  SnapshotSource(const SnapshotSource&) = delete;
  SnapshotSource& operator=(const SnapshotSource&) = delete;

  virtual SetFacts facts() const = 0;
  virtual std::size_t n_halos(std::size_t level) const = 0;
  /// Appends halos [first, last) of a level; with `links_only` masses, positions and main progenitors may be left out.
  virtual void read(std::size_t level, std::size_t first, std::size_t last, bool links_only,
                    std::vector<SnapshotRow>& into) const = 0;
  /// Forest ids of halos [first, last) of a level; empty if the source names none: then forests are the connected
  /// components of descendants and hosts, and have the smallest id of their roots.
  virtual std::vector<std::int64_t> forest_ids(std::size_t, std::size_t, std::size_t) const { return {}; }
};

/// Forests of such a set. Opening looks at all links (up to 100 bytes per halo for a while; 4 are kept); read() goes
/// over the part of each level that holds the forests asked for, and keeps what it met for the forests that come next:
/// 2^22 halos at least, or what was asked for if that is more. Forests that follow each other in the tables are read
/// without looking at others.
std::unique_ptr<Reader> by_snapshot(std::unique_ptr<SnapshotSource> source,
                                    std::int64_t window_halos = std::int64_t{1} << 22);

/// Sides of boxes [cMpc] beyond which it is another unit.
inline constexpr double smallest_box_cmpc = 1e-6, largest_box_cmpc = 1e6;

/// A coordinate [cMpc] inside the periodic box of side `box_cmpc` (0: no box; else within the limits above); nothing if
/// it is not finite, or outside of the box by more than one box.
std::optional<float> place_in_box(double x_cmpc, double box_cmpc);

}  // namespace cecropia::tree

#pragma once
/// \file  Bubbles and ionised regions at their places in a periodic box. Theory: docs/theory/space.md, BOX-1 to BOX-3.
#include <cstdint>
#include <span>

#include "cecropia/core/elements.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/space/source.hpp"
#include "cecropia/space/sphere_index.hpp"

namespace cecropia::space {

/// Every source of every rank at the end of one level, ready to be asked by halos of the next.
class BoxField {
 public:
  BoxField() = default;
  /// Collective: gathers the sources of all ranks, sorts them by halo id and indexes them. Above `node_bytes` bytes one
  /// copy per node is kept (`node`: the ranks of this node), below it one per rank. The field is the same for any
  /// number of ranks.
  BoxField(double box_cmpc, std::span<const Source> mine, const parallel::Communicator& ranks,
           const parallel::Communicator& node, std::size_t node_bytes = std::size_t{16} << 20);

  /// BOX-2: sum of the metal fractions of all bubbles that enclose the point, but for those of the halo itself
  /// (descendant_id == halo_id) and of its satellites (host_descendant_id == halo_id) unless `own` is true.
  Metals metal_fractions(const Point& point, std::int64_t halo_id, bool own) const;
  /// BOX-3: inside of an ionised region? The halo's own counts if its radius is above `least_own_cmpc`.
  bool is_ionised(const Point& point, std::int64_t halo_id, double least_own_cmpc) const;

  std::size_t bytes() const;  ///< of all arrays, once

 private:
  double box_ = 0;
  SphereIndex bubbles_, regions_;
  parallel::NodeArray<BubbleContent> contents_;
  parallel::NodeArray<std::int64_t> region_owner_;
};

}  // namespace cecropia::space

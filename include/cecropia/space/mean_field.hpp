#pragma once
/// \file  Bubbles where trees have no places: a point lies in one of them by chance. Theory: docs/theory/space.md,
/// EPF-1.
#include <cstdint>
#include <span>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/node_array.hpp"
#include "cecropia/space/source.hpp"

namespace cecropia::space {

/// The bubbles of all trees of all ranks at the end of one level, weighted by the number density of each tree.
class MeanField {
 public:
  MeanField() = default;
  /// Collective; see BoxField for `node` and `node_bytes`.
  MeanField(std::span<const Source> mine, const parallel::Communicator& ranks, const parallel::Communicator& node,
            std::size_t node_bytes = std::size_t{16} << 20);

  /// Sum of weight times volume over all bubbles.
  double filling() const { return cumulative_.empty() ? 0.0 : cumulative_[cumulative_.size() - 1]; }
  /// EPF-1: one bubble, chosen with a probability proportional to weight times volume; u in [0, 1). Null where there is
  /// no bubble.
  const BubbleContent* drawn(double u) const;

 private:
  parallel::NodeArray<double> cumulative_;
  parallel::NodeArray<BubbleContent> contents_;
};

}  // namespace cecropia::space

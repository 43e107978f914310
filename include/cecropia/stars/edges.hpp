#pragma once
/// \file  Which cell of a grid a value lies in, in a few instructions and without a branch that random values could
/// make the processor guess wrong. Theory manual: docs/theory/stars.md, STA-17.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cecropia::stars {

/// Edges between the cells of a grid. The bit patterns of positive numbers are ordered as the numbers are: their
/// leading bits number buckets, evenly in the logarithm but for a few percent, and each bucket knows its first edge.
class Edges {
 public:
  Edges() : Edges(std::vector<double>()) {}
  /// `edges`: never negative, never falling; there may be none.
  explicit Edges(std::vector<double> edges);

  /// Number of edges at or below x, which is the number of the cell; as std::upper_bound finds it. x is not NaN.
  std::size_t cell_of(double x) const {
    const std::int64_t bucket = std::clamp<std::int64_t>(leading_bits(x) - lowest_, 0, highest_bucket_);
    std::size_t i = first_[static_cast<std::size_t>(bucket)];
    for (std::size_t k = 0; k < most_per_bucket_; ++k) i += edges_[i] <= x ? 1 : 0;
    return i;
  }

 private:
  std::int64_t leading_bits(double x) const { return std::bit_cast<std::int64_t>(x) >> shift_; }

  std::vector<double> edges_;  // and NaN, which is not below anything
  std::vector<std::uint32_t> first_;
  std::int64_t lowest_ = 0, highest_bucket_ = 0;
  std::size_t most_per_bucket_ = 0;
  int shift_ = 0;
};

}  // namespace cecropia::stars

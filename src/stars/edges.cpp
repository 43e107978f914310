#include "cecropia/stars/edges.hpp"

#include <limits>

namespace cecropia::stars {

Edges::Edges(std::vector<double> edges) : edges_(std::move(edges)) {
  constexpr int bits_of_mantissa = 52;
  constexpr std::int64_t most_buckets = 1 << 13;
  const std::size_t n = edges_.size();
  const double low = n == 0 ? 0.0 : edges_.front(), high = n == 0 ? 0.0 : edges_.back();
  // One bucket per octave, then halves of it, until no bucket holds two edges or the table would no longer be small;
  // edges that are equal stay together. One bit is left to each side of 0, so that the differences of cell_of() do not
  // overflow.
  for (shift_ = bits_of_mantissa;; --shift_) {
    lowest_ = leading_bits(low);
    highest_bucket_ = leading_bits(high) - lowest_;
    first_.assign(static_cast<std::size_t>(highest_bucket_) + 1, 0);
    for (const double e : edges_) ++first_[static_cast<std::size_t>(leading_bits(e) - lowest_)];
    most_per_bucket_ = *std::max_element(first_.begin(), first_.end());
    if (most_per_bucket_ <= 1 || 2 * (highest_bucket_ + 1) > most_buckets || shift_ == 1) break;
  }
  std::uint32_t below = 0;
  for (std::uint32_t& f : first_) {
    const std::uint32_t here = f;
    f = below;
    below += here;
  }
  edges_.push_back(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace cecropia::stars

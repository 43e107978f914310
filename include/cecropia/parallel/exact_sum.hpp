#pragma once
/// \file  Sums that do not depend on the order of their terms, hence not on the number of ranks.
/// Why and how: docs/decisions/008-exact-sums.md.
#include <cstdint>
#include <span>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// A wide fixed-point accumulator: every bit of every term in [2^-200, 2^200) in modulus (6e-61 to 1.6e60, in any unit)
/// finds its place, so no quantum has to be chosen, no rounding happens while adding, and the order of the terms cannot
/// matter. Limbs are 32 bits wide inside 64-bit integers, so 2^31 terms can be added between two carries and MPI_SUM
/// adds the limbs of all ranks exactly. Sums of fewer than 2^63 terms cannot overflow.
class ExactSum {
 public:
  /// Adds a finite term. Terms below 2^-200 in modulus count as zero; 2^200 and above, infinity and NaN: InternalError.
  void add(double term);
  void add(const ExactSum& other);
  /// The sum, rounded once, to the nearest double (ties to even). +0 for an empty sum.
  double value() const;
  /// Collective: afterwards every rank holds the total of all ranks.
  void reduce(const Communicator& ranks);
  /// Collective, one message for many sums; as many sums on every rank.
  static void reduce(std::span<ExactSum> sums, const Communicator& ranks);

  /// For checkpoints; a sum that was reduced has one representation.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.limb_, self.pending_);
  }

  static constexpr int lowest_bit = -256;  ///< weight of bit 0 is 2^-256: below the last bit of a term of 2^-200
  static constexpr int n_limbs = 17;       ///< 17 * 32 = 544 bits: 2^-256 ... 2^288

 private:
  void carry();
  std::int64_t limb_[n_limbs] = {};
  std::uint32_t pending_ = 0;  ///< terms added since the last carry
};

}  // namespace cecropia::parallel

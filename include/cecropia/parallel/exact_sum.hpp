#pragma once
/// \file  Sums that do not depend on the order of their terms, hence not on the number of ranks.
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Terms are split into 64-bit-exact pieces and added to a wide fixed-point accumulator that spans the exponent range
/// 2^-200 to 2^+200 (e.g. 1e-60 to 1e60 in any unit): no quantum has to be chosen and no bit of a term inside that range
/// is lost. Limbs are 32 bits wide inside 64-bit integers, so 2^31 terms can be added between two carries and MPI_SUM
/// adds the limbs of all ranks exactly.
class ExactSum {
 public:
  /// Adds a finite term; terms below 2^-200 in modulus are dropped; 2^200 and above or NaN is an InternalError.
  void add(double term);
  void add(const ExactSum& other);
  /// The sum, rounded once (towards zero below the last of 53+ bits kept: deterministic on every rank).
  double value() const;
  /// Collective: afterwards every rank holds the total of all ranks.
  void reduce(const Communicator& ranks);
  /// Collective, one message for many sums.
  static void reduce(std::span<ExactSum> sums, const Communicator& ranks);

  static constexpr int n_limbs = 14;  // 14 * 32 = 448 bits: 2^-224 ... 2^224

 private:
  void carry();
  std::int64_t limb_[n_limbs] = {};
  std::uint32_t pending_ = 0;
};

}  // namespace cecropia::parallel

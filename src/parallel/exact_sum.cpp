#include "cecropia/parallel/exact_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia::parallel {
namespace {

__extension__ typedef unsigned __int128 Wide;
constexpr int limb_bits = 32;
constexpr std::int64_t limb_size = std::int64_t{1} << limb_bits;
constexpr std::uint32_t terms_between_carries = std::uint32_t{1} << 30;

}  // namespace

void ExactSum::add(double term) {
  const auto bits = std::bit_cast<std::uint64_t>(term);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1023;  // |term| is in [2^exponent, 2^(exponent + 1))
  if (exponent < -200) return;
  if (exponent >= 200) throw InternalError("a term of an exact sum is not a number below 2^200 in modulus");
  const std::uint64_t mantissa = (bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
  const int position = exponent - 52 - lowest_bit;  // of the mantissa's last bit; at least 4
  const Wide shifted = static_cast<Wide>(mantissa) << (position % limb_bits);
  std::int64_t* const limb = limb_ + position / limb_bits;
  const std::int64_t sign = (bits >> 63) != 0 ? -1 : 1;
  limb[0] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted));
  limb[1] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted >> 32));
  limb[2] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted >> 64));
  if (++pending_ == terms_between_carries) carry();
}

void ExactSum::add(const ExactSum& other) {
  ExactSum term = other;
  term.carry();
  carry();
  for (int i = 0; i < n_limbs; ++i) limb_[i] += term.limb_[i];
  pending_ = 1;
}

/// Afterwards limbs 0 to n-2 are in [0, 2^32) and the last one carries the sign: one number has one representation.
void ExactSum::carry() {
  for (int i = 0; i + 1 < n_limbs; ++i) {
    const std::int64_t up = limb_[i] >> limb_bits;  // floor: C++20 defines shifts of negative numbers
    limb_[i] -= up * limb_size;
    limb_[i + 1] += up;
  }
  pending_ = 0;
}

double ExactSum::value() const {
  ExactSum sum = *this;
  sum.carry();
  const bool negative = sum.limb_[n_limbs - 1] < 0;
  if (negative) {
    for (std::int64_t& limb : sum.limb_) limb = -limb;
    sum.carry();
  }
  int top = n_limbs - 1;
  while (top >= 0 && sum.limb_[top] == 0) --top;
  if (top < 0) return 0.0;
  // The 64 leading bits, the last of which is set if anything below it is not zero (so that ties are seen as what they
  // are); converting them to double rounds once, to nearest even.
  Wide head = 0;
  for (int i = top; i > top - 4; --i) head = (head << limb_bits) | static_cast<Wide>(i >= 0 ? sum.limb_[i] : 0);
  int exponent = (top - 3) * limb_bits + lowest_bit;  // of the last bit of `head`
  bool rest = false;
  for (int i = 0; i <= top - 4; ++i) rest = rest || sum.limb_[i] != 0;
  while (head >> 64 != 0) {
    rest = rest || (head & 1) != 0;
    head >>= 1;
    ++exponent;
  }
  const std::uint64_t leading = static_cast<std::uint64_t>(head) | (rest ? 1U : 0U);
  const double modulus = std::ldexp(static_cast<double>(leading), exponent);
  return negative ? -modulus : modulus;
}

void ExactSum::reduce(const Communicator& ranks) { reduce(std::span<ExactSum>(this, 1), ranks); }

void ExactSum::reduce(std::span<ExactSum> sums, const Communicator& ranks) {
  std::vector<std::int64_t> limbs;
  limbs.reserve(sums.size() * n_limbs);
  for (ExactSum& sum : sums) {
    sum.carry();
    limbs.insert(limbs.end(), std::begin(sum.limb_), std::end(sum.limb_));
  }
  ranks.sum_in_place(limbs);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    std::copy_n(limbs.begin() + static_cast<std::ptrdiff_t>(i * n_limbs), n_limbs, sums[i].limb_);
    sums[i].carry();
  }
}

}  // namespace cecropia::parallel

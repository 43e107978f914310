#pragma once
/// \file  Counter-based random numbers (Random123 Philox4x64-10; Salmon et al. 2011). A number depends on what is drawn
/// (seed, realisation, halo id, level, sub-step, purpose), never on who draws it or when, so that any distribution of
/// halos over ranks gives the same bits and nothing has to be checkpointed.
#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cecropia::random {

/// Every use of chance in the model has a line here. Numbers are part of the results: append, never renumber or reuse.
enum class Purpose : std::uint32_t {
  stars = 1,           ///< numbers and masses of stars formed in a sub-step
  mixing = 2,          ///< offset between mean and star-forming gas metallicity
  type_ia = 3,         ///< numbers and delays of Type Ia supernovae
  ionised = 4,         ///< fixed draw of a branch against the ionised fraction
  enriched = 5,        ///< fixed draw of a branch against the enriched fraction
  eps_tree = 6,        ///< growth of an extended Press-Schechter tree
  eps_mass_noise = 7,  ///< halo-mass noise
  eps_satellite = 8,   ///< orbits of EPS satellites
  bubble = 9,          ///< which bubble encloses a halo
  streaming = 10,      ///< streaming velocity of a region
  spin = 11,           ///< spin of a halo
  merged_gas = 12,     ///< of which gas of a merger stars form
  test = 1000          ///< for tests only
};

/// Seeds of a run. Points of a scan share them on purpose: differences between points are then physics, not noise.
struct Seed {
  std::uint64_t run = 0;
  std::uint64_t realisation = 0;
};

/// A sequence of uniform numbers with no state but its position.
class Stream {
 public:
  Stream(Seed seed, std::uint64_t id, std::uint32_t level, std::uint32_t sub_step, Purpose purpose)
      : key_{{seed.run, seed.realisation}},
        counter_{{id, (static_cast<std::uint64_t>(level) << 32) | sub_step, static_cast<std::uint64_t>(purpose), 0}} {}

  /// The next 64 random bits.
  std::uint64_t bits() {
    if (used_ == filled_) refill();
    return words_[used_++];
  }
  /// About n more numbers will be asked for: they are made together, which takes half the time. Changes none of them.
  void expect(std::size_t n) { expected_ = n - std::min(n, filled_ - used_); }
  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  /// Uniform in (0, 1): safe for logarithms.
  double open_uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

 private:
  static constexpr std::size_t per_block = 4, most_words = 16;

  void refill();

  std::array<std::uint64_t, 2> key_;
  std::array<std::uint64_t, 4> counter_;  // of the next block
  std::size_t used_ = 0, filled_ = 0, expected_ = 0;
  std::array<std::uint64_t, most_words> words_;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled before read
};

/// Standard normal deviate by inversion of one uniform number.
double normal(Stream& stream);

/// Poisson deviate of the given mean (>= 0; NaN is an InternalError). Inversion below 10, transformed rejection with
/// squeeze (PTRS, Hoermann 1993) above; bounded cost. Statistically exact up to a mean of about 1e9; beyond, the
/// acceptance test loses digits to cancellation, which shifts single counts by less than a part in 1e9.
std::int64_t poisson(Stream& stream, double mean);

/// counts[i] = poisson(stream, factor * numbers[i]), one after the other and to the last bit, in less time: what does
/// not depend on the random numbers is calculated for all of them first. `counts` is as long as `numbers`.
void poisson_each(Stream& stream, double factor, std::span<const double> numbers, std::span<std::int64_t> counts);

/// Exponential deviate of unit mean.
double exponential(Stream& stream);

}  // namespace cecropia::random

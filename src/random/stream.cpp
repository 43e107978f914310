#include "cecropia/random/stream.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::random {
namespace {

constexpr double first_rejected = 10.0;  // Poisson means from which on rejection is used: PTRS holds from there

void check_mean(double mean) {
  if (!(mean >= 0.0) || mean > 1e15) throw InternalError("Poisson deviate asked for a mean outside [0, 1e15]");
}

/// 1/k of the ladder of probabilities.
constexpr std::size_t longest_ladder = 200;
constexpr std::array<double, longest_ladder + 1> inverse = [] {
  std::array<double, longest_ladder + 1> v{};
  for (std::size_t i = 1; i < v.size(); ++i) v[i] = 1.0 / static_cast<double>(i);
  return v;
}();

/// A Poisson deviate of mean < 10 that belongs to a uniform number u: multiplies the probability up the ladder until it
/// passes u. `p_none` is exp(-mean).
std::int64_t invert(double u, double mean, double p_none) {
  double term = p_none, sum = term;
  std::size_t k = 0;
  while (u >= sum && k < longest_ladder) {
    ++k;
    term *= mean * inverse[k];
    sum += term;
  }
  return static_cast<std::int64_t>(k);
}

/// Two numbers that the processor handles as one.
using Pair [[gnu::vector_size(16)]] = double;
using PairOfCounts [[gnu::vector_size(16)]] = std::int64_t;

/// Inversions that are waiting to be done together.
struct Inversions {
  static constexpr std::size_t n_pairs = 2, lanes = 2 * n_pairs;
  std::array<Pair, n_pairs> u{}, mean{}, p_none{};
  std::array<std::int64_t*, lanes> count{};
  double largest = 0.0;
  std::size_t n = 0;

  void add(double u_of_one, double mean_of_one, double p_none_of_one, std::int64_t& to) {
    u[n / 2][n % 2] = u_of_one;
    mean[n / 2][n % 2] = mean_of_one;
    p_none[n / 2][n % 2] = p_none_of_one;
    count[n] = &to;
    largest = std::max(largest, mean_of_one);
    if (++n == lanes) finish();
  }

  /// The same as invert() of each. They climb side by side and all as high as is nearly always enough, because the
  /// processor cannot guess where a random ladder ends.
  void finish() {
    const std::int64_t height = largest < 1.5 ? 6 : largest < 5.0 ? 12 : 22;
    std::array<Pair, n_pairs> term = p_none, sum = p_none;
    std::array<PairOfCounts, n_pairs> passed{};
    for (std::int64_t k = 1; k <= height; ++k)
      for (std::size_t i = 0; i < n_pairs; ++i) {
        passed[i] -= u[i] >= sum[i];  // a true comparison is -1
        term[i] *= mean[i] * inverse[static_cast<std::size_t>(k)];
        sum[i] += term[i];
      }
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t k = passed[i / 2][i % 2];
      *count[i] = k < height ? k : invert(u[i / 2][i % 2], mean[i / 2][i % 2], p_none[i / 2][i % 2]);
    }
    n = 0;
    largest = 0.0;
  }
};

/// log(k!) by Stirling's series for k >= 16 (absolute error < 1e-12): std::lgamma is not thread-safe in its sign and
/// differs between C libraries.
double log_factorial_by_series(std::int64_t k) {
  const double n = static_cast<double>(k) + 1.0;
  const double r = 1.0 / n, r2 = r * r;
  constexpr double half_log_2pi = 0.91893853320467274178;
  return (n - 0.5) * std::log(n) - n + half_log_2pi + r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 / 1680)));
}

double log_factorial(std::int64_t k) {
  static const std::array<double, 512> table = [] {  // for most deviates
    std::array<double, 512> t{};
    for (std::size_t i = 1; i < t.size(); ++i)
      t[i] =
          i < 16 ? t[i - 1] + std::log(static_cast<double>(i)) : log_factorial_by_series(static_cast<std::int64_t>(i));
    return t;
  }();
  return k < 512 ? table[static_cast<std::size_t>(k)] : log_factorial_by_series(k);
}

/// What the transformed rejection needs of the mean (PTRS, Hoermann 1993; its constants here and in
/// draw_by_rejection).
struct Hat {
  double b, a, v_r;
};
Hat hat_of(double mean) {
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  return {b, -0.059 + 0.02483 * b, 0.9277 - 3.6224 / (b - 2.0)};
}

std::int64_t draw_by_rejection(Stream& stream, double mean, const Hat& hat) {
  while (true) {
    const double u = stream.uniform() - 0.5, v = stream.open_uniform(), us = 0.5 - std::fabs(u);
    const double x = (2.0 * hat.a / us + hat.b) * u + mean + 0.43;
    if (us >= 0.07 && v <= hat.v_r) return static_cast<std::int64_t>(x);  // x is above 4
    if (x < 0.0 || (us < 0.013 && v > us)) continue;
    const auto k = static_cast<std::int64_t>(x);
    const double inverse_alpha = 1.1239 + 1.1328 / (hat.b - 3.4);  // one draw in ten comes here
    if (std::log(v * inverse_alpha / (hat.a / (us * us) + hat.b)) <=
        static_cast<double>(k) * std::log(mean) - mean - log_factorial(k))
      return k;
  }
}

}  // namespace

void Stream::refill() {
  constexpr std::size_t n_rounds = 10;
  std::array<r123::Philox4x64::key_type, n_rounds> keys;  // NOLINT: filled before read; one schedule for all blocks
  std::uint64_t k0 = key_[0], k1 = key_[1];
  for (auto& key : keys) {
    key = {{k0, k1}};
    k0 += PHILOX_W64_0;
    k1 += PHILOX_W64_1;
  }
  filled_ = std::clamp((expected_ + per_block - 1) / per_block * per_block, per_block, most_words);
  expected_ -= std::min(expected_, filled_);
  used_ = 0;
  const std::uint64_t id = counter_[0], step = counter_[1], purpose = counter_[2], first = counter_[3];
  for (std::size_t i = 0; i < filled_; i += per_block) {
    r123::Philox4x64::ctr_type block{{id, step, purpose, first + i / per_block}};
    for (const auto& key : keys) block = philox4x64_R(1, block, key);
    for (std::size_t j = 0; j < per_block; ++j) words_[i + j] = block[j];
  }
  counter_[3] = first + filled_ / per_block;
}

double normal(Stream& stream) {
  // Inverse of the normal distribution, Wichura (1988) AS 241 PPND16: relative accuracy about 1e-16.
  const double p = stream.open_uniform(), q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           (((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) * r +
                45921.953931549871457) *
                   r +
               13731.693765509461125) *
                  r +
              1971.5909503065514427) *
                 r +
             133.14166789178437745) *
                r +
            3.387132872796366608) /
           (((((((r * 5226.495278852545925 + 28729.085735721942674) * r + 39307.89580009271061) * r +
                21213.794301586595867) *
                   r +
               5394.1960214247511077) *
                  r +
              687.1870074920579083) *
                 r +
             42.313330701600911252) *
                r +
            1.0);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1.0 - p)), x = 0;
  if (r <= 5.0) {
    r -= 1.6;
    x = (((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
             1.27045825245236838258) *
                r +
            3.64784832476320460504) *
               r +
           5.7694972214606914055) *
              r +
          4.6303378461565452959) *
             r +
         1.42343711074968357734) /
        (((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
             0.14810397642748007459) *
                r +
            0.68976733498510000455) *
               r +
           1.6763848301838038494) *
              r +
          2.05319162663775882187) *
             r +
         1.0);
  } else {
    r -= 5.0;
    x = (((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
             0.026532189526576123093) *
                r +
            0.29656057182850489123) *
               r +
           1.7848265399172913358) *
              r +
          5.4637849111641143699) *
             r +
         6.6579046435011037772) /
        (((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
             7.868691311456132591e-4) *
                r +
            0.0148753612908506148525) *
               r +
           0.13692988092273580531) *
              r +
          0.59983220655588793769) *
             r +
         1.0);
  }
  return q < 0 ? -x : x;
}

std::int64_t poisson(Stream& stream, double mean) {
  check_mean(mean);
  if (mean == 0.0) return 0;
  if (mean >= first_rejected) return draw_by_rejection(stream, mean, hat_of(mean));
  const double u = stream.uniform();
  if (u < 1.0 - mean) return 0;  // exp(-mean) is larger: the common case of rare events without an exponential
  return invert(u, mean, std::exp(-mean));
}

void poisson_each(Stream& stream, double factor, std::span<const double> numbers, std::span<std::int64_t> counts) {
  constexpr std::size_t at_once = 64;
  std::array<double, at_once> means;   // NOLINTBEGIN(cppcoreguidelines-pro-type-member-init): filled before read
  std::array<Hat, at_once> hats;       // of means above first_rejected
  std::array<double, at_once> p_none;  // of means below; NOLINTEND(cppcoreguidelines-pro-type-member-init)
  for (std::size_t first = 0; first < numbers.size(); first += at_once) {
    const std::size_t n = std::min(at_once, numbers.size() - first);
    std::size_t words = n;
    for (std::size_t i = 0; i < n; ++i) {
      means[i] = factor * numbers[first + i];
      check_mean(means[i]);
      if (means[i] < first_rejected) {
        p_none[i] = std::exp(-means[i]);
      } else {
        hats[i] = hat_of(means[i]);
        ++words;  // two for each try, of which nine in ten succeed
      }
    }
    stream.expect(words);
    Inversions inversions;
    for (std::size_t i = 0; i < n; ++i) {
      std::int64_t& count = counts[first + i];
      if (means[i] >= first_rejected) {
        count = draw_by_rejection(stream, means[i], hats[i]);
        continue;
      }
      count = 0;
      if (means[i] == 0.0) continue;
      if (const double u = stream.uniform(); u >= 1.0 - means[i]) inversions.add(u, means[i], p_none[i], count);
    }
    if (inversions.n > 0) inversions.finish();
  }
}

double exponential(Stream& stream) { return -std::log(stream.open_uniform()); }

}  // namespace cecropia::random

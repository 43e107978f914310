#include "cecropia/random/stream.hpp"

#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::random {
namespace {

/// log(k!) by table below 16 and by Stirling's series above (absolute error < 1e-12): std::lgamma is not thread-safe in
/// its sign and differs between C libraries.
double log_factorial(std::int64_t k) {
  static const std::array<double, 16> table = [] {
    std::array<double, 16> t{};
    for (std::size_t i = 1; i < t.size(); ++i) t[i] = t[i - 1] + std::log(static_cast<double>(i));
    return t;
  }();
  if (k < 16) return table[static_cast<std::size_t>(k)];
  const double n = static_cast<double>(k) + 1.0;
  const double r = 1.0 / n, r2 = r * r;
  constexpr double half_log_2pi = 0.91893853320467274178;
  return (n - 0.5) * std::log(n) - n + half_log_2pi + r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 / 1680)));
}

}  // namespace

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
  if (!(mean >= 0.0) || mean > 1e15) throw InternalError("Poisson deviate asked for a mean outside [0, 1e15]");
  if (mean == 0.0) return 0;
  if (mean < 10.0) {  // multiply the probability up the ladder until it passes one uniform number
    const double u = stream.uniform();
    if (u < 1.0 - mean) return 0;  // exp(-mean) is larger: the common case of rare events without an exponential
    static const std::array<double, 201> inverse = [] {
      std::array<double, 201> v{};
      for (std::size_t i = 1; i < v.size(); ++i) v[i] = 1.0 / static_cast<double>(i);
      return v;
    }();
    double term = std::exp(-mean), sum = term;
    std::size_t k = 0;
    while (u >= sum && k < 200) {
      ++k;
      term *= mean * inverse[k];
      sum += term;
    }
    return static_cast<std::int64_t>(k);
  }
  const double root = std::sqrt(mean), b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  while (true) {
    const double u = stream.uniform() - 0.5, v = stream.open_uniform(), us = 0.5 - std::fabs(u);
    const double kf = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(kf);
    if (kf < 0.0 || (us < 0.013 && v > us)) continue;
    const auto k = static_cast<std::int64_t>(kf);
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);  // one draw in ten comes here
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= kf * std::log(mean) - mean - log_factorial(k)) return k;
  }
}

double exponential(Stream& stream) { return -std::log(stream.open_uniform()); }

}  // namespace cecropia::random

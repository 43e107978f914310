#include "cecropia/observe/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"

namespace cecropia::observe {

std::vector<double> shell_volumes_cmpc3(std::span<const double> redshift, const cosmology::Cosmology& cosmology) {
  std::vector<double> shells(redshift.size(), 0.0);
  double outer = 0.0;
  for (std::size_t i = 0; i < redshift.size(); ++i) {
    const double d = cosmology.comoving_distance_cmpc(redshift[i]);
    const double sphere = 4.0 * constants::pi / 3.0 * d * d * d;
    if (i > 0) shells[i] = outer - sphere;
    outer = sphere;
  }
  return shells;
}

namespace {

/// Integral of the history from the first level to any time, exact for a history linear between levels.
class Cumulative {
 public:
  Cumulative(std::span<const double> t, std::span<const double> f) : t_(t), f_(f), sum_(t.size(), 0.0) {
    for (std::size_t i = 1; i < t.size(); ++i) {
      const double part = 0.5 * (f[i] + f[i - 1]) * (t[i] - t[i - 1]);
      sum_[i] = sum_[i - 1] + (std::isnan(part) ? 0.0 : part);  // whoever asks across a gap is told by touches_gap
    }
  }
  double until(double time) const {
    if (time <= t_.front()) return 0.0;
    if (time >= t_.back()) return sum_.back();
    const auto upper = std::upper_bound(t_.begin(), t_.end(), time);
    const std::size_t i = static_cast<std::size_t>(upper - t_.begin()) - 1;
    const double dt = time - t_[i], slope = (f_[i + 1] - f_[i]) / (t_[i + 1] - t_[i]);
    return sum_[i] + (f_[i] + 0.5 * slope * dt) * dt;
  }
  /// Whether the history does not exist at a level that [begin, end] needs.
  bool touches_gap(double begin, double end) const {
    const auto last = std::lower_bound(t_.begin(), t_.end(), end);
    auto first = std::upper_bound(t_.begin(), t_.end(), begin);
    if (first != t_.begin()) --first;
    const auto i = first - t_.begin(), n = (last == t_.end() ? last : last + 1) - t_.begin();
    return std::any_of(f_.begin() + i, f_.begin() + n, [](double x) { return std::isnan(x); });
  }

 private:
  std::span<const double> t_, f_;
  std::vector<double> sum_;
};

}  // namespace

std::vector<double> smooth(std::span<const double> ages_myr, std::span<const double> values, Window window,
                           double length_myr) {
  std::vector<double> result(values.begin(), values.end());
  if (window == Window::none || values.empty()) return result;
  const Cumulative integral(ages_myr, values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double ahead = window == Window::centred ? 0.5 * length_myr : 0.0;
    const double end = std::min(ages_myr[i] + ahead, ages_myr.back());
    const double begin = ages_myr[i] + ahead - length_myr;
    result[i] = integral.touches_gap(begin, end) ? std::numeric_limits<double>::quiet_NaN()
                                                 : (integral.until(end) - integral.until(begin)) / (end - begin);
  }
  return result;
}

std::optional<double> interpolate(std::span<const double> redshift, std::span<const double> values, double z,
                                  Interpolation in) {
  if (redshift.empty() || z > redshift.front() || z < redshift.back()) return std::nullopt;
  std::size_t late = 0;
  while (redshift[late] > z) ++late;  // first level at or after z
  if (in == Interpolation::logarithm && !(values[late] > 0)) return std::nullopt;
  if (std::isnan(values[late])) return std::nullopt;
  if (late == 0 || redshift[late] == z) return values[late];
  const std::size_t early = late - 1;
  const double f = (z - redshift[late]) / (redshift[early] - redshift[late]);
  if (in == Interpolation::linear) {
    const double value = values[late] + f * (values[early] - values[late]);
    return std::isnan(value) ? std::nullopt : std::optional(value);
  }
  if (!(values[early] > 0)) return std::nullopt;
  return std::pow(10.0, (1.0 - f) * std::log10(values[late]) + f * std::log10(values[early]));
}

double optical_depth(std::span<const double> redshift, std::span<const double> q_hii,
                     const cosmology::Cosmology& cosmology) {
  if (redshift.empty()) return 0.0;
  const double x = cosmology.parameters().hydrogen_fraction;
  const double helium = (1.0 - x) / (4.0 * x);  // helium atoms per hydrogen atom
  const auto integrand = [&](double z, double q, double electrons_per_h) {
    return q * electrons_per_h * (1.0 + z) * (1.0 + z) / cosmology.hubble_per_s(z);
  };
  double integral = 0.0;
  const auto add_with = [&](double electrons, double z_low, double z_high, double q_low, double q_high) {
    constexpr int n = 16;  // Simpson; the integrand is smooth, a step of the levels is small
    const double h = (z_high - z_low) / n;
    for (int k = 0; k <= n; ++k) {
      const double f = static_cast<double>(k) / n;
      const double c = (k == 0 || k == n) ? 1.0 : (k % 2 == 1 ? 4.0 : 2.0);
      integral += c * h / 3.0 * integrand(z_low + h * k, q_low + f * (q_high - q_low), electrons);
    }
  };
  constexpr double z_he = 3.0;  // helium is doubly ionised from here on
  const double he_ii = 1.0 + helium, he_iii = 1.0 + 2.0 * helium;
  const auto add = [&](double z_low, double z_high, double q_low, double q_high) {
    if (z_low >= z_he) return add_with(he_ii, z_low, z_high, q_low, q_high);
    if (z_high <= z_he) return add_with(he_iii, z_low, z_high, q_low, q_high);
    const double q_he = q_low + (z_he - z_low) / (z_high - z_low) * (q_high - q_low);
    add_with(he_iii, z_low, z_he, q_low, q_he);
    add_with(he_ii, z_he, z_high, q_he, q_high);
  };
  add(0.0, redshift.back(), q_hii.back(), q_hii.back());
  for (std::size_t i = 1; i < redshift.size(); ++i) add(redshift[i], redshift[i - 1], q_hii[i], q_hii[i - 1]);
  return constants::c_cm_s * constants::sigma_t_cm2 * cosmology.n_h0_per_cm3() * integral;
}

}  // namespace cecropia::observe

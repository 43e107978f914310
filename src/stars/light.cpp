#include "cecropia/stars/light.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "cecropia/core/constants.hpp"
#include "cecropia/math/linear.hpp"
#include "cecropia/stars/evolution.hpp"

namespace cecropia::stars {
namespace {

using namespace constants;

/// int_x^inf y^2 / (e^y - 1) dy, x > 0.
double photon_integral(double x) {
  const double step = std::exp(-x);
  double sum = 0, power = 1;
  for (double n = 1;; n += 1) {
    power *= step;
    const double term = power * (x * x / n + 2.0 * x / (n * n) + 2.0 / (n * n * n));
    sum += term;
    if (!(term > 1e-17 * sum)) return sum;
  }
}

/// Lyman-Werner photons of an atmosphere over those of the blackbody: what the edge of hydrogen holds back comes out
/// below it.
double lyman_werner_correction(double t_k) {
  constexpr std::array t{1.5e4, 2.75e4, 4.19e4, 5.74e4, 1.06e5};
  constexpr std::array factor{1.0, 2.1, 1.46, .854, .67};
  return math::linear(t, factor, t_k);
}

/// Ionising photons per erg. Of a blackbody they are the same to 4 % at 58 000 and at 107 000 K, with a maximum between
/// them: above 60 000 K they go on as the power of T that they have there, so that they tell the temperature.
double ionising_per_erg(double t_k) {
  constexpr double turn_k = 6e4;
  const double t = std::min(t_k, turn_k);
  const double photons = photons_per_erg(t, lyman_edge_ev) * std::pow(10.0, ionising_correction_dex(t));
  if (t_k <= turn_k) return photons;
  const double x = lyman_edge_ev * ev_erg / (k_b_erg_k * turn_k);
  return photons * std::pow(t_k / turn_k, x * x * x / std::expm1(x) / photon_integral(x) - 1.0);
}

double ln_ionising(double ln_t) { return std::log(ionising_per_erg(std::exp(ln_t))); }
double ln_softness(double ln_t) { return -std::log(lyman_werner_per_ionising(std::exp(ln_t))); }

/// ln T at which a growing function of ln T has a value: a table finds the cell, three false positions the root.
class Inverse {
 public:
  explicit Inverse(double (*function)(double)) : function_(function) {
    constexpr int steps = 1000;
    for (int i = 0; i <= steps; ++i) {
      ln_t_.push_back(std::log(coldest_spectrum_k) + std::log(hottest_spectrum_k / coldest_spectrum_k) / steps * i);
      value_.push_back(function(ln_t_.back()));
    }
  }
  double operator()(double y) const {
    if (!(y > value_.front())) return ln_t_.front();
    if (y >= value_.back()) return ln_t_.back();
    const auto i = static_cast<std::size_t>(std::upper_bound(value_.begin(), value_.end(), y) - value_.begin());
    double low = ln_t_[i - 1], high = ln_t_[i], below = value_[i - 1] - y, above = value_[i] - y, root = low;
    for (int round = 0; round < 3; ++round) {
      root = low - below * (high - low) / (above - below);
      const double miss = function_(root) - y;
      if (miss == 0.0) break;
      (miss < 0.0 ? low : high) = root;
      (miss < 0.0 ? below : above) = miss;
    }
    return root;
  }

 private:
  double (*function_)(double);
  std::vector<double> ln_t_, value_;
};

// Schaerer (2002), Z = 0 without mass loss. ZAMS (table 3): luminosity, and photons above 11.2 eV; averages over the
// lifetime (table 4): photons above 13.6 and above 11.2 eV.
constexpr std::size_t n_models = 12;
constexpr std::array<double, n_models + 1> model_m{5, 9, 15, 25, 40, 60, 80, 120, 200, 300, 400, 500, 1000};
constexpr std::array<double, n_models + 1> zams_log10_l{2.870, 3.709, 4.324, 4.890, 5.420, 5.715, 5.947,
                                                        6.243, 6.574, 6.819, 6.984, 7.106, 7.444};
constexpr std::array<double, n_models> zams_above_11{3.760e46, 3.785e47, 1.760e48, 6.419e48, 2.123e49, 3.848e49,
                                                     6.565e49, 1.161e50, 2.487e50, 4.373e50, 5.990e50, 7.933e50};
constexpr std::array<double, n_models> mean_above_13{1.848e45, 2.807e47, 1.861e48, 7.583e48, 2.469e49, 4.795e49,
                                                     7.730e49, 1.391e50, 2.624e50, 3.754e50, 5.247e50, 6.802e50};
constexpr std::array<double, n_models> mean_above_11{6.281e46, 5.576e47, 2.526e48, 9.387e48, 2.903e49, 5.570e49,
                                                     8.889e49, 1.608e50, 2.918e50, 4.182e50, 5.865e50, 7.811e50};

struct MetalFree {
  std::array<double, n_models + 1> log10_m{};
  std::array<double, n_models> log10_ratio{}, log10_growth{};  // growth: mean over ZAMS luminosity
  MetalFree() {
    for (std::size_t i = 0; i <= n_models; ++i) log10_m[i] = std::log10(model_m[i]);
    for (std::size_t i = 0; i < n_models; ++i) {
      log10_ratio[i] = std::log10(mean_above_11[i] / mean_above_13[i] - 1.0);
      log10_growth[i] = std::log10(mean_above_11[i] / zams_above_11[i]);
    }
  }
};

const MetalFree& metal_free() {
  static const MetalFree models;
  return models;
}

double at_mass(const std::array<double, n_models>& values, double m_msun) {
  return math::linear(std::span(metal_free().log10_m).first<n_models>(), values, std::log10(m_msun));
}

/// log10 of the ZAMS luminosity [Lsun]; below 5 Msun with the slope of 5-9.
double log10_luminosity(double m_msun) {
  const auto& x = metal_free().log10_m;
  const double log_m = std::log10(m_msun);
  if (log_m >= x[0]) return math::linear(x, zams_log10_l, log_m);
  return zams_log10_l[0] + (zams_log10_l[1] - zams_log10_l[0]) / (x[1] - x[0]) * (log_m - x[0]);
}

constexpr double m_lightest_msun = 5.0;  // lightest: the lightest model

}  // namespace

double photons_per_erg(double t_k, double edge_ev) {
  const double kt = k_b_erg_k * t_k;
  return 15.0 / (pi * pi * pi * pi) * photon_integral(edge_ev * ev_erg / kt) / kt;
}

double uv_per_luminosity(double t_k) {
  constexpr double nu = c_cm_s / 1.5e-5;
  const double kt = k_b_erg_k * t_k, x = h_erg_s * nu / kt;
  return 15.0 / (pi * pi * pi * pi) * x * x * x / std::expm1(x) * h_erg_s / kt;
}

// Schaerer (2002), table 3; Martins et al. (2005), dwarfs.
double ionising_correction_dex(double t_k) {
  constexpr std::array t{1.5e4, 2e4, 2.75e4, 3.19e4, 3.49e4, 3.69e4, 4.15e4};
  constexpr std::array dex{-3.2, -2.2, -1.2, -.52, -.29, -.18, -.05};
  return math::linear(t, dex, t_k);
}

double lyman_werner_per_ionising(double t_k) {
  const double above = photons_per_erg(t_k, lyman_edge_ev);
  return (photons_per_erg(t_k, lyman_werner_edge_ev) - above) * lyman_werner_correction(t_k) /
         (above * std::pow(10.0, ionising_correction_dex(t_k)));
}

double metal_free_lyman_werner_ratio(double m_msun) {
  return std::pow(10.0, at_mass(metal_free().log10_ratio, m_msun));
}

double spectral_temperature_k(double m_msun, double log10_q_per_s, double log10_q_hottest_per_s) {
  static const Inverse of_ionising(ln_ionising), of_softness(ln_softness);
  const double m_read = std::clamp(m_msun, m_lightest_msun, m_hottest_msun);
  const double q = m_msun > m_hottest_msun ? log10_q_hottest_per_s : log10_q_per_s;
  double dex = q - log10_ionising_rate(m_read, lowest_fit_z);
  if (m_msun < m_lightest_msun) dex -= log10_luminosity(m_msun) - log10_luminosity(m_lightest_msun);
  const double metal_free_ln_t = of_softness(-std::log(metal_free_lyman_werner_ratio(m_msun)));
  return std::exp(of_ionising(ln_ionising(metal_free_ln_t) + dex * std::log(10.0)));
}

Light stellar_light(double m_msun, double log10_q_per_s, double log10_q_hottest_per_s) {
  const double t = spectral_temperature_k(m_msun, log10_q_per_s, log10_q_hottest_per_s);
  double log10_l = log10_luminosity(m_msun) + at_mass(metal_free().log10_growth, m_msun) + std::log10(lsun_erg_s);
  if (m_msun > m_hottest_msun)  // what is not temperature is luminosity: winds take mass away
    log10_l += log10_q_per_s - log10_ionising_rate(m_msun, lowest_fit_z) -
               (log10_q_hottest_per_s - log10_ionising_rate(m_hottest_msun, lowest_fit_z));
  return {log10_q_per_s + std::log10(lyman_werner_per_ionising(t)), log10_l + std::log10(uv_per_luminosity(t))};
}

}  // namespace cecropia::stars

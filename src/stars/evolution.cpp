#include "cecropia/stars/evolution.hpp"

#include <algorithm>
#include <cmath>

#include "polynomial.hpp"

namespace cecropia::stars {
namespace {

/// Weight of metal-free physics: 0 for Z >= 1e-4, 1 for Z <= 1e-9.
double metal_free_weight(double z) { return std::pow(std::clamp((-4.0 - std::log10(z)) / 5.0, 0.0, 1.0), 1.5); }

/// ln(m / M_fin) of the fit to PARSEC tracks, Z >= 0.004.
double wind_depth(double m, double z) {
  constexpr double lowest_quadratic_z = 0.0083;
  const double lz = std::log(z / 0.008);
  const double a = 0.5111 + 68.5277 * (z - 0.004);
  const double b = -0.0179 + 30.8334 * std::max(0.0, z - lowest_quadratic_z);
  const double m_half = std::exp(3.5945 - 0.0911 * lz), p = std::exp(1.5501 + 0.4666 * lz);
  const double step = 1.0 / (1.0 + std::pow(m / m_half, -p));
  const double l = m > 100.0 ? std::log(m / 100.0) : 0.0;
  return a * step + b * l * l + 0.0269 * std::pow(z / 0.008, 1.2148);
}

/// Fit to PARSEC tracks, Z >= 0.004.
double log10_q_parsec(double m, double z) {
  constexpr std::array a{36.6623, -1.2375, 27.0164, -23.7444, 8.0440, -0.9759};
  constexpr std::array b{-2.1453, 0.6581, 1.0004, -0.4065};
  const double x = std::log10(m);
  return polynomial(a, x) + std::log10(z / 0.008) * polynomial(b, x);
}

/// Schaerer (2002), Z = 1/50 Zsun, 7-150 Msun. Above 150 with the increment of the PARSEC fit; below 5 with the slope
/// of the metal-free fit.
double log10_q_one_fiftieth_solar(double m) {
  constexpr std::array c{27.80, 30.68, -14.80, 2.50};
  double log_q = polynomial(c, std::log10(std::clamp(m, 5.0, 150.0)));
  if (m > 150.0) log_q += log10_q_parsec(m, 0.004) - log10_q_parsec(150.0, 0.004);
  if (m < 5.0) log_q += 8.55 * std::log10(m / 5.0);
  return log_q;
}

/// Schaerer (2002), Z = 0: 9-500 and 5-9 Msun, both extended.
double log10_q_metal_free(double m) {
  const double x = std::log10(m);
  return m >= 9.0 ? 43.61 + 4.90 * x - 0.83 * x * x : 39.29 + 8.55 * x;
}

Elements make_solar_metal_mix() {
  struct Abundance {
    Slot slot;
    double log_eps, weight;
  };
  // Asplund, Grevesse, Sauval & Scott (2009), table 1, photosphere; what has no slot of its own is Oth.
  constexpr std::array<Abundance, 19> list{{{Slot::C, 8.43, 12.011},
                                            {Slot::N, 7.83, 14.007},
                                            {Slot::O, 8.69, 15.999},
                                            {Slot::Ne, 7.93, 20.180},
                                            {Slot::Oth, 6.24, 22.990},
                                            {Slot::Mg, 7.60, 24.305},
                                            {Slot::Oth, 6.45, 26.982},
                                            {Slot::Si, 7.51, 28.085},
                                            {Slot::Oth, 5.41, 30.974},
                                            {Slot::S, 7.12, 32.06},
                                            {Slot::Oth, 5.50, 35.45},
                                            {Slot::Oth, 6.40, 39.948},
                                            {Slot::Oth, 5.03, 39.098},
                                            {Slot::Ca, 6.34, 40.078},
                                            {Slot::Oth, 4.95, 47.867},
                                            {Slot::Oth, 5.64, 51.996},
                                            {Slot::Oth, 5.43, 54.938},
                                            {Slot::Fe, 7.50, 55.845},
                                            {Slot::Oth, 6.22, 58.693}}};
  Elements mix{};
  double sum = 0;
  for (const Abundance& e : list) {
    const double w = std::pow(10.0, e.log_eps - 12.0) * e.weight;
    mix[slot(e.slot)] += w;
    sum += w;
  }
  for (double& f : mix) f /= sum;
  return mix;
}

}  // namespace

double total(const Elements& elements) {
  double sum = 0;
  for (const double x : elements) sum += x;
  return sum;
}

double metals_in(const Elements& elements) {
  double sum = 0;
  for (std::size_t i = slot(Slot::C); i < n_slots; ++i) sum += elements[i];
  return sum;
}

double helium_fraction(double z) { return 0.2485 + 1.78 * z; }

const Elements& solar_metal_mix() {
  static const Elements mix = make_solar_metal_mix();
  return mix;
}

Elements initial_composition(double z) {
  Elements x = solar_metal_mix();
  for (double& f : x) f *= z;
  x[slot(Slot::He)] = helium_fraction(z);
  x[slot(Slot::H)] = 1.0 - helium_fraction(z) - z;
  return x;
}

double lifetime_myr(double m_msun, double z) {
  constexpr std::array a{3.95229, -2.8491, -0.72501, 1.51981, -0.58536, 0.07342};
  constexpr std::array b{0.50579, -0.90261, 0.47042, -0.0735};
  const double x = std::log10(m_msun), u = std::log10(std::clamp(z, 0.004, 0.03) / 0.008);
  const double t = std::pow(10.0, polynomial(a, x) + u * polynomial(b, x));
  // Without CNO the core contracts until it is hotter: metal-free stars live shorter.
  const double ratio = 0.91 - 0.30 / (1.0 + (m_msun / 11.0) * (m_msun / 11.0));
  return t * (1.0 - metal_free_weight(z) * (1.0 - ratio));
}

double log10_ionising_rate(double m_msun, double z) {
  const double z_low = 4e-4, z_parsec = 4e-3, log_z = std::log10(z);
  if (z >= z_parsec) return log10_q_parsec(m_msun, std::min(z, 0.03));
  if (z >= z_low) {
    const double w = (log_z - std::log10(z_low)) / (std::log10(z_parsec) - std::log10(z_low));
    return (1.0 - w) * log10_q_one_fiftieth_solar(m_msun) + w * log10_q_parsec(m_msun, z_parsec);
  }
  const double w = std::clamp((log_z + 8.0) / (std::log10(z_low) + 8.0), 0.0, 1.0);
  return (1.0 - w) * log10_q_metal_free(m_msun) + w * log10_q_one_fiftieth_solar(m_msun);
}

double final_mass_msun(double m_msun, double z, double wind_scale) {
  const auto scaled = [m_msun, z](double scale) {
    if (z >= 0.004) return m_msun * std::exp(-(scale * wind_depth(m_msun, z)));
    const double lost = 1.0 - std::exp(-wind_depth(m_msun, 0.004));
    return m_msun * std::pow(1.0 - lost * std::pow(z / 0.004, 0.75), scale);
  };
  if (wind_scale <= 1.0) return scaled(wind_scale);
  constexpr double m_stripped_msun = 4.0;  // lighter helium stars have hardly any wind
  return std::max(scaled(wind_scale), std::min(scaled(1.0), m_stripped_msun));
}

double unstripped_he_core_msun(double m_msun, double z) {
  constexpr std::array c{-0.38055122, 0.22103606, 0.97238333, -0.36475267, 0.0441629};
  const double fit = std::pow(10.0, polynomial(c, std::log10(m_msun)));
  // Very massive metal-poor stars dredge up less than the fit's: half way to Heger & Woosley (2002).
  const double w = 0.5 * metal_free_weight(z) * std::clamp((m_msun - 30.0) / 30.0, 0.0, 1.0);
  const double core = (1.0 - w) * fit + w * (13.0 / 24.0) * (m_msun - 20.0);
  return core * (1.0 - 2.6 * std::max(0.0, std::min(z, 0.017) - 0.004));
}

Cores final_cores(double m_msun, double z, double wind_scale) {
  Cores c{};
  c.m_fin = final_mass_msun(m_msun, z, wind_scale);
  c.m_he_max =
      std::min(unstripped_he_core_msun(m_msun, z), c.m_fin * std::exp(wind_scale * (43.0 * std::max(0.0, z - 0.0055))));
  c.m_he = std::min(c.m_he_max, 0.985 * c.m_fin);
  const bool stripped = c.m_he_max - c.m_he > 0.1 * c.m_he;
  const double co =
      stripped ? std::min(0.905 * c.m_he - 0.9, 0.96 * c.m_he) : 0.93 * c.m_he - 2.3 * std::tanh(c.m_he / 5.0);
  c.m_co = std::max(co, 1.0);
  return c;
}

}  // namespace cecropia::stars

#include "cecropia/stars/ejecta.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/math/linear.hpp"

namespace cecropia::stars {
namespace {

constexpr std::size_t h = slot(Slot::H), he = slot(Slot::He), c = slot(Slot::C), n = slot(Slot::N), o = slot(Slot::O),
                      ne = slot(Slot::Ne), mg = slot(Slot::Mg), si = slot(Slot::Si), s = slot(Slot::S),
                      ca = slot(Slot::Ca), fe = slot(Slot::Fe), oth = slot(Slot::Oth);

double cno_fraction() { return solar_metal_mix()[c] + solar_metal_mix()[n] + solar_metal_mix()[o]; }

// Heger & Woosley (2002), pair-instability supernovae of helium cores: ejected mass [Msun] by slot and core mass; Fe
// includes decayed 56Ni.
constexpr std::array hw02_core{65., 70., 75., 80., 85., 90., 95., 100., 105., 110., 115., 120., 125., 130.};
using Hw02Row = std::array<double, hw02_core.size()>;
constexpr std::array<Hw02Row, n_slots> hw02{{
    {},
    {1.96, 1.55, 1.44, 1.46, 1.44, 1.41, 1.42, 1.47, 1.53, 1.66, 1.77, 2.00, 2.38, 2.82},
    {6.89, 4.54, 4.32, 4.33, 4.28, 4.21, 4.13, 4.01, 3.85, 3.74, 3.73, 3.71, 3.61, 3.49},
    {7.9e-5, 5.7e-5, 5.0e-5, 4.8e-5, 4.4e-5, 4.1e-5, 3.9e-5, 3.7e-5, 3.6e-5, 3.4e-5, 3.1e-5, 2.7e-5, 2.1e-5, 1.8e-5},
    {49.2, 45.8, 44.4, 46.8, 46.6, 45.9, 45.2, 43.9, 42.7, 41.1, 39.8, 38.1, 35.9, 33.4},
    {4.991, 4.040, 3.890, 4.220, 4.200, 4.100, 3.980, 4.060, 3.860, 3.900, 3.840, 3.880, 3.920, 3.730},
    {1.5375, 3.0228, 3.4948, 3.6740, 3.9752, 4.2461, 4.3868, 4.4162, 4.4066, 4.3165, 4.5060, 4.5556, 4.4251, 4.3853},
    {0.3235, 7.9959, 12.224, 13.6235, 16.5226, 19.2219, 21.4219, 23.1206, 24.5208, 25.2194, 25.7192, 25.7182, 25.1164,
     24.2162},
    {0.0012, 2.4394, 4.1281, 4.7066, 6.0857, 7.5850, 8.8545, 9.9742, 10.8039, 11.4037, 11.8035, 12.0033, 11.8030,
     11.4028},
    {0.0, 0.1882, 0.3172, 0.3702, 0.5292, 0.7612, 0.9933, 1.2204, 1.4005, 1.5406, 1.6307, 1.6909, 1.7112, 1.6716},
    {0.0, 0.0365, 0.1480, 0.1708, 0.4590, 1.3808, 3.0812, 5.9777, 9.7617, 14.482, 19.364, 25.070, 32.328, 40.434},
    {0.05, 0.34, 0.57, 0.65, 0.87, 1.17, 1.50, 1.81, 2.14, 2.54, 2.89, 3.28, 3.80, 4.44},
}};

/// Everything a helium core of pair instability throws out; sums to the core mass.
Elements pisn_core(double m_he) {
  Elements out{};
  double sum = 0;
  for (std::size_t i = he; i < n_slots; ++i) sum += out[i] = math::linear(hw02_core, hw02[i], m_he);
  for (double& x : out) x *= m_he / sum;
  return out;
}

/// Composition of the carbon-oxygen core before it burns: the 65 Msun core of Heger & Woosley (2002), metals only.
Elements unburnt_core() {
  Elements out{};
  double sum = 0;
  for (std::size_t i = c; i < n_slots; ++i) sum += out[i] = hw02[i].front();
  for (double& x : out) x /= sum;
  return out;
}

/// New metals of a core-collapse supernova by element. Iron first; the rest by CO core, averages of Nomoto et al.
/// (2013, Z = 0) and Kobayashi et al. (2006, Z = 0.001, 0.004), renormalised.
Elements ccsn_core(double new_metals, double m_co, double f_fallback) {
  constexpr std::array nodes{2., 3., 4., 6., 8., 12.};
  using Row = std::array<double, nodes.size()>;
  struct Fraction {
    std::size_t i;
    Row by_core;
  };
  constexpr std::array<Fraction, 8> fractions{{{c, {.1146, .1061, .0499, .0476, .0310, .0290}},
                                               {o, {.5044, .4903, .6136, .6533, .7120, .7361}},
                                               {ne, {.1603, .1809, .2035, .1865, .1515, .0764}},
                                               {mg, {.0768, .0626, .0592, .0429, .0368, .0472}},
                                               {si, {.0860, .0767, .0419, .0406, .0402, .0718}},
                                               {s, {.0325, .0339, .0184, .0175, .0183, .0273}},
                                               {ca, {.0039, .0039, .0025, .0022, .0025, .0030}},
                                               {oth, {.0144, .0185, .0074, .0063, .0065, .0080}}}};
  const double iron = std::min(0.074 * (1.0 - f_fallback), 0.15 * new_metals);
  Elements out{};
  double sum = 0;
  for (const Fraction& f : fractions) sum += out[f.i] = math::linear(nodes, f.by_core, m_co);
  for (double& x : out) x *= (new_metals - iron) / sum;
  out[fe] = iron;
  return out;
}

}  // namespace

Ejecta wind_ejecta(double m_msun, double z, const Cores& cores) {
  const Elements& mix = solar_metal_mix();
  const double total = m_msun - cores.m_fin;
  const double hydrogen_rich = std::max(total - std::max(cores.m_he_max - cores.m_fin, 0.0), 0.0);
  const double wolf_rayet = total - hydrogen_rich;
  const double made = 0.42 * wolf_rayet * (1.0 - std::exp(-(wolf_rayet / 5.5) * (wolf_rayet / 5.5)));
  // Winds of more massive and more metal-rich stars reach layers where CNO has burnt.
  const double m_processed = 110.0 * std::pow(std::max(z, 1e-4) / 0.004, -0.3);
  const double g = 1.0 - std::exp(-std::pow(m_msun / m_processed, 1.5));

  Ejecta out;
  Elements& d = out.mass_msun;
  for (std::size_t i = ne; i < n_slots; ++i) d[i] = z * mix[i] * (hydrogen_rich + wolf_rayet);
  const double x_n = mix[n] + (0.60 - mix[n]) * g, x_c = mix[c] * (1.0 - 0.97 * g);
  const double x_o = std::max(cno_fraction() - x_c - x_n, 0.02);
  const double old_cno = z * cno_fraction() * std::max(wolf_rayet - made, 0.0);
  d[n] = z * x_n * hydrogen_rich + 0.9 * old_cno;
  d[c] = z * x_c * hydrogen_rich + 0.68 * made;
  d[o] = z * x_o * hydrogen_rich + 0.1 * old_cno + 0.32 * made;
  d[he] = (helium_fraction(z) + 0.32 * g) * hydrogen_rich + std::max(wolf_rayet - made - z * wolf_rayet, 0.0);
  d[h] = std::max(total - metals_in(d) - d[he], 0.0);
  out.new_metals_msun = made;
  return out;
}

Elements envelope_ejecta(double z, double envelope_msun, double he_shell_msun) {
  const Elements& mix = solar_metal_mix();
  const double total = envelope_msun + he_shell_msun, y = std::min(helium_fraction(z) + 0.06, 0.9);
  Elements out{};
  for (std::size_t i = ne; i < n_slots; ++i) out[i] = z * mix[i] * total;
  out[n] = z * (0.25 * envelope_msun + 0.9 * cno_fraction() * he_shell_msun);
  const double carbon_and_oxygen = z * cno_fraction() * total - out[n];
  out[c] = 0.2 * carbon_and_oxygen;
  out[o] = 0.8 * carbon_and_oxygen;
  out[he] = y * envelope_msun + (1.0 - z) * he_shell_msun;
  out[h] = envelope_msun * (1.0 - y - z);
  return out;
}

Explosion ecsn_explosion(double z, const Cores& cores) {
  constexpr double remnant = 1.38, iron = 0.003;
  Explosion e;
  e.m_rem_msun = std::min(remnant, cores.m_fin);
  e.ejecta.mass_msun = envelope_ejecta(z, std::max(cores.m_fin - e.m_rem_msun, 0.0), 0.0);
  e.ejecta.mass_msun[fe] += iron;
  e.ejecta.mass_msun[he] -= iron;
  e.ejecta.new_metals_msun = iron;
  return e;
}

Explosion ccsn_explosion(double z, const Cores& cores, const BuilderParameters& p) {
  const Fallback f = fallback(p.remnant, cores.m_co, cores.m_fin);
  const double thrown = cores.m_fin - f.m_rem_msun, escaping = 1.0 - f.f_fallback;
  const double layered = std::max(cores.m_co - std::max(f.m_rem_msun, 0.0), 0.0);
  const double mixed = escaping * std::max(cores.m_co - f.m_proto_msun, 0.0);
  const double core = layered + p.f_mix * (mixed - layered);
  const double he_shell = std::max(
      p.f_mix > 0.5 ? escaping * (cores.m_he - cores.m_co) : std::min(cores.m_he - cores.m_co, thrown - core), 0.0);
  const double envelope = std::max(thrown - core - he_shell, 0.0);
  const double shell_metals = p.x_he_shell_cc * he_shell;

  Explosion e;
  e.m_rem_msun = f.m_rem_msun;
  Elements& d = e.ejecta.mass_msun;
  d = envelope_ejecta(z, envelope, he_shell - shell_metals);
  const Elements burnt = ccsn_core(core, cores.m_co, f.f_fallback);
  for (std::size_t i = 0; i < n_slots; ++i) d[i] += burnt[i];
  d[c] += 0.80 * shell_metals;
  d[o] += 0.15 * shell_metals;
  d[ne] += 0.05 * shell_metals;
  e.ejecta.new_metals_msun = core + shell_metals;
  return e;
}

Explosion ppisn_explosion(double z, const Cores& cores, const BuilderParameters& p) {
  static const Elements unburnt = unburnt_core();
  Explosion e;
  e.m_rem_msun = ppisn_remnant_fraction(cores.m_he, cores.m_fin) * cores.m_fin;
  const double r = e.m_rem_msun, core = std::max(cores.m_co - r, 0.0);
  const double he_shell = std::max(cores.m_he - std::max(cores.m_co, r), 0.0);
  const double envelope = std::max(cores.m_fin - std::max(cores.m_he, r), 0.0);
  const double shell_metals = p.x_he_shell_pp * he_shell;
  Elements& d = e.ejecta.mass_msun;
  d = envelope_ejecta(z, envelope, he_shell - shell_metals);
  for (std::size_t i = 0; i < n_slots; ++i) d[i] += unburnt[i] * core;
  d[c] += 0.55 * shell_metals;
  d[o] += 0.45 * shell_metals;
  e.ejecta.new_metals_msun = core + shell_metals;
  return e;
}

Explosion pisn_explosion(double z, const Cores& cores) {
  const Elements core = pisn_core(cores.m_he);
  Explosion e;
  Elements& d = e.ejecta.mass_msun;
  d = envelope_ejecta(z, std::max(cores.m_fin - cores.m_he, 0.0), 0.0);
  for (std::size_t i = 0; i < n_slots; ++i) d[i] += core[i];
  e.ejecta.new_metals_msun = metals_in(core);
  return e;
}

}  // namespace cecropia::stars

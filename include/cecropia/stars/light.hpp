#pragma once
/// \file  Lyman-Werner photons and ultraviolet light of a star, from its mass and its ionising rate. Theory manual:
/// docs/theory/stars.md, STA-21 to STA-24. Pure functions. Everything is an average over the lifetime.

namespace cecropia::stars {

/// Above this mass [Msun] a star has the temperature that its metallicity gives to a star of this mass (STA-23).
inline constexpr double m_hottest_msun = 120.0;

/// STA-21: temperatures [K] between which spectra are made; no star of the tables comes near.
inline constexpr double coldest_spectrum_k = 4e3, hottest_spectrum_k = 2e5;

/// STA-21: photons above an energy [eV] that a blackbody of t_k > 0 emits per erg of its luminosity [erg^-1].
double photons_per_erg(double t_k, double edge_ev);
/// STA-21: luminosity at 1500 Angstrom per frequency over the whole luminosity of a blackbody [Hz^-1], t_k > 0.
double uv_per_luminosity(double t_k);
/// STA-21: log10 of the ionising photons of an atmosphere over those of the blackbody; constant outside 1.5e4-4.15e4 K.
double ionising_correction_dex(double t_k);

/// STA-21: Lyman-Werner (11.2-13.6 eV) over H-ionising photons of the model spectrum, a blackbody with the edge of
/// hydrogen; t_k in [4e3, 2e5], falls with temperature.
double lyman_werner_per_ionising(double t_k);

/// STA-22: the same ratio of a metal-free star, lifetime average; Schaerer (2002), tables 3 and 4. m in [5, 500],
/// constant outside.
double metal_free_lyman_werner_ratio(double m_msun);

/// STA-23: temperature [K] of the model spectrum of a star that emits 10^log10_q_per_s ionising photons per second, in
/// [4e3, 2e5]. `log10_q_hottest_per_s`: the rate of a star of m_hottest_msun and the same metallicity, asked for only
/// above that mass.
double spectral_temperature_k(double m_msun, double log10_q_per_s, double log10_q_hottest_per_s);

struct Light {
  double log10_q_lw_per_s;     ///< Lyman-Werner photons, 11.2-13.6 eV [s^-1]
  double log10_l_uv_erg_s_hz;  ///< luminosity at 1500 Angstrom [erg/s/Hz]
};
/// STA-24: light of a star, m in [2, 600]; arguments as above, finite.
Light stellar_light(double m_msun, double log10_q_per_s, double log10_q_hottest_per_s);

}  // namespace cecropia::stars

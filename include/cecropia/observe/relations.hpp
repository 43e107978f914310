#pragma once
/// \file  The observed relations as pure functions of plain values; all logarithms are decimal.
namespace cecropia::observe {

/// A straight line y = slope x + intercept.
struct Line {
  double slope = 0, intercept = 0;
  double at(double x) const { return slope * x + intercept; }
};

/// Coefficients of a parabola a0 + a1 z + a2 z^2.
struct Parabola {
  double a0 = 0, a1 = 0, a2 = 0;
  double at(double x) const { return a0 + (a1 + a2 * x) * x; }
};

/// OBS-10: mu = log10(M_*/Msun) - alpha log10(SFR/(Msun/yr)); both arguments > 0.
double mu_of(double m_star_msun, double sfr_msun_yr, double alpha);

/// OBS-11: [O/H] expected from the fundamental metallicity relation at mu (Liu et al. 2025, Eq. 15, after Andrews &
/// Martini 2013).
double fmr_oh(double mu, Line relation);

/// OBS-12: [O/H] of the mass-metallicity relation of a redshift bin (Liu et al. 2025, Eq. 16, after Sarkar et al. 2025)
/// at log10(M_*/Msun), raised by shift_dex because observed galaxies form more stars than typical ones of their mass.
double mzr_oh(double log10_m_star, Line relation, double shift_dex);

/// OBS-13: stellar mass [Msun] of a halo of mass m_h_msun > 0 at redshift z (Liu et al. 2025, Eq. 3, after Tacchella et
/// al. 2018; fitted at z = 4 to 14).
double shmr_m_star_msun(double m_h_msun, double z);

/// OBS-21: compactness 0.21 log10(M_*/Msun) - log10(R/pc) (Langeroodi & Hjorth 2023, eq. 3).
double compactness_of(double log10_m_star, double log10_r_pc);

}  // namespace cecropia::observe

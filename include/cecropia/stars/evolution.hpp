#pragma once
/// \file  What a star of initial mass m and metallicity Z is and does until its end: composition, lifetime, ionising
/// rate, mass loss, cores. Fits to PARSEC tracks and published relations. Theory manual: docs/theory/stars.md, STA-1 to
/// STA-6. Pure functions. Masses in Msun in [2, 600]; z is the mass fraction of metals in [1e-11, 0.03].
#include <array>

#include "cecropia/core/elements.hpp"

namespace cecropia::stars {

/// Mass of each table slot [Msun], or mass fraction where the name says so.
using Elements = std::array<double, n_slots>;
constexpr std::size_t slot(Slot s) { return static_cast<std::size_t>(s); }

/// Metallicities for which the standard formulae hold; below and above they are read at the ends.
inline constexpr double lowest_fit_z = 1e-11, highest_fit_z = 0.03;

/// Sum of all slots.
double total(const Elements& elements);
/// Sum of the metal slots C to Oth.
double metals_in(const Elements& elements);

/// STA-1: helium mass fraction of the gas a star forms from, Y = 0.2485 + 1.78 Z (PARSEC; Costa et al. 2025).
double helium_fraction(double z);
/// STA-1: mass fraction of each slot among metals, Asplund et al. (2009); H and He are 0, the metals sum to 1.
const Elements& solar_metal_mix();
/// STA-1: initial mass fractions of all slots; they sum to 1.
Elements initial_composition(double z);

/// STA-2: lifetime [Myr]; fit to PARSEC tracks (0.9 % rms for m >= 11) with a correction for metal-free stars.
double lifetime_myr(double m_msun, double z);

/// STA-3: log10 of the rate of H-ionising photons, averaged over the lifetime [s^-1].
double log10_ionising_rate(double m_msun, double z);

/// STA-4, STA-27: mass at the end of life [Msun], m >= 8; winds of Z < 0.004 scale as (Z/0.004)^0.75. wind_scale >= 0
/// multiplies ln(m / M_fin).
double final_mass_msun(double m_msun, double z, double wind_scale = 1.0);

/// STA-5: helium core in absence of stripping [Msun], m >= 8.
double unstripped_he_core_msun(double m_msun, double z);

/// Masses at the end of life [Msun].
struct Cores {
  double m_fin, m_he, m_co;
  double m_he_max;  ///< largest helium core, before Wolf-Rayet winds eat into it
};
/// STA-6, STA-27: final mass, helium core and CO core, m >= 8.
Cores final_cores(double m_msun, double z, double wind_scale = 1.0);

}  // namespace cecropia::stars

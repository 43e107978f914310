#pragma once
/// \file  How a star ends and what is left of it. Theory manual: docs/theory/stars.md, STA-7 to STA-10, STA-25, STA-26.
/// Pure functions, masses in Msun.
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// STA-8: white dwarf left by a star of 2-8 Msun, 0.444 + 0.084 m (core masses of the PARSEC tracks).
double white_dwarf_mass_msun(double m_msun);

struct Fallback {
  double m_proto_msun;  ///< proto-compact object
  double f_fallback;    ///< fraction of the rest that falls back, in [0, 1]
  double m_rem_msun;    ///< baryonic remnant
};
/// STA-9: delayed explosion, Fryer et al. (2012), from the CO core and the final mass.
Fallback delayed_fallback(double m_co_msun, double m_fin_msun);
/// STA-25: rapid explosion, Fryer et al. (2012): complete fallback for CO cores of 6-7 and above 11 Msun.
Fallback rapid_fallback(double m_co_msun, double m_fin_msun);
/// The one of the two that the prescription names.
Fallback fallback(RemnantModel remnant, double m_co_msun, double m_fin_msun);

/// STA-9: gravitational mass of a remnant of baryonic mass m: neutron stars up to 3 Msun, else a black hole.
double gravitational_mass_msun(double m_baryonic_msun);

/// STA-10: remnant mass over final mass of a pulsational pair-instability supernova, Spera & Mapelli (2017), from
/// helium core (32-64 Msun) and final mass; in [0, 1].
double ppisn_remnant_fraction(double m_he_msun, double m_fin_msun);

/// STA-26: kinetic energy of the pulses of a helium core [1e51 erg], Woosley (2017); linear between his cores of 34-64
/// Msun, constant outside.
double woosley2017_energy_1e51_erg(double m_he_msun);

/// STA-7: fate by initial mass (white dwarf, electron capture), helium core (pair instability) and fallback.
Fate fate_of(double m_msun, const Cores& cores, const BuilderParameters& limits);

}  // namespace cecropia::stars

#pragma once
/// \file  Older stellar models, kept for comparison. That of Hartwig et al. (2022): core-collapse supernovae of 10-40
/// Msun with 1e51 erg, pair-instability supernovae of 140-260 Msun with 3.3e52 erg, yields of Nomoto et al. (2013, Z =
/// 0) for Population III and Kobayashi et al. (2006, Z = 0.001) for Population II, lifetimes and ionising rates of
/// Schaerer (2002); and the same with the yields of one of the two papers for both populations. Theory manual:
/// docs/theory/stars.md, STA-18 to STA-20, STA-28.
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// STA-18: lifetime of a metal-free star without mass loss [yr], m in [5, 500]; used to 600.
double schaerer2002_lifetime_iii_yr(double m_msun);
/// STA-18: ionising photons per second of a metal-free star [s^-1]; 0 below 5 Msun.
double schaerer2002_ionising_rate_iii_per_s(double m_msun);
/// STA-19: lifetime at Z = Zsun/50 [yr]; the fit to 120 Msun, above it a power law to 2 Myr at 600 Msun.
double schaerer2002_lifetime_ii_yr(double m_msun);
/// STA-19: ionising photons per second at Z = Zsun/50 [s^-1]; 0 below 7 Msun, proportional to m above 150.
double schaerer2002_ionising_rate_ii_per_s(double m_msun);

/// STA-20: energy of the supernova of a star of mass m [erg]; 0 where there is none.
double hartwig2022_energy_erg(double m_msun);

/// STA-20, STA-28: tables with two metallicities, 1e-11 (Population III) and 1e-3 (Population II). The mass grid has
/// the limits 10, 40, 140, 260 Msun as edges of cells. `model` is not Model::standard.
Tables build_older(Model model);

}  // namespace cecropia::stars

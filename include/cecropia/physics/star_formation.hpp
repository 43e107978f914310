#pragma once
/// \file  From inflow to stars. Theory: docs/theory/baryon_cycle.md, SFR-1 to SFR-3, MIX-1, SUB-1.
#include <algorithm>
#include <cmath>

#include "cecropia/core/elements.hpp"
#include "cecropia/physics/parameters.hpp"
#include "cecropia/random/stream.hpp"

namespace cecropia::physics {

/// SFR-1: free-fall time (G rho)^-1/2 in units of the inner dynamical time, (4 pi/3)^1/2 (Liu+25 eq. 2).
inline constexpr double free_fall_over_dynamical = 2.0466534158929770;

/// Mass that leaves a reservoir of mass m within dt at time scale t: m (1 - exp(-dt/t)); never more than m.
/// CON-1 with t = t_con (condensation of hot gas), SFR-2 with t = t_ff / eta (star formation in cold gas).
inline double drained_msun(double m_msun, double dt_myr, double time_scale_myr) {
  return -m_msun * std::expm1(-dt_myr / time_scale_myr);
}

/// SFR-3: left side of the Population II criterion (Chiaki et al. 2017), 10^([C/H]-2.30) + 10^[Fe/H], from mass
/// fractions of carbon and iron in gas of hydrogen fraction X.
double dust_and_carbon_abundance(double carbon_fraction, double iron_fraction, double hydrogen_fraction);

/// [X/H] = log10[(M_X/A_X)/(X_H M/1.008)] - (eps_X - 12) with Asplund et al. (2009); -infinity for none.
double abundance_over_solar(Metal element, double mass_fraction, double hydrogen_fraction);

/// MIX-1: offset [dex] of star-forming gas from the mean metallicity, one draw per interval of cosmic time and branch.
double mixing_offset_dex(const Mixing& p, bool self_enriched, random::Seed seed, std::int64_t branch_id,
                         std::int64_t interval);

/// SUB-1: the next sub-step [Myr], not longer than `left_myr`. `capped`: stars may form, or a massive star or a single
/// Type Ia progenitor lives.
inline double sub_step_myr(const StarFormation& p, double left_myr, double t_con_myr, double t_star_myr, bool capped) {
  double dt = p.accuracy * std::min(t_con_myr, t_star_myr);
  if (capped && p.cap_steps) dt = std::min(dt, p.max_step_myr);
  return std::min(left_myr, std::max(dt, p.min_step_myr));
}

}  // namespace cecropia::physics

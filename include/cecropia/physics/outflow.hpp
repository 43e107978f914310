#pragma once
/// \file  Outflows driven by supernovae. Theory: docs/theory/baryon_cycle.md, OUT-1 to OUT-5.
#include "cecropia/physics/parameters.hpp"

namespace cecropia::physics {

/// OUT-1: gamma_out = (M_peak/M_out0)^alpha_out for alpha_out != 0, 1e10 Msun / M_out0 for alpha_out = 0
/// (Liu+25 eqs. 6-7).
double gamma_out(const Feedback& p, double m_peak_msun);

struct Outflow {
  double hot_msun = 0, cold_msun = 0;
};

/// OUT-4 (Liu+25 eq. 5 with e_k = E_bind,k / M_k): what supernovae of energy e_sn [1e51 erg] unbind from hot and cold
/// gas of specific binding energies e_hot, e_cold [1e51 erg/Msun], before limits. Finite as either mass goes to zero.
Outflow unbound_msun(double e_sn, double hot_msun, double cold_msun, double e_hot, double e_cold, double gamma);

/// OUT-5: at most what is there; what cold gas cannot give is asked of the hot gas.
Outflow limited(Outflow asked, double cold_available_msun, double hot_available_msun);

}  // namespace cecropia::physics

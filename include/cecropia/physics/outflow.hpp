#pragma once
/// \file  Outflows driven by supernovae. Theory: docs/theory/baryon_cycle.md, OUT-1 to OUT-5.
#include <algorithm>

#include "cecropia/physics/parameters.hpp"

namespace cecropia::physics {

/// OUT-1: what gamma_out is made from at one redshift.
struct OutflowLaw {
  double alpha = 0, m_out0_msun = 0;
};
/// alpha_out_late and m_out0_late_msun at z below z_late, else alpha_out and m_out0_msun.
OutflowLaw outflow_law(const Feedback& p, double z);

/// OUT-1: gamma_out = (M_peak/M_out0)^alpha_out for alpha_out != 0, 1e10 Msun / M_out0 for alpha_out = 0
/// (Liu+25 eqs. 6-7).
double gamma_out(const OutflowLaw& law, double m_peak_msun);

struct Outflow {
  double hot_msun = 0, cold_msun = 0;
};

/// OUT-4 (Liu+25 eq. 5 with e_k = E_bind,k / M_k): what supernovae of energy e_sn [1e51 erg] unbind from hot and cold
/// gas of specific binding energies e_hot, e_cold [1e51 erg/Msun], before limits. Finite as either mass goes to zero.
inline Outflow unbound_msun(double e_sn, double hot_msun, double cold_msun, double e_hot, double e_cold, double gamma) {
  // f_k / e_k = M_k^2 / (e_hot hot^2 + e_cold cold^2)
  const double total = e_hot * hot_msun * hot_msun + e_cold * cold_msun * cold_msun;
  if (!(e_sn > 0.0) || !(total > 0.0)) return {};
  const double k = e_sn / (gamma * total);
  return {k * hot_msun * hot_msun, k * cold_msun * cold_msun};
}

/// OUT-5: at most what is there; what cold gas cannot give is asked of the hot gas.
inline Outflow limited(Outflow asked, double cold_available_msun, double hot_available_msun) {
  const double cold = std::min(asked.cold_msun, std::max(0.0, cold_available_msun));
  const double hot = std::min(asked.hot_msun + (asked.cold_msun - cold), std::max(0.0, hot_available_msun));
  return {hot, cold};
}

}  // namespace cecropia::physics

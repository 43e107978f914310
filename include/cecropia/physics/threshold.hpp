#pragma once
/// \file  The halo mass above which stars form. Theory: docs/theory/baryon_cycle.md, THR-1 to THR-3.
#include "cecropia/cosmology/halo.hpp"
#include "cecropia/physics/parameters.hpp"

namespace cecropia::physics {

/// THR-1: Lyman-Werner background in 1e-21 erg/s/cm^2/Hz/sr, J21 = 10^(2 - z/5) (Greif & Bromm 2006).
double j21_background(double z);

/// THR-2: minimum halo mass [Msun] of Schauer et al. (2021) in a background `j21` and a streaming velocity in units of
/// its rms; not capped. `atomic` has no fit: returns infinity, so that the cap decides.
double schauer_mass_msun(ThresholdFit fit, double j21, double v_streaming_sigma);

/// THR-3: M_crit = min(M_Schauer, M_atom), arguments as above; M_atom alone inside ionised regions. `m_atom_msun` is
/// the mass of T_vir = 1e4 K (HAL-4). The cap is essential: the simulations behind the fit cover J21 <= 0.1.
double critical_mass_msun(ThresholdFit fit, double j21, double v_streaming_sigma, double m_atom_msun, bool ionised);

}  // namespace cecropia::physics

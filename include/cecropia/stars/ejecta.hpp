#pragma once
/// \file  What a star returns: winds, and what each kind of supernova throws out. Gross masses [Msun]: they include the
/// star's own initial metals, as the bookkeeping of star formation needs. Theory manual: docs/theory/stars.md,
/// STA-11 to STA-15. Pure functions.
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/remnant.hpp"

namespace cecropia::stars {

struct Ejecta {
  Elements mass_msun{};
  double new_metals_msun = 0;  ///< newly made metals among them
};

/// What is left (baryonic) and what is thrown out by a supernova.
struct Explosion {
  double m_rem_msun = 0;
  Ejecta ejecta;
};

/// STA-11: winds of a star of m >= 8: hydrogen-rich layers partly processed by CNO, then Wolf-Rayet layers with new C,
/// O.
Ejecta wind_ejecta(double m_msun, double z, const Cores& cores);

/// STA-12: ejected hydrogen envelope (Y raised by 0.06, N to 0.25 Z) and He shell (CNO turned into N).
Elements envelope_ejecta(double z, double envelope_msun, double he_shell_msun);

/// STA-12: electron-capture supernova: remnant 1.38 Msun, envelope and 0.003 Msun of iron.
Explosion ecsn_explosion(double z, const Cores& cores);
/// STA-13: core-collapse supernova with the fallback and mixing of the parameters; new metals of core and He shell.
Explosion ccsn_explosion(double z, const Cores& cores, const BuilderParameters& parameters);
/// STA-14: pulsational pair-instability supernova: unburnt core matter, He shell, envelope above the remnant.
Explosion ppisn_explosion(double z, const Cores& cores, const BuilderParameters& parameters);
/// STA-15: pair-instability supernova: the whole helium core with the yields of Heger & Woosley (2002), and the
/// envelope.
Explosion pisn_explosion(double z, const Cores& cores);

}  // namespace cecropia::stars

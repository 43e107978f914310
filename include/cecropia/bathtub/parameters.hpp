#pragma once
/// \file  Parameters of the bathtub model. Values without another remark are those of Li et al. (2025), section 6.2;
/// CHOICE marks what the paper leaves open. Theory manual: docs/theory/bathtub.md.
#include <array>

#include "cecropia/core/parameter.hpp"

namespace cecropia::bathtub {

/// Metallicity of the Sun as the paper counts it, and its oxygen abundance 12 + log10(O/H).
inline constexpr double z_sun = 0.0126, oxygen_sun = 8.69;

/// BTH-4: whose mass sets the mass loading.
enum class LoadingMass { of_stars, of_halo };
inline constexpr std::array loading_mass_names{Named<LoadingMass>{"of_stars", LoadingMass::of_stars},
                                               Named<LoadingMass>{"of_halo", LoadingMass::of_halo}};

struct Parameters {
  double star_formation_per_myr = 0.05;  ///< eps_SF, of the gas (the paper prints another unit: BTH-3)
  double mass_loading = 5.0;             ///< eta_0, in halos of m_loading_msun; 0: no outflow
  double m_loading_msun = 1e11;          ///< M_0 (CHOICE; the paper prints 1e10, which misses its own figure)
  double loading_slope = 2.0 / 3.0;      ///< beta: 0 constant, 1/3 momentum, 2/3 energy, 1 strong wind
  double outflow_power = 1.0;            ///< lambda >= 1, of the star-formation rate
  LoadingMass loading_mass = LoadingMass::of_stars;
  double locked_fraction = 0.6;     ///< mu, of the stars formed: what does not come back at once
  double yield = 0.019;             ///< y, new metals over the mass locked up
  double inflow_metallicity = 0.0;  ///< Z_in
  double m_gas_begin_msun = 1e6;    ///< M_gas,0; without metals
  double m_star_begin_msun = 10.0;  ///< M_*,0
};

}  // namespace cecropia::bathtub

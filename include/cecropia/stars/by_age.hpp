#pragma once
/// \file  What a population does as it ages: light, deaths and ejecta per solar mass formed at once. Theory manual:
/// docs/theory/light.md, LIT-6.
#include <array>
#include <cstddef>
#include <vector>

#include "cecropia/stars/population.hpp"

namespace cecropia::stars {

/// Amounts per Msun formed at age 0 (low-mass part included), one value per age. Rates and luminosity are those of the
/// massive stars that live at that age; all others are sums over the stars that have died by then.
struct ByAge {
  std::vector<double> age_myr;
  std::vector<double> q_ion_per_s, q_lw_per_s;                ///< H-ionising and Lyman-Werner photons [s^-1 Msun^-1]
  std::vector<double> l_uv_erg_s_hz;                          ///< at 1500 Angstrom [erg s^-1 Hz^-1 Msun^-1]
  std::array<std::vector<double>, fate_names.size()> deaths;  ///< stars by Fate [Msun^-1]
  std::vector<double> returned, metals, oxygen;  ///< mass returned, of which metals and oxygen (gross) [Msun/Msun]
  std::vector<double> e_sn_erg;                  ///< energy of supernovae [erg/Msun]
};

/// LIT-6: expectation over the cells of `population` at metallicity bin i_z (one that it keeps), without noise of
/// sampling. Ages in Myr, in any order; a star has died at the age of its own lifetime.
ByAge by_age(const Population& population, std::size_t i_z, const std::vector<double>& ages_myr);

/// Ages from `first` to at least `last` (both > 0), evenly spaced in log10 by `step_dex`.
std::vector<double> log_spaced_ages(double first_myr, double last_myr, double step_dex);

}  // namespace cecropia::stars

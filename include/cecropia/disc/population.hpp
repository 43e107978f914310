#pragma once
/// \file  Discs as a population: how many there are, how bright, and how many stars they form. Theory manual:
/// docs/theory/disc.md, DSC-29 to DSC-31.
#include <cstddef>
#include <span>
#include <vector>

#include "cecropia/cosmology/power.hpp"

namespace cecropia::disc {

/// What is counted of a galaxy at one redshift. Magnitudes are AB at 1500 Angstrom; NaN without light.
struct Counted {
  double m_halo_msun = 0.0, m_uv_intrinsic = 0.0, m_uv = 0.0, sfr_msun_yr = 0.0;
  double weight_per_cmpc3 = 0.0;  ///< galaxies like this one
};

/// DSC-29: galaxies of `n` halo masses, equally spaced in log mass between the first and the last of `galaxies` (whose
/// masses ascend), weighted with the Sheth & Tormen mass function at z. What a galaxy is between two masses: straight
/// lines in log mass, of the logarithm of the star-formation rate. InternalError for fewer than two galaxies, masses
/// that do not ascend, a galaxy without light or stars, or n < 2.
std::vector<Counted> on_mass_function(const cosmology::Variance& variance, double z, std::span<const Counted> galaxies,
                                      std::size_t n = 4000);

/// Which magnitude is counted.
enum class LightOf { stars, stars_behind_dust };

/// DSC-30: galaxies per magnitude and cMpc^3 in bins between `edges` (ascending). A population of trees or one of
/// DSC-29.
std::vector<double> luminosity_function(std::span<const Counted> population, LightOf which,
                                        std::span<const double> edges);

/// DSC-31: star formation [Msun/yr/cMpc^3] of galaxies whose stars are brighter than `faintest` without dust.
double sfr_density(std::span<const Counted> population, double faintest);

}  // namespace cecropia::disc

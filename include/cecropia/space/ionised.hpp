#pragma once
/// \file  Ionised regions by counting photons, and what they add up to. Theory: docs/theory/space.md, ION-1 to ION-3.
/// Pure functions of plain values; volumes are comoving.
#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::space {

/// ION-1: how fast photons ionise and how fast ions recombine at one time; the same for all regions.
struct IonisationRates {
  double cmpc3_per_1e48_photons_s_myr;  ///< volume per Myr that 1e48 photons/s ionise
  double recombination_per_myr;         ///< C alpha_B n_H0 (1+z)^3
};
/// Rates at redshift z for a clumping factor C >= 0 (case B at 1e4 K).
IonisationRates ionisation_rates(const cosmology::Cosmology& cosmos, double clumping, double z);

/// ION-1: volume [cMpc^3] after dt, exact for constant rates. `escaping_1e48_per_s` photons leave the galaxy.
double ionised_volume_after(double volume_cmpc3, double escaping_1e48_per_s, double dt_myr,
                            const IonisationRates& rates);

/// ION-2: radius of a region [cMpc].
double region_radius_cmpc(double volume_cmpc3);
/// Volume of a sphere [cMpc^3].
double sphere_volume_cmpc3(double radius_cmpc);

/// ION-3: chance to be inside of one of many randomly placed regions whose volumes sum to `filling` per volume.
double covered_fraction(double filling);

}  // namespace cecropia::space

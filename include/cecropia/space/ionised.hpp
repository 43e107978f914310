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

/// ION-1: (1 - e^(-k dt)) / k [Myr]: what a source of rate 1 that shines for the last dt of a step has ionised at its
/// end; dt without recombination. Linear in sources, so that stars may come and go at their own times.
double effective_time_myr(double dt_myr, const IonisationRates& rates);

/// ION-1: volume [cMpc^3] after dt, exact for constant rates. `escaped_1e48_per_s_myr`: sum over the sources of the
/// rate at which photons leave the galaxy, times the effective_time_myr() of their shining in the step.
double ionised_volume_after(double volume_cmpc3, double escaped_1e48_per_s_myr, double dt_myr,
                            const IonisationRates& rates);

/// ION-2: radius of a region [cMpc].
double region_radius_cmpc(double volume_cmpc3);
/// Volume of a sphere [cMpc^3].
double sphere_volume_cmpc3(double radius_cmpc);

/// ION-3: chance to be inside of one of many randomly placed regions whose volumes sum to `filling` per volume.
double covered_fraction(double filling);

}  // namespace cecropia::space

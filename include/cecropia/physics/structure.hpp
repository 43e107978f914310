#pragma once
/// \file  What a halo is to its baryons at one moment: radii, time scales and specific binding energies.
/// Theory: docs/theory/baryon_cycle.md, GAL-1 to GAL-3, OUT-2, OUT-3.
#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "cecropia/physics/parameters.hpp"

namespace cecropia::physics {

/// Everything the sub-cycle needs of the dark matter. Linear in time within a level (second order in the level
/// spacing).
struct HaloStructure {
  double t_vir_k;  ///< mu = 0.6
  double r_vir_kpc;
  double t_dyn_myr;                   ///< R_vir^1.5 / (G M)^0.5
  double r_compact_kpc, r_scale_kpc;  ///< GAL-1 for atomic and for molecular cooling halos
  double e_hot;                       ///< OUT-2 [1e51 erg/Msun]
  double phi_compact, phi_scale;      ///< halo part of OUT-3 for the two radii [1e51 erg/Msun]
};

/// The structure of a halo of mass m_vir_msun at redshift z.
HaloStructure halo_structure(const cosmology::Cosmology& c, const StarFormation& p, double m_vir_msun, double z);

/// a + (b - a) x for every member.
inline HaloStructure interpolate(const HaloStructure& a, const HaloStructure& b, double x) {
  const auto mix = [x](double p, double q) { return p + (q - p) * x; };
  return {mix(a.t_vir_k, b.t_vir_k),         mix(a.r_vir_kpc, b.r_vir_kpc),
          mix(a.t_dyn_myr, b.t_dyn_myr),     mix(a.r_compact_kpc, b.r_compact_kpc),
          mix(a.r_scale_kpc, b.r_scale_kpc), mix(a.e_hot, b.e_hot),
          mix(a.phi_compact, b.phi_compact), mix(a.phi_scale, b.phi_scale)};
}

/// GAL-1: radius of a galaxy in an atomic-cooling halo, coefficient R_vir (c/10)^-0.7 (1+z)^-0.2 (Liu+25 eq. 4 with the
/// coefficient corrected to 0.05). Smaller halos have R_vir/c.
double compact_radius_kpc(double coefficient, double r_vir_kpc, double concentration, double z);

/// GAL-2: R^1.5 / (G M)^0.5 [Myr]; infinite for M = 0.
inline double dynamical_time_myr(double r_kpc, double m_msun) {
  if (!(m_msun > 0.0)) return std::numeric_limits<double>::infinity();
  return r_kpc * std::sqrt(r_kpc / (constants::g_kpc3_msun_myr2 * m_msun));
}

/// OUT-2: g(c) = c [1 - 1/(1+c)^2 - 2 ln(1+c)/(1+c)] / m(c)^2: specific binding energy of gas that follows the halo, in
/// units of G M / R_vir.
double binding_of_halo_gas(double concentration);

/// Halo part of OUT-3: binding of a uniform sphere of radius y R_s in the truncated halo, in units of G M / (R_s m(c)).
double binding_in_halo(double y, double concentration);

/// Self-gravity part of OUT-3: (3/5) G (cold + 2 star) / R_* [1e51 erg/Msun].
double binding_by_galaxy(double cold_msun, double star_msun, double r_galaxy_kpc);

}  // namespace cecropia::physics

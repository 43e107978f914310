#pragma once
/// \file  Structure of dark-matter halos: virial quantities and concentration. Theory manual: HAL-1 to HAL-5.
/// Masses in Msun, radii in physical kpc, speeds in km/s, temperatures in K.
#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::cosmology {

/// HAL-1: overdensity with respect to the critical density at z (Bryan & Norman 1998: 18 pi^2 + 82 d - 39 d^2).
double delta_c(const Cosmology& c, double z);
double r_vir_kpc(const Cosmology& c, double m_vir_msun, double z);                     ///< HAL-2
double v_c_km_s(const Cosmology& c, double m_vir_msun, double z);                      ///< HAL-3
/// HAL-4: mu m_H V_c^2 / (2 k_B). mu = 0.6 for the 1e4 K switches, 1.22 for H2 cooling.
double t_vir_k(const Cosmology& c, double m_vir_msun, double z, double mu = 0.6);
double mass_at_t_vir_msun(const Cosmology& c, double t_vir_k, double z, double mu = 0.6);  ///< inverse of HAL-4
/// HAL-5: concentration of Correa et al. (2015c), appendix B1 (Planck), at min(z, concentration_z_cap), at least 1.
double concentration(const Cosmology& c, double m_vir_msun, double z);
/// ln(1+c) - c/(1+c)
double nfw_mass(double concentration);

}  // namespace cecropia::cosmology

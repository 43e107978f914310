#pragma once
/// \file  Structure of dark-matter halos: virial quantities and concentration. Theory manual: docs/theory/halos.md.
/// Masses in Msun (> 0), radii in physical kpc, speeds in km/s, temperatures in K, redshifts z >= 0. All are closed
/// forms: cheap enough for millions of calls.
#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::cosmology {

/// HAL-1: overdensity of a virialised halo with respect to the critical density at z. Bryan & Norman (1998), flat LCDM:
/// 18 pi^2 + 82 d - 39 d^2, d = Omega_m(z) - 1; or 200 Omega_m(z), or 200, by Parameters::overdensity.
double delta_c(const Cosmology& c, double z);
/// HAL-2: virial radius [physical kpc].
double r_vir_kpc(const Cosmology& c, double m_vir_msun, double z);
/// HAL-3: circular speed at the virial radius [km/s].
double v_c_km_s(const Cosmology& c, double m_vir_msun, double z);
/// HAL-4: virial temperature mu m_H V_c^2 / (2 k_B) [K]. mu = 0.6 for the 1e4 K switches (CHOICE), 1.22 for H2 cooling.
double t_vir_k(const Cosmology& c, double m_vir_msun, double z, double mu = 0.6);
/// HAL-4 solved for the mass [Msun]; t_vir_k > 0.
double mass_at_t_vir_msun(const Cosmology& c, double t_vir_k, double z, double mu = 0.6);
/// HAL-5: concentration, Correa et al. (2015c) appendix B1 (Planck), at min(z, concentration_z_cap), at least 1.
double concentration(const Cosmology& c, double m_vir_msun, double z);
/// HAL-6: ln(1+c) - c/(1+c), the mass inside c scale radii of an NFW halo over 4 pi rho_s r_s^3; c >= 0.
double nfw_mass(double concentration);

}  // namespace cecropia::cosmology

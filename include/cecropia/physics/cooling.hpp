#pragma once
/// \file  Molecular-hydrogen cooling of minihalos. Theory: docs/theory/baryon_cycle.md, COO-1 to COO-3.
namespace cecropia::physics {

/// COO-1: low-density cooling rate per H and H2 [erg cm^3/s], Galli & Palla (1998); 13 K < T < 1e5 K.
double h2_cooling_low_density(double t_k);
/// COO-1: cooling rate per H2 in thermal equilibrium [erg/s], Hollenbach & McKee (1979).
double h2_cooling_lte(double t_k);
/// COO-1: cooling rate per H2 molecule [erg/s] at hydrogen density n_h [cm^-3].
double h2_cooling_per_molecule(double t_k, double n_h_per_cm3);
/// COO-2: molecular fraction 3.5e-4 (T/1000 K)^1.52 (Tegmark et al. 1997 scaling).
double h2_fraction(double t_k);
/// COO-3: cooling time [Myr] of hot gas of mass m_hot_msun filling R_vir at the virial temperature for mu = 1.22, which
/// is t_vir_k * 1.22/0.6. CHOICE: the virial-mean density, an upper limit. Infinite for no gas.
double h2_cooling_time_myr(double t_vir_mu06_k, double r_vir_kpc, double m_hot_msun, double hydrogen_fraction);

}  // namespace cecropia::physics

#pragma once
/// \file  Photo-heating of cold gas by living massive stars. Theory: docs/theory/baryon_cycle.md, HEA-1.
namespace cecropia::physics {

/// HEA-1: rate [Msun/Myr] at which photons of rate q [1e48 s^-1] turn cold gas of mass cold_msun inside r_kpc into warm
/// ionised gas, for f_heat = 1: (Q m_H/X) / (1 + (2/3) t_exp/t_rec), the interpolation between the photon limit and the
/// Spitzer expansion of one HII region. 0 without gas or photons.
double photo_heating_msun_myr(double q_1e48_per_s, double cold_msun, double r_kpc, double hydrogen_fraction);

}  // namespace cecropia::physics

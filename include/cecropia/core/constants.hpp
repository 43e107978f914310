#pragma once
/// \file  The only home of physical constants. Working units of the program: Msun, physical kpc (comoving Mpc for
/// positions), Myr, km/s, erg. No variable of the program contains h: readers remove it.
/// Sources: CODATA 2018; IAU 2015 Resolution B3 (GM_sun with CODATA G, L_sun); IAU 2012 Resolution B2 (parsec).
namespace cecropia::constants {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double g_cgs = 6.6743e-8;         ///< Newton's constant [cm^3 g^-1 s^-2]
inline constexpr double k_b_erg_k = 1.380649e-16;  ///< Boltzmann's constant [erg/K]
inline constexpr double h_erg_s = 6.62607015e-27;  ///< Planck's constant [erg s]
inline constexpr double ev_erg = 1.602176634e-12;  ///< electronvolt [erg]
/// Energies of photons that ionise hydrogen, and that the Lyman-Werner bands of H2 begin with [eV].
inline constexpr double lyman_edge_ev = 13.6, lyman_werner_edge_ev = 11.2;
inline constexpr double lsun_erg_s = 3.828e33;          ///< nominal solar luminosity [erg/s]
inline constexpr double m_h_g = 1.6735575e-24;          ///< mass of the hydrogen atom [g]
inline constexpr double m_p_g = 1.67262192e-24;         ///< proton mass [g]
inline constexpr double msun_g = 1.98841e33;            ///< solar mass [g]
inline constexpr double pc_cm = 3.0856775814913673e18;  ///< parsec [cm]
inline constexpr double kpc_cm = 1e3 * pc_cm;
inline constexpr double mpc_cm = 1e6 * pc_cm;
inline constexpr double yr_s = 3.15576e7;  ///< Julian year [s]
inline constexpr double myr_s = 1e6 * yr_s;
inline constexpr double c_cm_s = 2.99792458e10;       ///< speed of light [cm/s]
inline constexpr double sigma_t_cm2 = 6.6524587e-25;  ///< Thomson cross-section [cm^2]
inline constexpr double km_cm = 1e5;
/// Case-B recombination coefficient of hydrogen at 1e4 K [cm^3/s] (HEA-1; Osterbrock & Ferland 2006, MEM).
inline constexpr double alpha_b_cm3_s = 2.59e-13;
/// Newton's constant in working units [kpc^3 Msun^-1 Myr^-2].
inline constexpr double g_kpc3_msun_myr2 = g_cgs * msun_g * myr_s * myr_s / (kpc_cm * kpc_cm * kpc_cm);
/// Newton's constant for speeds [kpc (km/s)^2 Msun^-1].
inline constexpr double g_kpc_km2_s2_msun = g_cgs * msun_g / kpc_cm / (km_cm * km_cm);
/// Energy unit of stellar explosions [erg].
inline constexpr double bethe_erg = 1e51;
/// One Msun (kpc/Myr)^2 in erg.
inline constexpr double msun_kpc2_myr2_erg = msun_g * (kpc_cm / myr_s) * (kpc_cm / myr_s);

}  // namespace cecropia::constants

#pragma once
/// \file  The equations of the bathtub as functions of plain values. Theory manual: docs/theory/bathtub.md, BTH-1 to
/// BTH-11. Masses in Msun, rates in Msun/Myr, metallicities as mass fractions.
#include "cecropia/bathtub/parameters.hpp"

namespace cecropia::bathtub {

/// BTH-1: metallicity of a leaky box with effective yield `yield` and gas fraction in (0, 1].
double leaky_box_metallicity(double yield, double gas_fraction);

/// BTH-2: log10 of the mass [Msun] of the halo in which galaxies of `m_star_msun` > 0 live at z = 5 (Shuntov et al.
/// 2022, 4.5 < z < 5.5).
double log10_halo_mass(double m_star_msun);
/// BTH-2: d log10 M_h / d log10 M_*.
double halo_mass_slope(double m_star_msun);

/// BTH-3: star-formation rate [Msun/Myr].
double star_formation_msun_myr(const Parameters& p, double m_gas_msun);

/// BTH-4: mass loading eta in a halo of this mass.
double mass_loading(const Parameters& p, double log10_m_halo_msun);
/// BTH-5: outflow [Msun/Myr] at a star-formation rate [Msun/Myr] and a mass loading.
double outflow_msun_myr(const Parameters& p, double mass_loading, double sfr_msun_myr);

/// BTH-8: metallicity of the steady state with this mass loading at `sfr_msun_myr`; inflow without metals.
double steady_metallicity(const Parameters& p, double mass_loading, double sfr_msun_myr);
/// BTH-9: the steady metallicity with inflow of Parameters::inflow_metallicity and outflow proportional to star
/// formation (lambda = 1), (1 - Z) kept.
double steady_metallicity_with_inflow(const Parameters& p, double mass_loading);
/// BTH-10: log10 of the metallicity of a galaxy that takes in gas faster than it uses it: `accretion_efficiency` is
/// SFR over inflow.
double log10_diluted_metallicity(const Parameters& p, double mass_loading, double sfr_msun_myr,
                                 double accretion_efficiency);
/// BTH-10 where the outflow is much stronger than star formation.
double log10_diluted_metallicity_strong_outflow(const Parameters& p, double mass_loading, double sfr_msun_myr,
                                                double accretion_efficiency);
/// BTH-11: slope of the steady mass-metallicity relation, d log10 Z / d log10 M_*, under strong outflow.
double steady_slope(const Parameters& p, double m_star_msun);

/// BTH-12: 12 + log10(O/H) of a metallicity > 0.
double oxygen_abundance(double z);

}  // namespace cecropia::bathtub

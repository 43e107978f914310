#include "cecropia/physics/parameters.hpp"

namespace cecropia::physics {

const std::vector<Parameter<Threshold>> threshold_rows{
    choice<&Threshold::fit, threshold_names>("fit",
                                             "Fit of the minimum halo mass for star formation (Schauer et al. 2021), "
                                             "always capped at the atomic-cooling mass.",
                                             "THR-2, CHOICE"),
    choice<&Threshold::streaming, streaming_names>(
        "streaming", "Streaming velocity between baryons and dark matter: fixed, or drawn region by region.", "STV-1"),
    number<&Threshold::v_streaming_sigma>(
        "v_streaming_sigma", "sigma_sv",
        "Baryon-dark matter streaming velocity in units of its rms; for streaming = fixed.", "THR-2, Liu+25 table 1",
        0.0, 5.0),
    number<&Threshold::streaming_region_cmpc>(
        "streaming_region_cmpc", "cMpc",
        "Size of the regions of one streaming velocity in a box (trees without places: one per tree); for streaming = "
        "drawn.",
        "STV-1; Tseliakhovich & Hirata (2010): coherent over a few cMpc", 0.1, 100.0),
    number<&Threshold::j21_factor>(
        "j21_factor", "-", "Multiplies the Lyman-Werner background, published or self-consistent.", "THR-1", 0.0, 1e3)};

const std::vector<Parameter<StarFormation>> star_formation_rows{
    number<&StarFormation::eta_ii>("eta_ii", "-", "Population II star-formation efficiency per free-fall time.",
                                   "SFR-2, Liu+25 table 1", 0.0, 100.0),
    number<&StarFormation::eta_iii>("eta_iii", "-", "Population III star-formation efficiency per free-fall time.",
                                    "SFR-2, Liu+25 table 1", 0.0, 100.0),
    choice<&StarFormation::radius, radius_names>("radius",
                                                 "Galaxy radius: compact (Liu+25 eq. 4, corrected) or the NFW "
                                                 "scale radius of the old model (Hartwig+22).",
                                                 "GAL-1"),
    number<&StarFormation::radius_coefficient>("radius_coefficient", "-",
                                               "R_*/R_vir of compact galaxies at c = 10, z = 0 "
                                               "(the paper prints 0.5; its ingredients give 0.05).",
                                               "GAL-1", 1e-3, 1.0),
    choice<&StarFormation::density, density_names>("density",
                                                   "Mass that sets the free-fall time: cold gas and stars, or "
                                                   "cold gas alone (old model).",
                                                   "SFR-1"),
    number<&StarFormation::log10_critical_abundance>("log10_critical_abundance", "-",
                                                     "Population II forms where "
                                                     "10^([C/H]-2.30) + 10^[Fe/H] exceeds ten to this.",
                                                     "SFR-3, Chiaki+17", -20.0, 2.0),
    flag<&StarFormation::first_pop2>("first_pop2",
                                     "Halos that first appear above the atomic-cooling mass (coarse trees) "
                                     "form Population II from the start.",
                                     "SFR-3, CHOICE"),
    number<&StarFormation::accuracy>("accuracy", "-", "Sub-step as a fraction of the shortest time scale.",
                                     "SUB-1, CHOICE", 1e-4, 10.0),
    number<&StarFormation::max_step_myr>("max_step_myr", "Myr",
                                         "Longest sub-step while stars may form, or massive stars or Type "
                                         "Ia progenitors are alive.",
                                         "SUB-1, CHOICE", 1e-3, 1e3),
    number<&StarFormation::min_step_myr>("min_step_myr", "Myr", "Shortest sub-step.", "SUB-1, CHOICE", 1e-6, 1.0),
    flag<&StarFormation::cap_steps>("cap_steps", "Apply max_step_myr; false only for convergence tests.", "SUB-1")};

const std::vector<Parameter<Mixing>> mixing_rows{
    number<&Mixing::internal_mean_dex>("internal_mean_dex", "dex",
                                       "Mean offset of the metallicity of star-forming gas, "
                                       "self-enriched halos.",
                                       "MIX-1, CHOICE", -5.0, 5.0),
    number<&Mixing::internal_sigma_dex>("internal_sigma_dex", "dex",
                                        "Its scatter (0.1 with halo-mass noise, 0.25 without).", "MIX-1, CHOICE", 0.0,
                                        5.0),
    number<&Mixing::external_mean_dex>("external_mean_dex", "dex", "Mean offset, halos enriched only from outside.",
                                       "MIX-1, CHOICE", -5.0, 5.0),
    number<&Mixing::external_sigma_dex>("external_sigma_dex", "dex", "Its scatter.", "MIX-1, CHOICE", 0.0, 5.0),
    number<&Mixing::interval_myr>("interval_myr", "Myr", "Cosmic time for which one draw is kept.", "MIX-1, CHOICE",
                                  1e-2, 1e4),
    number<&Mixing::merger_myr>("merger_myr", "Myr",
                                "So long the gas of two galaxies that merged stays apart: stars form of the one or the "
                                "other, in proportion to their gas; 0: it mixes at once.",
                                "MIX-2, CHOICE (off)", 0.0, 1e4)};

const std::vector<Parameter<Feedback>> feedback_rows{
    number<&Feedback::alpha_out>("alpha_out", "-",
                                 "Slope with peak halo mass of gamma_out, the resistance to outflows (the "
                                 "larger, the less gas is expelled); 0: the same for all halos.",
                                 "OUT-1, Liu+25 eqs. 6-7", 0.0, 10.0),
    number<&Feedback::m_out0_msun>(
        "m_out0_msun", "Msun",
        "Halo mass at which the resistance to outflows gamma_out is 1; for alpha_out = 0 gamma_out is "
        "1e10 Msun over this. A larger value means stronger outflows.",
        "OUT-1, Liu+25 eqs. 6-7", 1e6, 1e14),
    number<&Feedback::z_late>("z_late", "-",
                              "Redshift below which alpha_out_late and m_out0_late_msun take the place of alpha_out "
                              "and m_out0_msun; 0: nowhere.",
                              "OUT-1; CHOICE (a step of this kind is ours; the paper says about 6)", 0.0, 100.0),
    number<&Feedback::alpha_out_late>("alpha_out_late", "-", "alpha_out below z_late.", "OUT-1, Liu+25 section 5.2",
                                      0.0, 10.0),
    number<&Feedback::m_out0_late_msun>("m_out0_late_msun", "Msun", "m_out0_msun below z_late.",
                                        "OUT-1, Liu+25 section 5.2", 1e6, 1e14),
    number<&Feedback::ebind_norm>("ebind_norm", "-",
                                  "Multiplies the binding energies of hot and cold gas; exactly "
                                  "degenerate with m_out0_msun.",
                                  "OUT-3, CHOICE", 0.01, 100.0),
    number<&Feedback::cold_binding_factor>("cold_binding_factor", "-",
                                           "Multiplies the binding energy of the cold gas "
                                           "alone.",
                                           "OUT-3, CHOICE", 0.01, 100.0),
    number<&Feedback::f_heat>("f_heat", "-", "Efficiency of photo-heating; 0 switches it off.", "HEA-1, CHOICE", 0.0,
                              100.0),
    number<&Feedback::c_zigm>("c_zigm", "-", "Clumping factor of metals that fall in; 1 on trees with places.",
                              "UPD-2, Liu+25 table 1", 0.0, 1e3)};

const std::vector<Parameter<TypeIa>> type_ia_rows{
    flag<&TypeIa::enabled>("enabled", "Type Ia supernovae.", "SNI-1"),
    number<&TypeIa::per_msun>("per_msun", "Msun^-1", "Type Ia supernovae per stellar mass formed, over delay_max_myr.",
                              "SNI-1, Liu+25 app. C", 0.0, 1.0),
    number<&TypeIa::delay_min_myr>("delay_min_myr", "Myr", "Shortest delay.", "SNI-1, Liu+25 app. C", 1.0, 1e4),
    number<&TypeIa::delay_max_myr>("delay_max_myr", "Myr", "Longest delay.", "SNI-1, Liu+25 app. C", 10.0, 1e5),
    number<&TypeIa::delay_slope>("delay_slope", "-", "Delay-time distribution t^-slope (slope not equal to 1).",
                                 "SNI-1, Liu+25 app. C", 0.0, 5.0),
    number<&TypeIa::individual_below>("individual_below", "-",
                                      "Expected number per star-formation step up to which "
                                      "progenitors are followed one by one.",
                                      "SNI-5, Liu+25 app. C", 0.0, 1e4),
    number<&TypeIa::energy_1e51_erg>("energy_1e51_erg", "1e51 erg", "Energy of one Type Ia supernova.",
                                     "SNI-1, Liu+25 app. C", 0.0, 100.0),
    number<&TypeIa::interval_myr>("interval_myr", "Myr",
                                  "Populations born within this time are joined; their rate is "
                                  "refreshed as often.",
                                  "SNI-6, CHOICE", 0.1, 40.0)};

}  // namespace cecropia::physics

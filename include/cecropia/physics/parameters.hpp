#pragma once
/// \file  Parameters of the baryon cycle. Each block is one section of the parameter file. Values without another
/// remark are those of Liu et al. (2025), table 1; CHOICE marks what the literature we can read does not settle, with
/// the calibration that fixed it (docs/theory).
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::physics {

enum class ThresholdFit { schauer_ave, schauer_min, atomic };
inline constexpr std::array threshold_names{Named<ThresholdFit>{"schauer_ave", ThresholdFit::schauer_ave},
                                            Named<ThresholdFit>{"schauer_min", ThresholdFit::schauer_min},
                                            Named<ThresholdFit>{"atomic", ThresholdFit::atomic}};

enum class Streaming { fixed, drawn };
inline constexpr std::array streaming_names{Named<Streaming>{"fixed", Streaming::fixed},
                                            Named<Streaming>{"drawn", Streaming::drawn}};

/// Section `threshold`: the halo mass above which stars form.
struct Threshold {
  ThresholdFit fit = ThresholdFit::schauer_ave;
  Streaming streaming = Streaming::fixed;
  double v_streaming_sigma = 0.8;    ///< streaming velocity in units of its rms, if it is fixed
  double streaming_region_cmpc = 3;  ///< size of the regions in which it is drawn
  double j21_factor = 1.0;           ///< multiplies the Lyman-Werner background of Greif & Bromm (2006)
};
extern const std::vector<Parameter<Threshold>> threshold_rows;

enum class RadiusModel { compact, scale_radius };
inline constexpr std::array radius_names{Named<RadiusModel>{"compact", RadiusModel::compact},
                                         Named<RadiusModel>{"scale_radius", RadiusModel::scale_radius}};
enum class DensityModel { gas_and_stars, gas };
inline constexpr std::array density_names{Named<DensityModel>{"gas_and_stars", DensityModel::gas_and_stars},
                                          Named<DensityModel>{"gas", DensityModel::gas}};

/// Section `star_formation`: inflow cascade, star formation, sub-steps.
struct StarFormation {
  double eta_ii = 0.237, eta_iii = 8.15;  ///< efficiency per free-fall time
  RadiusModel radius = RadiusModel::compact;
  double radius_coefficient = 0.05;                    ///< R_* / R_vir at c = 10, z = 0
  DensityModel density = DensityModel::gas_and_stars;  ///< what sets the free-fall time
  double log10_critical_abundance = -5.07;             ///< Population II needs 10^([C/H]-2.30) + 10^[Fe/H] above this
  bool first_pop2 = false;    ///< halos first seen above the atomic-cooling mass start as Population II
  double accuracy = 0.2;      ///< sub-step as a fraction of the shortest time scale
  double max_step_myr = 1.0;  ///< while stars may form, or a massive star or a Type Ia progenitor is alive
  double min_step_myr = 1e-3;
  bool cap_steps = true;  ///< false lifts max_step_myr (for convergence tests)
};
extern const std::vector<Parameter<StarFormation>> star_formation_rows;

/// Section `mixing`: metallicity of star-forming gas against the mean of the galaxy.
struct Mixing {
  double internal_mean_dex = 0.0, internal_sigma_dex = 0.1;   ///< halos in which a supernova has exploded
  double external_mean_dex = -0.8, external_sigma_dex = 0.5;  ///< halos enriched only from outside
  double interval_myr = 10.0;                                 ///< one draw per interval of cosmic time
  double merger_myr = 0.0;                                    ///< gas of galaxies that merged stays apart; 0: mixes
};
extern const std::vector<Parameter<Mixing>> mixing_rows;

/// Section `feedback`: photo-heating, outflows, enrichment of the inflow.
struct Feedback {
  double alpha_out = 0.0, m_out0_msun = 3e9;            ///< gamma_out
  double z_late = 0.0;                                  ///< below this redshift the next two hold; 0: never
  double alpha_out_late = 0.5, m_out0_late_msun = 3e9;  ///< those for which the paper sees hints at z of 6 and below
  double ebind_norm = 1.1;                              ///< binding energies; degenerate with m_out0 (do not scan both)
  double cold_binding_factor = 1.0;                     ///< multiplies the binding energy of the cold gas alone
  double f_heat = 1.0;                                  ///< efficiency of photo-heating
  double c_zigm = 3.32;                                 ///< clumping of intergalactic metals on accretion
};
extern const std::vector<Parameter<Feedback>> feedback_rows;

/// Section `type_ia`: Liu et al. (2025), appendix C.
struct TypeIa {
  bool enabled = true;
  double per_msun = 1.3e-3;
  double delay_min_myr = 40.0, delay_max_myr = 14000.0, delay_slope = 1.12;
  double individual_below = 10.0;  ///< expected number of a step up to which progenitors are drawn one by one
  double energy_1e51_erg = 1.0;
  double interval_myr = 5.0;  ///< populations born within an interval are joined; rates are refreshed as often
};
extern const std::vector<Parameter<TypeIa>> type_ia_rows;

struct Parameters {
  Threshold threshold;
  StarFormation star_formation;
  Mixing mixing;
  Feedback feedback;
  TypeIa type_ia;
};

}  // namespace cecropia::physics

#pragma once
/// \file  Parameters of the comparison with observations (section `observe`). Theory manual:
/// docs/theory/observables.md.
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::observe {

/// The least length of a window: a mean over less is lost in the rounding of ages, nothing over nothing.
inline constexpr double smallest_window_myr = 1e-3;

/// Which star formation the 100 Myr window of the SFRD sees at the time t of a level (OBS-7).
enum class Window { trailing, centred, none };
inline constexpr std::array window_names{Named<Window>{"trailing", Window::trailing},
                                         Named<Window>{"centred", Window::centred},
                                         Named<Window>{"none", Window::none}};

/// Which side of an asymmetric error bar becomes sigma (OBS-3).
enum class SigmaRule { mean, facing };
inline constexpr std::array sigma_rule_names{Named<SigmaRule>{"mean", SigmaRule::mean},
                                             Named<SigmaRule>{"facing", SigmaRule::facing}};

/// In which quantity the SFRD is interpolated between two levels, linearly in redshift.
enum class Interpolation { logarithm, linear };
inline constexpr std::array interpolation_names{Named<Interpolation>{"log", Interpolation::logarithm},
                                                Named<Interpolation>{"linear", Interpolation::linear}};

/// The halo mass of the stellar-halo mass relation.
enum class HaloMass { virial, peak };
inline constexpr std::array halo_mass_names{Named<HaloMass>{"virial", HaloMass::virial},
                                            Named<HaloMass>{"peak", HaloMass::peak}};

/// Defaults: Liu et al. (2025), section 4, with sigma_FMR = 0.13 dex (their Fig. 9; the 0.013 of the running text is a
/// misprint: it contradicts the likelihoods they quote).
struct Parameters {
  std::string observations_path;  ///< folder with the observational tables; empty: the one shipped with the program
  double sfr_min_msun_yr = 0.31622776601683794;  // 10^-0.5, M_UV = -17
  double csmd_m_star_min_msun = 1e8;
  double min_galaxies = 3;
  double count_volume_cmpc3 = 0;
  Window sfrd_window = Window::trailing;
  double sfrd_window_myr = 100;
  SigmaRule sfrd_sigma = SigmaRule::mean;
  Interpolation sfrd_interpolation = Interpolation::logarithm;
  double csmd_sigma_dex = 0.5, csmd_z_min = 6, csmd_z_max = 12;
  double fmr_alpha = 0.66, fmr_slope = 0.43, fmr_intercept = -4.11, fmr_sigma_dex = 0.13;
  double fmr_z_min = 4, fmr_z_max = 8;
  double mzr_shift_dex = 0.16;
  double shmr_sigma_dex = 0.31, shmr_z_min = 4, shmr_z_max = 8;
  HaloMass shmr_mass = HaloMass::virial;
  double metal_poor_oh = -1;
  double m_uv_faintest = -17;
  std::vector<double> sfrd_cuts_log10{-1, -2, -3};
  std::vector<double> csmd_cuts_log10{7, 6, 5};
  std::vector<double> stack_masses_log10{7.5, 8.5, 9.5};
  double stack_width_dex = 0.5;
};
extern const std::vector<Parameter<Parameters>> rows;

}  // namespace cecropia::observe

#include "cecropia/observe/parameters.hpp"

namespace cecropia::observe {

using P = Parameters;
const std::vector<Parameter<Parameters>> rows{
    text<&P::observations_path>(
        "observations_path", "Folder with the observational tables; empty: params/observations of the program.", "-"),
    number<&P::sfr_min_msun_yr>("sfr_min_msun_yr", "Msun/yr",
                                "A galaxy is detectable if its SFR over 10 Myr is above this (10^-0.5: M_UV = -17).",
                                "Liu et al. (2025), 4.1", 0, 1e6),
    number<&P::csmd_m_star_min_msun>("csmd_m_star_min_msun", "Msun",
                                     "Galaxies above this stellar mass enter the observed stellar mass density.",
                                     "Liu et al. (2025), 4.1", 0, 1e15),
    number<&P::min_galaxies>("min_galaxies", "-",
                             "A redshift enters the SFRD or CSMD likelihood if at least so many galaxies are expected "
                             "above the cut in the volume.",
                             "OBS-9", 0, 1e9),
    number<&P::count_volume_cmpc3>("count_volume_cmpc3", "cMpc^3",
                                   "Volume in which galaxies are counted; 0: the volume of the tree set.", "OBS-9", 0,
                                   1e15),
    choice<&P::sfrd_window, window_names>("sfrd_window", "Window that smooths the star-formation rate density in time.",
                                          "OBS-7; CHOICE: the paper does not state the direction"),
    number<&P::sfrd_window_myr>("sfrd_window_myr", "Myr", "Length of that window.", "OBS-7", smallest_window_myr, 1e4),
    choice<&P::sfrd_sigma, sigma_rule_names>("sfrd_sigma",
                                             "Sigma of an asymmetric error bar: mean of both sides, or the side that "
                                             "faces the simulation.",
                                             "OBS-3; CHOICE"),
    choice<&P::sfrd_interpolation, interpolation_names>(
        "sfrd_interpolation", "The SFRD is interpolated linearly in redshift as log10 or as it is.", "OBS-8; CHOICE"),
    number<&P::csmd_sigma_dex>("csmd_sigma_dex", "dex", "Uncertainty of the observed stellar mass density.",
                               "Liu et al. (2025), 4.1", 1e-3, 10),
    number<&P::csmd_z_min>("csmd_z_min", "-", "Lowest redshift of the stellar mass density likelihood.",
                           "Liu et al. (2025), 4.1", 0, 100),
    number<&P::csmd_z_max>("csmd_z_max", "-", "Highest redshift of the stellar mass density likelihood.",
                           "Liu et al. (2025), 4.1", 0, 100),
    number<&P::fmr_alpha>("fmr_alpha", "-", "Weight of the SFR in mu of the fundamental metallicity relation.",
                          "OBS-11", 0, 10),
    number<&P::fmr_slope>("fmr_slope", "dex/dex", "Slope of the fundamental metallicity relation.", "OBS-11", -10, 10),
    number<&P::fmr_intercept>("fmr_intercept", "dex", "[O/H] of the fundamental metallicity relation at mu = 0.",
                              "OBS-11", -100, 100),
    number<&P::fmr_sigma_dex>(
        "fmr_sigma_dex", "dex",
        "Scatter of the fundamental metallicity relation (0.13: Andrews & Martini 2013; 0.27: JWST).", "OBS-11", 1e-3,
        10),
    number<&P::fmr_z_min>("fmr_z_min", "-", "Lowest redshift of the FMR likelihood.", "Liu et al. (2025), 4.2", 0, 100),
    number<&P::fmr_z_max>("fmr_z_max", "-", "Highest redshift of the FMR likelihood.", "Liu et al. (2025), 4.2", 0,
                          100),
    number<&P::mzr_shift_dex>("mzr_shift_dex", "dex",
                              "Added to the observed mass-metallicity relation: observed galaxies have higher SFR.",
                              "OBS-12", -10, 10),
    number<&P::shmr_sigma_dex>("shmr_sigma_dex", "dex", "Uncertainty of the stellar-halo mass relation.", "OBS-13",
                               1e-3, 10),
    number<&P::shmr_z_min>("shmr_z_min", "-", "Lowest redshift of the SHMR likelihood.", "Liu et al. (2025), 4.3", 0,
                           100),
    number<&P::shmr_z_max>("shmr_z_max", "-", "Highest redshift of the SHMR likelihood.", "Liu et al. (2025), 4.3", 0,
                           100),
    choice<&P::shmr_mass, halo_mass_names>("shmr_mass", "Halo mass of the stellar-halo mass relation.",
                                           "OBS-13; CHOICE for satellites, where the two differ"),
    number<&P::metal_poor_oh>("metal_poor_oh", "dex",
                              "[O/H] of young stars below which star formation counts as metal poor.",
                              "Liu et al. (2025), 6.1", -10, 10),
    number<&P::m_uv_faintest>("m_uv_faintest", "mag",
                              "Galaxies at least as bright as this at 1500 Angstrom, behind their dust where the model "
                              "has dust, form the stars of sfrd_bright.",
                              "OBS-21", -40, 0),
    numbers<&P::sfrd_cuts_log10>("sfrd_cuts_log10", "log10 Msun/yr", "SFR cuts of further SFRD histories.",
                                 "Liu et al. (2025), Fig. 8", -10, 10),
    numbers<&P::csmd_cuts_log10>("csmd_cuts_log10", "log10 Msun", "Stellar-mass cuts of further CSMD histories.",
                                 "Liu et al. (2025), Fig. 8", 0, 20),
    numbers<&P::stack_masses_log10>("stack_masses_log10", "log10 Msun",
                                    "Middles of the bins of stellar mass in which metallicities are averaged.",
                                    "OBS-21; CHOICE", 0, 20),
    number<&P::stack_width_dex>("stack_width_dex", "dex", "Width of those bins.", "OBS-21; CHOICE", 1e-3, 20)};

}  // namespace cecropia::observe

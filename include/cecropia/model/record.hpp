#pragma once
/// \file  What the model tells about a galaxy at the end of a level. Observables and catalogues read these records and
/// nothing else of the state.
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::model {

/// One galaxy (a halo that holds or has held baryons) at the end of a level, i.e. at the level's redshift.
struct Galaxy {
  tree::Halo halo = tree::no_halo;               ///< index in this rank's Forest
  tree::Halo main_progenitor = tree::no_halo;    ///< halo index of the main progenitor in the previous level
  std::int64_t halo_id = 0, descendant_id = -1;  ///< as in the source; -1 at a root
  bool is_satellite = false, is_ionised = false;
  double weight_per_cmpc3 = 0;  ///< number density this galaxy stands for
  double m_vir_msun = 0, m_peak_msun = 0, r_vir_kpc = 0, r_galaxy_kpc = 0;
  double m_star_msun = 0;      ///< stellar mass ever formed (Liu et al. 2025, footnote 3)
  double m_star_iii_msun = 0;  ///< of which Population III
  double m_hot_msun = 0, m_cold_msun = 0, m_out_msun = 0;
  double sfr_10_msun_yr = 0, sfr_100_msun_yr = 0;  ///< stars formed in the last 10 and 100 Myr (trailing)
  double sfr_iii_step_msun_yr = 0;                 ///< of which Population III
  double sfr_step_msun_yr = 0;                     ///< mean over the level's step
  /// Gas that was in no galaxy before (that of a halo whose galaxy begins is part of it), and gas that leaves its halo:
  /// means over the level's step.
  double inflow_step_msun_yr = 0, outflow_step_msun_yr = 0;
  double age_first_stars_myr = std::numeric_limits<double>::quiet_NaN();  ///< time since then; NaN without stars
  Metals metals_gas_msun{}, metals_out_msun{};
  double young_massive_msun = 0;                               ///< stars above 5 Msun formed in the last 10 Myr
  double young_massive_oxygen_msun = 0;                        ///< oxygen they were born with
  double oh_young = std::numeric_limits<double>::quiet_NaN();  ///< [O/H] of those stars, mass weighted; NaN if none
  /// LIT-3: deaths of massive stars (CCSN with ECSN) and Type Ia supernovae during the level's step.
  double ccsn_events = 0, ppisn_events = 0, pisn_events = 0, fsn_events = 0, dbh_events = 0, ia_events = 0;
  double pisn_iii_events = 0;  ///< of pisn_events: stars of Population III
  /// LIT-1: photons and 1500 Angstrom light of living massive stars, as they leave the stars.
  double q_ion_per_s = 0, q_ion_ii_per_s = 0, q_ion_iii_per_s = 0;  ///< H-ionising: all, Population II, III
  double q_lw_ii_per_s = 0, q_lw_iii_per_s = 0;                     ///< Lyman-Werner
  double l_uv_erg_s_hz = 0, l_uv_ii_erg_s_hz = 0, l_uv_iii_erg_s_hz = 0;
  double m_uv_ab = std::numeric_limits<double>::quiet_NaN();  ///< LIT-2: of l_uv_erg_s_hz; NaN without light
  /// Centre in the periodic box; NaN for trees without places.
  std::array<double, 3> position_cmpc{std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::quiet_NaN()};
  double z_igm = 0;               ///< metal mass fraction of the gas around it during the step, without clumping
  double bubble_radius_ckpc = 0;  ///< comoving; 0: no bubble
  double bubble_energy_1e51_erg = 0;
  Metals bubble_fractions{};      ///< BUB-4: metal mass fractions in the bubble
  double region_radius_cmpc = 0;  ///< ION-2: ionised region
};

/// Facts about a level, equal on all ranks.
struct Level {
  std::size_t index = 0;                           ///< 0 = earliest
  double redshift = 0, age_myr = 0, step_myr = 0;  ///< step: time since the previous level (0 at the first)
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.index, self.redshift, self.age_myr, self.step_myr);
  }
};

/// The space between halos at the end of the level, equal on all ranks.
struct LevelSums {
  double q_hii = 0, q_metal = 0;                  ///< share that is ionised; that holds metals; 0 to 1
  double ionised_filling = 0, metal_filling = 0;  ///< sums of volumes per volume, overlaps counted as often
  /// Lyman-Werner background: of the model's own stars as the next level feels it, or the published one at this
  /// redshift (the next level feels that of its own).
  double j21 = 0;
  std::int64_t sources = 0;  ///< galaxies with a bubble or an ionised region
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.q_hii, self.q_metal, self.ionised_filling, self.metal_filling, self.j21, self.sources);
  }
};

/// What models with discs know besides. NaN where it does not exist.
struct ResolvedGalaxy {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double m_living_msun = none;  ///< stars that have not died, with remnants
  double m_dust_msun = none;
  double r_half_light_kpc = none;      ///< of the light at 1500 Angstrom without dust
  double r_half_stars_kpc = none;      ///< of the mass of stars
  double m_uv_seen_ab = none;          ///< at 1500 Angstrom, through the dust
  double depth_1500 = none;            ///< optical depth, weighted with the light that leaves
  double depth_1500_intrinsic = none;  ///< weighted with the light without dust
  double t_dust_k = none;              ///< weighted with the flux at 158 micron
  double flux_158_ujy = none;          ///< at 158 micron in the rest frame
  double oh_gradient_dex_kpc = none;   ///< of log10 of the gas metallicity in radius, weighted with star formation
  double oh_spread_dex = none;         ///< standard deviation of that logarithm among the rings, weighted alike
};

/// The galaxies of this rank at one level, in canonical order.
struct LevelView {
  const tree::Forest& forest;
  Level level;
  std::span<const Galaxy> galaxies;
  LevelSums sums;
  std::span<const ResolvedGalaxy> resolved = {};  ///< one for each galaxy, or none at all
};

}  // namespace cecropia::model

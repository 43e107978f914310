#pragma once
/// \file  How a halo grows, and how much gas it takes in. Theory manual: docs/theory/disc.md, DSC-1 to DSC-4.
#include <cstddef>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/disc/parameters.hpp"

namespace cecropia::disc {

/// DSC-1: mean growth rate of a halo [Msun/Myr] at redshift z (Fakhouri et al. 2010; their fit of mean rates).
double mean_growth_msun_myr(const cosmology::Cosmology& c, double m_halo_msun, double z);

/// DSC-2: mass at redshift `z` [Msun] of a halo that follows DSC-1 and has `m_halo_msun` at redshift `z_known`. Exact.
/// InternalError where the halo would have become infinitely heavy on the way.
double mean_mass_msun(const cosmology::Cosmology& c, double m_halo_msun, double z_known, double z);

/// DSC-3: part of the baryons of a halo's growth that reaches the disc.
double inflow_efficiency(const Inflow& p, double m_halo_msun);

/// DSC-4: scale radius of the inflow [pc].
double scale_radius_pc(const Inflow& p, const cosmology::Cosmology& c, double m_halo_msun, double z);

/// A halo at equal steps of time, the first entry before the first step. All columns have the same length.
struct GrowthHistory {
  double step_myr = 0.0;
  std::vector<double> redshift, m_halo_msun, inflow_msun_myr, scale_radius_pc;
  std::vector<double> growth_msun_myr;  ///< of the halo's whole mass

  std::size_t n_steps() const { return redshift.size() - 1; }
};

/// What a history along the mean growth law is made from.
struct MeanGrowth {
  double m_halo_msun = 1e12, z_known = 5.0;  ///< the halo's mass at one redshift
  double z_begin = 20.0, z_end = 5.0;
  double longest_step_myr = 1.0;  ///< steps are equal and no longer than this
};

/// The history of a halo that follows DSC-1, with the inflow of DSC-3 and the scale radius of DSC-4. InternalError
/// unless z_begin > z_end and the step is positive.
GrowthHistory mean_history(const cosmology::Cosmology& c, const Inflow& p, const MeanGrowth& growth);

}  // namespace cecropia::disc

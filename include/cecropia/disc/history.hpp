#pragma once
/// \file  How much gas a growing halo gives to its disc, and where it settles. Theory manual: docs/theory/disc.md,
/// DSC-1 to DSC-4.
#include <cstdint>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/cosmology/halo_history.hpp"
#include "cecropia/disc/parameters.hpp"
#include "cecropia/random/stream.hpp"

namespace cecropia::disc {

/// DSC-3: part of the baryons of a halo's growth that reaches the disc.
double inflow_efficiency(const Inflow& p, double m_halo_msun);

/// DSC-4: scale radius of the inflow [pc].
double scale_radius_pc(const Inflow& p, const cosmology::Cosmology& c, double m_halo_msun, double z);

/// DSC-1: spin of the halo `id`, log-normal about Inflow::spin with Inflow::spin_scatter; one number per seed and id.
double drawn_spin(const Inflow& p, random::Seed seed, std::uint64_t id);

/// A halo and what it does to its disc, at equal steps of time. All columns have the same length.
struct GrowthHistory : cosmology::HaloHistory {
  std::vector<double> inflow_msun_myr, scale_radius_pc, mass_loading;
};

/// DSC-3, DSC-4 and DSC-7 or DSC-27 along a halo's history.
GrowthHistory feed(const cosmology::Cosmology& c, const Parameters& p, cosmology::HaloHistory halo);

/// The same along the mean growth law (HAL-7).
GrowthHistory mean_history(const cosmology::Cosmology& c, const Parameters& p, const cosmology::MeanGrowth& growth);

}  // namespace cecropia::disc

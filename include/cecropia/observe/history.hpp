#pragma once
/// \file  From numbers per level to numbers at observed redshifts: light-cone shells, the time window, interpolation,
/// optical depth. Levels run from early (high redshift) to late.
#include <optional>
#include <span>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/observe/parameters.hpp"

namespace cecropia::observe {

/// OBS-6: comoving volume [cMpc^3] of the light-cone shell of each level for an observer at z = 0,
/// 4 pi int D_C^2 dD_C from the level's redshift to that of the level before it (the span of time the level's step
/// covers); 0 for the first level.
std::vector<double> shell_volumes_cmpc3(std::span<const double> redshift, const cosmology::Cosmology& cosmology);

/// OBS-7: mean over a window of length_myr of a history that is linear in time between levels and zero before the
/// first: trailing [t - length, t]; centred [t - length/2, t + length/2], cut at the last level and divided by what is
/// left; none returns the history as it is. ages_myr rises.
std::vector<double> smooth(std::span<const double> ages_myr, std::span<const double> values, Window window,
                           double length_myr);

/// OBS-8: value at redshift z, linear in z between the two levels around it (as log10 values where asked: none if one
/// of the two is not positive). None outside the levels. redshift falls.
std::optional<double> interpolate(std::span<const double> redshift, std::span<const double> values, double z,
                                  Interpolation in = Interpolation::linear);

/// OBS-16: Thomson optical depth of the ionised fractions q_hii at the levels; q is constant below the last level, zero
/// before the first, helium is singly ionised with hydrogen and doubly below z = 3.
double optical_depth(std::span<const double> redshift, std::span<const double> q_hii,
                     const cosmology::Cosmology& cosmology);

}  // namespace cecropia::observe

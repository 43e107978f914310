#pragma once
/// \file  The sums of one level: what the observer adds up on every rank and what is evaluated after the reduction.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cecropia/model/record.hpp"
#include "cecropia/observe/moments.hpp"
#include "cecropia/observe/observer.hpp"
#include "cecropia/observe/parameters.hpp"

namespace cecropia::observe {

/// Slots of the weighted sums of a level; the cuts of the parameters follow after n_fixed_sums.
namespace sum {
enum : std::size_t {
  galaxies,
  sfr_10,
  sfr_100,
  sfr_step,
  sfr_iii_step,
  m_star,
  m_star_iii,
  ccsn,
  ppisn,
  pisn,
  pisn_ii,
  pisn_iii,
  fsn,
  dbh,
  ia,
  q_ion,
  q_ion_ii,
  q_ion_iii,
  q_lw_ii,
  q_lw_iii,
  l_uv,
  l_uv_iii,
  sfr_metal_poor,
  detectable,
  sfr_detectable,
  massive,
  m_star_massive,
  bright,
  sfr_bright,
  fmr,
  fmr_residual,
  fmr_square,  // weight, residual, squared residual of galaxies with a metallicity
  mzr,
  mzr_residual,
  mzr_square,
  shmr,
  shmr_residual,
  shmr_square,
  fmr_moments,  // six each: w x y xx xy yy
  mzr_moments = fmr_moments + 6,
  shmr_moments = mzr_moments + 6,
  sfms_moments = shmr_moments + 6,
  size_moments = sfms_moments + 6,
  compactness_moments = size_moments + 6,
  oxygen_squares = compactness_moments + 6,  // squared weights of galaxies with a metallicity, a size, both
  size_squares,
  compactness_squares,
  efficiency  // weight and weighted log10 eta per bin
};
}  // namespace sum

/// Sizes of bubbles and ionised regions are counted above these comoving radii, log10 [ckpc].
inline constexpr std::array bubble_cuts_log10{0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0};
inline constexpr std::array region_cuts_log10{1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0};

/// Bins of log10 halo mass for the baryon conversion efficiency.
inline constexpr double efficiency_bin_min = 9.0, efficiency_bin_width = 0.25;
inline constexpr std::size_t n_efficiency_bins = 14;  // 9 to 12.5
inline constexpr std::size_t bubble_sums = sum::efficiency + 2 * n_efficiency_bins;
inline constexpr std::size_t region_sums = bubble_sums + bubble_cuts_log10.size();
inline constexpr std::size_t n_fixed_sums = region_sums + region_cuts_log10.size();

/// Those of a run with so many bins of magnitude.
inline Slots slots_of(const Parameters& p, std::size_t n_magnitudes) {
  Slots s;
  s.sfr_cuts = n_fixed_sums;
  s.m_star_cuts = s.sfr_cuts + p.sfrd_cuts_log10.size();
  s.stacks = s.m_star_cuts + p.csmd_cuts_log10.size();
  s.magnitudes = s.stacks + 2 * p.stack_masses_log10.size();  // weight and weighted [O/H]
  s.n = s.magnitudes + n_magnitudes;
  return s;
}

/// Counts of galaxy records.
namespace count {
enum : std::size_t { galaxies, detectable, with_oxygen, shmr, with_size, with_compactness, n };
}

/// Pivots of the fits.
inline constexpr double m_star_pivot = 8.0, m_h_pivot = 10.0, mu_pivot = 8.0, oh_pivot = -1.0, sfr_pivot = 0.0;
inline constexpr double size_pivot = 2.5, compactness_pivot = -0.75, offset_pivot = 0.0;

/// A level after the reduction: plain numbers, equal on all ranks.
struct LevelTotals {
  model::Level facts;
  model::LevelSums space;
  std::vector<double> sums;
  std::vector<std::int64_t> counts;
  double shell_cmpc3 = 0;  ///< OBS-6

  Moments moments(std::size_t first) const {
    return {sums[first], sums[first + 1], sums[first + 2], sums[first + 3], sums[first + 4], sums[first + 5]};
  }
};

}  // namespace cecropia::observe

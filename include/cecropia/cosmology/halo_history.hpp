#pragma once
/// \file  How halos grow, at equal steps of time: by a mean law, or along the branches of a merger tree. What models of
/// single galaxies are driven by. Theory manual: docs/theory/halos.md, HAL-7 to HAL-10.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::cosmology {

/// HAL-7: mean growth rate of a halo [Msun/Myr] at redshift z (Fakhouri et al. 2010; their fit of mean rates).
double mean_growth_msun_myr(const Cosmology& c, double m_halo_msun, double z);

/// HAL-8: mass at redshift `z` [Msun] of a halo that follows HAL-7 and has `m_halo_msun` at redshift `z_known`. Exact.
/// InternalError where the halo would have become infinitely heavy on the way.
double mean_mass_msun(const Cosmology& c, double m_halo_msun, double z_known, double z);

/// A halo at equal steps of time, the first entry before the first step. All columns have the same length.
struct HaloHistory {
  double step_myr = 0.0;
  std::vector<double> redshift, m_halo_msun;
  std::vector<double> growth_msun_myr;  ///< what a step takes in per Myr, whole mass; the first entry is not used

  std::size_t n_steps() const { return redshift.size() - 1; }
};

/// What a history along the mean growth law is made from.
struct MeanGrowth {
  double m_halo_msun = 1e12, z_known = 5.0;  ///< the halo's mass at one redshift
  double z_begin = 20.0, z_end = 5.0;
  double longest_step_myr = 1.0;  ///< steps are equal and no longer than this
};

/// The history of a halo that follows HAL-7; the growth of a step is the rate at its end. InternalError unless
/// z_begin > z_end and the step is positive.
HaloHistory mean_halo_history(const Cosmology& c, const MeanGrowth& growth);

/// A branch of a tree as a merger tree tells it: one halo from where it is first seen to where it ends or merges.
struct Branch {
  std::vector<double> age_myr, m_halo_msun;  ///< at the levels of the tree; ages ascend; one entry at least
  std::optional<std::size_t> into;           ///< the branch that it merges with; none: it lives to the end
  double merges_myr = 0.0;                   ///< age of the universe at which it does
};

/// Equal steps of time that all branches of a tree share.
struct TimeGrid {
  double begin_myr = 0.0, step_myr = 1.0;
  std::size_t n_steps = 0;
  double at(std::size_t edge) const { return begin_myr + step_myr * static_cast<double>(edge); }
};
/// Equal steps between two ages [Myr], none longer than `longest_step_myr`. InternalError for an empty time.
TimeGrid time_grid(double begin_myr, double end_myr, double longest_step_myr);

/// How a tree becomes histories.
struct Branching {
  /// A branch begins with the growth that made it what it is when it is first seen; else its first mass came for free.
  bool first_mass_is_growth = true;
};

/// One branch on the grid of its tree.
struct BranchHistory {
  HaloHistory history;
  std::size_t first_step = 0;       ///< of the tree's grid; the history begins at its beginning
  std::optional<std::size_t> into;  ///< after its last step it merges with this branch
};

/// HAL-9, HAL-10: the branches of one tree on a grid; every branch comes after the one that it merges with. The sum of
/// growth times step over all branches is the growth of the tree's halos to rounding: see HAL-10. InternalError if a
/// branch precedes the one it merges with, has no entry, or merges before it begins or after the grid ends.
std::vector<BranchHistory> branch_histories(const Cosmology& c, std::span<const Branch> branches, const TimeGrid& grid,
                                            const Branching& choices = {});

}  // namespace cecropia::cosmology

#pragma once
/// \file  Everything that is wrong or worth knowing about a tree set, at once (`cecropia trees check`). validate()
/// stops at the first fault and is what runs rely on; this goes on to the end. The classes: docs/trees.md.
#include <cstdint>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/finding.hpp"

namespace cecropia::tree {

// Thresholds of the tests of masses (CHOICE; docs/trees.md). Tests of masses leave out halos below
// well_resolved_msun().
inline constexpr double resolved_particles = 100.0;      ///< a halo of so many particles has a mass to rely on
inline constexpr double resolved_over_least = 5.0;       ///< the same, where the mass of a particle is not known
inline constexpr double scarce_particles = 20.0;         ///< fewer: the halo may be chance
inline constexpr double mass_jump_factor = 3.0;          ///< growth over all progenitors, or loss, in one link
inline constexpr double mass_swap_factor = 2.0;          ///< ratio of the masses that host and satellite exchange
inline constexpr double many_phantoms = 0.1;             ///< share of phantoms that calls for a warning
inline constexpr double mass_function_factor = 2.0;      ///< ratio to Sheth-Tormen that calls for a warning
inline constexpr std::int64_t mass_function_least = 20;  ///< halos in a bin, found or expected, to judge it
inline constexpr double mass_function_bin_dex = 0.5;

/// Number density of central halos that are no phantoms in one bin of mass at one level.
struct MassBin {
  double log10_m_low = 0.0, log10_m_high = 0.0;  ///< [Msun]
  std::int64_t n = 0;
  double per_cmpc3 = 0.0,
         expected_per_cmpc3 = 0.0;  ///< found; Sheth & Tormen (PWR-3) without modes larger than the box
  double expected_n = 0.0;          ///< in the volume of the set
  /// Enough halos, found or expected, to say whether the two agree.
  bool can_be_judged() const {
    return static_cast<double>(n) >= static_cast<double>(mass_function_least) ||
           expected_n >= static_cast<double>(mass_function_least);
  }
  bool agrees() const {
    return per_cmpc3 <= mass_function_factor * expected_per_cmpc3 &&
           mass_function_factor * per_cmpc3 >= expected_per_cmpc3;
  }
};

struct LevelSummary {
  double z = 0.0, age_myr = 0.0;
  std::int64_t halos = 0, satellites = 0, phantoms = 0, ends = 0;  ///< ends: without descendant
  std::vector<MassBin> mass_function;  ///< empty where it cannot be made (EPS trees, no volume)
};

/// Forests with [at_least, below) halos.
struct SizeClass {
  std::int64_t at_least = 0, below = 0, forests = 0, halos = 0;
};

/// The report. Equal on all ranks, and for any number of ranks.
struct Examination {
  std::vector<Finding> findings;  ///< errors first, then warnings, then notes; in each by the order of docs/trees.md
  std::vector<LevelSummary> levels;
  std::vector<SizeClass> sizes;
  std::int64_t halos = 0, forests = 0, trees = 0;  ///< as the source has them, without halos to be inserted
  std::int64_t largest_forest = -1, largest_forest_halos = 0;
  double least_msun = 0.0, median_msun = 0.0, greatest_msun = 0.0;  ///< 0 without halos
  double particle_msun = 0.0;                                       ///< 0: not known
  double well_resolved_msun = 0.0;

  /// True if no finding is an error: load() takes these trees.
  bool accepted() const;
};

/// Mass [Msun] from which on the mass of a halo is relied on: resolved_particles, or resolved_over_least times the
/// least mass of the set where the mass of a particle is not known (0).
double well_resolved_msun(double particle_msun, double least_msun);

/// Collective. Looks at everything; refuses nothing. `info` gives source, box, volume and the mass of a particle.
Examination examine(const Catalogue& catalogue, const ForestInfo& info, const cosmology::Cosmology& cosmology,
                    const parallel::Communicator& ranks);

}  // namespace cecropia::tree

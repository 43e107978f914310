#pragma once
/// \file  Repairs of a catalogue, only those that trees.repair names. What each does, and why halos at skipped
/// snapshots need none: docs/trees.md. They depend on the halos of a forest alone, so neither on the number of ranks
/// nor on what is read together.
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/finding.hpp"

namespace cecropia::tree {

enum class Repair {
  drop_duplicates,  ///< of halos of a forest that agree in every column, one is kept
  promote_orphans,  ///< who points to a descendant that its forest does not have becomes a root; to a host, a central
  flatten_hosts,    ///< every satellite points to its top-most central; the heaviest halo of a circle becomes central
  smooth_mass_dips  ///< TRE-4: a passing fall of the mass along a branch is bridged
};

/// A dip: at most this many levels at which the mass stays below 1 / mass_dip_factor of the lesser of the masses before
/// and after (CHOICE).
inline constexpr int longest_mass_dip = 3;
inline constexpr double mass_dip_factor = 2.0;

/// The repairs by name, each once, in the order in which they are made (that of the enumeration). InputError for an
/// unknown name.
std::vector<Repair> repairs_of(const std::vector<std::string>& names);

/// Collective. Makes the repairs and says what was done: one finding for each, its count 0 if there was nothing to do.
/// Halos that are not named there keep every column. `particle_mass_msun` of the simulation, 0 where it is not known,
/// says which masses smooth_mass_dips relies on.
std::vector<Finding> repair(Catalogue& catalogue, const std::vector<Repair>& repairs, double particle_mass_msun,
                            const cosmology::Cosmology& cosmology, const parallel::Communicator& ranks);

/// One sentence, for the log.
std::string sentence(const Finding& repaired);

}  // namespace cecropia::tree

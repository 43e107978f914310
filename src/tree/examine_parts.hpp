#pragma once
// The parts of examine(), one file each.
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/examine.hpp"
#include "collector.hpp"
#include "found_links.hpp"

namespace cecropia::tree {

Case case_of(const Catalogue& catalogue, Halo halo);

/// Collective.
void examine_links(const Catalogue& catalogue, const FoundLinks& links, const SoundLinks& sound_links, double box_cmpc,
                   const parallel::Communicator& ranks, Collector& found);

/// Not collective. Jumps, dips and exchanges of mass, and halos of few particles. No mass tests where least_msun is
/// infinite.
void examine_masses(const Catalogue& catalogue, const SoundLinks& links, double particle_msun, double least_msun,
                    Collector& found);

/// Collective. Counts by level, and the mass function of centrals from `report.well_resolved_msun` on.
void count_levels(const Catalogue& catalogue, const ForestInfo& info, const cosmology::Cosmology& cosmology,
                  const parallel::Communicator& ranks, Examination& report);
/// Collective. Numbers of halos, forests, trees; least, median and greatest mass.
void count_all(const Catalogue& catalogue, const parallel::Communicator& ranks, Examination& report);

}  // namespace cecropia::tree

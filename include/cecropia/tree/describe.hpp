#pragma once
/// \file  A tree set in words and one tree as a picture, for people (`cecropia trees info`, `cecropia trees draw`).
#include <cstdint>
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Collective. Several lines: source, counts, levels, box, masses, satellites, phantoms, inserted halos, the largest
/// forest, halos per level, warnings. The same text for any number of ranks (no newline at the end).
std::string describe(const Forest& forest, const parallel::Communicator& ranks);

/// Collective. The tree below halo `halo_id` as Graphviz text (render it with: dot -Tsvg): one node per halo with id,
/// log10 mass [Msun] and redshift, edges to descendants (the main branch bold), dashed edges to hosts inside the tree.
/// InputError on all ranks if no halo has this id.
std::string draw(const Forest& forest, std::int64_t halo_id, const parallel::Communicator& ranks);

}  // namespace cecropia::tree

#pragma once
/// \file  One tree as a picture (`cecropia trees draw`). How to read it: docs/trees.md.
#include <cstdint>
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Collective. The tree below halo `halo_id` as Graphviz text (render it with: dot -Tsvg): one node per halo with id,
/// log10 mass [Msun] and redshift, edges to descendants (the main branch bold), dashed edges to hosts inside the tree.
/// InputError on all ranks if no halo has this id.
std::string draw_graphviz(const Forest& forest, std::int64_t halo_id, const parallel::Communicator& ranks);

/// Branches that a picture holds unless told otherwise: more of them become hard to tell apart.
inline constexpr int usual_branches = 60;

/// Collective. The same tree as an SVG picture: time runs down with ln(1+z), every branch is a ribbon whose width, like
/// the radius of the circle of each halo, grows as the cube root of the mass; branches flow into those they merge with.
/// The `most_branches` (>= 1) branches of the highest mass are drawn, with those they merge with. The same text for any
/// number of ranks. InputError as above.
std::string draw_svg(const Forest& forest, std::int64_t halo_id, int most_branches,
                     const parallel::Communicator& ranks);

}  // namespace cecropia::tree

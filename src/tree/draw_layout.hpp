#pragma once
// Where the branches of a tree stand side by side, so that none crosses another.
#include <cstddef>
#include <vector>

#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// A halo with its main progenitors back to the first: one vertical line of the picture.
struct Branch {
  std::vector<Halo> halos;         ///< from the last to the first
  std::size_t last_level = 0;      ///< of halos.front(); halos[i] is at last_level - i
  std::size_t into = 0;            ///< branch that it merges with; itself: the trunk
  double highest_msun = 0.0;       ///< on the branch
  std::vector<std::size_t> sides;  ///< branches that merge with it
  double x = 0.0;                  ///< place, in units of the radii given to place_branches()

  std::size_t first_level() const { return last_level + 1 - halos.size(); }
  Halo at(std::size_t level) const { return halos[last_level - level]; }
};

/// The tree below `root` in branches, the trunk first; every branch after the one it merges with.
std::vector<Branch> branches_of(const Forest& forest, Halo root);

/// The `most` (>= 1) branches of the highest mass, and those that they merge with.
std::vector<Branch> heaviest(const std::vector<Branch>& all, std::size_t most);

/// Sets x of each branch: those that merge early stand near their trunk, those that merge late outside of them, left
/// and right by turns of room. `radius[b][i]` is the half width of halo i of branch b, `gap` the room between
/// neighbours.
void place_branches(std::vector<Branch>& branches, const std::vector<std::vector<double>>& radius, double gap);

}  // namespace cecropia::tree

#pragma once
/// \file  A model of single galaxies along the branches of a merger tree, whatever the model. Theory manual:
/// docs/theory/halos.md, HAL-10.
#include <optional>
#include <span>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo_history.hpp"

namespace cecropia::cosmology {

/// Runs one galaxy per branch and returns that of the first, which is the main branch (InternalError otherwise).
/// `begin(branch)` makes the galaxy of a branch; `step(galaxy, branch, i)` is step i = 1, 2, ... of its own history;
/// `merge(galaxy, other, branch, i)` puts another galaxy into it after that step. A galaxy that merged is gone.
template <class Begin, class Step, class Merge>
auto along_branches(std::span<const BranchHistory> branches, Begin&& begin, Step&& step, Merge&& merge) {
  using Galaxy = decltype(begin(branches.front()));
  if (branches.empty() || branches.front().into) throw InternalError("a tree begins with its main branch");
  std::vector<std::optional<Galaxy>> galaxies(branches.size());
  // Every branch comes after the one that takes it: from the last to the first, what merges is there in time.
  for (std::size_t b = branches.size(); b-- > 0;) {
    const BranchHistory& own = branches[b];
    Galaxy& galaxy = galaxies[b].emplace(begin(own));
    for (std::size_t i = 1; i <= own.history.n_steps(); ++i) {
      step(galaxy, own, i);
      for (std::size_t other = b + 1; other < branches.size(); ++other) {
        const BranchHistory& its = branches[other];
        if (its.into != b || its.first_step + its.history.n_steps() != own.first_step + i) continue;
        merge(galaxy, *galaxies[other], own, i);
        galaxies[other].reset();
      }
    }
  }
  return std::move(*galaxies.front());
}

}  // namespace cecropia::cosmology

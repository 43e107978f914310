#pragma once
/// \file  Which forests a rank owns: a contiguous run of the canonical order, so that the order of the output never
/// depends on the number of ranks. Balance is a guess; results do not depend on it.
#include <cstddef>
#include <span>
#include <vector>

namespace cecropia::tree {

/// Predicted cost of one halo at one level, in units of the cheapest halo: 1 below the mass at which stars can form, 25
/// above (sub-cycled; a level of a star-forming halo takes about 17 sub-steps, one that never formed stars a look-up).
/// CHOICE: the switch sits at 3e6 Msun, near the lowest threshold of the model.
double predicted_cost(double m_vir_msun);

/// Cuts a sequence of forests into `n_ranks` contiguous runs such that the largest run is as cheap as possible, within
/// 1e-6 relative. Returns n_ranks + 1 boundaries, rising, the first 0, the last cost.size(). Costs >= 0.
std::vector<std::size_t> contiguous_cut(std::span<const double> cost, int n_ranks);

}  // namespace cecropia::tree

#pragma once
/// \file  Which forests a rank owns: a contiguous run of the canonical order, so that the order of the output never
/// depends on the number of ranks. Balance is a guess; results do not depend on it.
#include <cstddef>
#include <span>
#include <vector>

namespace cecropia::tree {

/// Predicted cost of one halo at one level, in units of a halo without a galaxy: 1 up to 1e7 Msun, 12 at 1e8 (not all
/// of them have a galaxy), 30 at 1e9, 80 from 1e11 on (many stars are drawn), log-linear in between. CHOICE: after the
/// times of runs of params/fiducial.json whose roots lie in four ranges of mass, which it gives to 10 % (roots below
/// 10^10.4: 27 %).
double predicted_cost(double m_vir_msun);

/// Cuts a sequence of forests into `n_ranks` contiguous runs such that the largest run is as cheap as possible, within
/// 1e-6 relative. Returns n_ranks + 1 boundaries, rising, the first 0, the last cost.size(). Costs >= 0.
std::vector<std::size_t> contiguous_cut(std::span<const double> cost, int n_ranks);

}  // namespace cecropia::tree

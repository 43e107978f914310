#pragma once
/// \file  Who am I, before MPI has started? What works on a login node must also speak once under mpirun.

namespace cecropia::app {

/// Rank of this process as mpirun or srun tells it through the environment; 0 without them. Use it only while MPI is
/// not running.
int launched_rank();

}  // namespace cecropia::app

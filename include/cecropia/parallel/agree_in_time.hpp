#pragma once
/// \file  Failing together with ranks that may never come.
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Collective. As fail_together (agree.hpp), after work from which the other ranks may never come back if it fails on
/// this one: collective calls of MPI-IO wait for a rank that could not open the file or write to it (seen with Open MPI
/// 4.1.4). A rank with a complaint waits so long for the others; then it ends the job with its complaint, exit code 2.
void fail_together_in_time(const Communicator& ranks, const std::optional<Complaint>& mine, double patience_s = 30.0);

}  // namespace cecropia::parallel

#pragma once
/// \file  Leaving in good order when the batch system, or the user, asks for it.
#include <chrono>
#include <limits>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// SLURM warns (SIGUSR1) before it ends a job (SIGTERM) and kills it; a user presses Ctrl-C. The handler only sets a
/// flag; the run looks at it together, between levels, so that all ranks leave at the same place and the checkpoint is
/// whole. SIGTERM leaves no time for that: whoever has not left a second later ends as if nobody listened. So does
/// whoever gets a SIGINT or SIGTERM more than a second after the first (sooner it is taken for the same wish: launchers
/// may deliver one twice). One object per process; its end restores the old handlers.
class StopRequest {
 public:
  /// `wall_limit_s`: stop by itself after so many seconds of wall-clock time since construction (> 0).
  explicit StopRequest(double wall_limit_s = std::numeric_limits<double>::infinity());
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// Whether this rank has been asked.
  bool asked() const;
  /// Whether it was SIGTERM: there is no time to keep anything.
  bool at_once() const;
  /// Collective: whether any rank has been asked; the same answer on all ranks.
  bool agreed_by(const Communicator& ranks) const { return ranks.any(asked()); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double wall_limit_s_;
};

}  // namespace cecropia::parallel

#pragma once
/// \file  Who computes which point, and when: whoever is free asks rank 0, which answers between the levels of its own
/// point. Two-sided messages only.
#include <functional>
#include <optional>
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/scan/process_grid.hpp"

namespace cecropia::scan {

/// Where orders come from and results go: on rank 0 only, and never at the same time.
class Counter {
 public:
  virtual ~Counter() = default;
  /// The next order; nothing if there is none now.
  virtual std::optional<std::string> next() = 0;
  /// Whether there may be orders later. Asked when next() gave nothing.
  virtual bool may_come() = 0;
  /// A result has come.
  virtual void take(const std::string& order, const std::string& result) = 0;
};

/// For ranks that never ask it anything.
Counter& no_counter();

/// What a group does with an order. Collective over the group; the result is that of its first rank. `breathe` is to be
/// called now and then (between levels): rank 0 answers the others then. Throws StopRequested, on all ranks of the
/// group, if it was asked to stop.
using Work = std::function<std::string(const std::string& order, const std::function<void()>& breathe)>;

/// Collective over `world`: hands out orders until there are none. Throws StopRequested on all ranks if any rank was
/// asked to stop before.
void dispatch(const parallel::Communicator& world, const ProcessGrid& grid, Counter& counter, const Work& work,
              const parallel::StopRequest& stop);

}  // namespace cecropia::scan

#pragma once
/// \file  How long a process has waited, not counting the time in which it was stopped.
#include <algorithm>
#include <chrono>

namespace cecropia::parallel {

/// Adds up the time between looks, of each at most `most_of_a_look_s`: a process that is stopped (`scontrol suspend`,
/// Ctrl-Z) takes no look, and finds the clock an hour further when it goes on. Looks have to be more frequent than
/// that.
class WaitedTime {
 public:
  static constexpr double most_of_a_look_s = 0.2;
  using Clock = std::chrono::steady_clock;

  /// [s] since this was made.
  double look(Clock::time_point now = Clock::now()) {
    seconds_ += std::min(std::chrono::duration<double>(now - last_).count(), most_of_a_look_s);
    last_ = now;
    return seconds_;
  }

 private:
  Clock::time_point last_ = Clock::now();
  double seconds_ = 0;
};

}  // namespace cecropia::parallel

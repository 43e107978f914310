#pragma once
/// \file  Where the time goes. Wall-clock seconds per named phase, compared over the ranks at the end.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Seconds of one phase over all ranks. A rank without that phase counts as 0 s.
struct PhaseTime {
  std::string name;
  std::int64_t calls = 0;  ///< on the rank with the most calls
  double min_s = 0, mean_s = 0, max_s = 0;
};

/// Accumulated wall-clock time by phase, in the order in which the phases were first met. Phases may be nested; each
/// counts all the time inside it.
class TimingTable {
 public:
  /// Adds `seconds` (>= 0) and one call to the phase.
  void add(std::string_view phase, double seconds);
  double seconds(std::string_view phase) const;      ///< of this rank; 0 for an unknown phase
  std::int64_t calls(std::string_view phase) const;  ///< of this rank
  /// Collective: the same list on all ranks; phases of lower ranks first.
  std::vector<PhaseTime> over(const Communicator& ranks) const;

 private:
  struct Entry {
    std::string name;
    std::int64_t calls = 0;
    double seconds = 0;
  };
  std::vector<Entry> entries_;
};

/// Times the block it lives in.
class ScopedTimer {
 public:
  ScopedTimer(TimingTable& table, std::string_view phase) : table_(table), phase_(phase) {}
  ~ScopedTimer() {
    table_.add(phase_, std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count());
  }
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;

 private:
  TimingTable& table_;
  std::string phase_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A text table for the log: phase, calls, seconds (min, mean, max over ranks).
std::string as_text(const std::vector<PhaseTime>& phases);

/// CPU seconds (user and system) this process has used.
double cpu_seconds();

}  // namespace cecropia::parallel

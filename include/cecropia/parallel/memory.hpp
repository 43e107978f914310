#pragma once
/// \file  How much memory the run takes. RSS counts a page that ranks share once per rank; PSS (proportional set size)
/// divides it by the number of processes that share it, so PSS may be added over the ranks of a node.
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Memory of this process in MiB (2^20 bytes), from /proc/self/status and /proc/self/smaps_rollup. 0 where the kernel
/// does not tell.
struct MemoryUse {
  double rss_mib = 0;       ///< resident now
  double peak_rss_mib = 0;  ///< highest resident size since the start of the process
  double pss_mib = 0;       ///< proportional share now
};
MemoryUse memory_use();

/// Keeps the highest PSS seen: the kernel remembers the peak of RSS, but not that of PSS. One look costs about 1 ms per
/// GiB of memory, so look once per level.
class MemoryWatch {
 public:
  /// Reads the present use and keeps the maximum.
  void look();
  double peak_rss_mib() const { return peak_rss_mib_; }
  double peak_pss_mib() const { return peak_pss_mib_; }
  /// Collective: sums over the ranks of each rank's peaks. An upper limit of the peak of the sum.
  struct Total {
    double peak_rss_mib = 0, peak_pss_mib = 0;
    double peak_rss_of_one_rank_mib = 0;  ///< of the rank with the highest
  };
  Total over(const Communicator& ranks) const;

 private:
  double peak_rss_mib_ = 0, peak_pss_mib_ = 0;
};

}  // namespace cecropia::parallel

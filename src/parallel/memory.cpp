#include "cecropia/parallel/memory.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace cecropia::parallel {
namespace {

/// The number (kB) behind `key` in a file of lines "key:   number kB", in MiB; 0 if it is not there.
double mib_in(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.compare(0, key.size(), key) == 0) {
      double kib = 0;
      std::istringstream(line.substr(key.size())) >> kib;
      return kib / 1024.0;
    }
  return 0;
}

}  // namespace

MemoryUse memory_use() {
  return {mib_in("/proc/self/status", "VmRSS:"), mib_in("/proc/self/status", "VmHWM:"),
          mib_in("/proc/self/smaps_rollup", "Pss:")};
}

void MemoryWatch::look() {
  const MemoryUse now = memory_use();
  peak_rss_mib_ = std::max(peak_rss_mib_, now.peak_rss_mib);
  peak_pss_mib_ = std::max(peak_pss_mib_, now.pss_mib);
}

MemoryWatch::Total MemoryWatch::over(const Communicator& ranks) const {
  const auto sum_mib = [&](double mine) {  // in KiB, which the kernel counts in: integers add exactly
    return static_cast<double>(ranks.sum(static_cast<std::int64_t>(std::llround(mine * 1024.0)))) / 1024.0;
  };
  return {sum_mib(peak_rss_mib_), sum_mib(peak_pss_mib_), ranks.max(peak_rss_mib_)};
}

}  // namespace cecropia::parallel

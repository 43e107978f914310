#pragma once
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::testing {

/// A folder that all ranks share, gone afterwards.
class SharedScratch {
 public:
  explicit SharedScratch(const parallel::Communicator& ranks) : ranks_(ranks) {
    static int n = 0;
    const std::string name = "cecropia-shared-" + std::to_string(::getpid()) + "-" + std::to_string(n++);
    path_ = ranks.broadcast((std::filesystem::temp_directory_path() / name).string());
    if (ranks.is_root()) std::filesystem::create_directories(path_);
    ranks.barrier();
  }
  ~SharedScratch() {
    ranks_.barrier();
    std::error_code ignored;
    if (ranks_.is_root()) std::filesystem::remove_all(path_, ignored);
  }
  SharedScratch(const SharedScratch&) = delete;
  SharedScratch& operator=(const SharedScratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Collective.
  std::int64_t n_entries() const {
    ranks_.barrier();
    const auto n = std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator());
    ranks_.barrier();
    return n;
  }

 private:
  const parallel::Communicator& ranks_;
  std::filesystem::path path_;
};

}  // namespace cecropia::testing

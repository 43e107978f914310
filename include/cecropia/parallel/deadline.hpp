#pragma once
/// \file  The end of a wait that would never end.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "cecropia/core/error.hpp"

namespace cecropia::parallel {

/// While it lives, the calling rank is inside a library's collective call that may never come back. After `seconds` the
/// process runs `clean_up`, says `complaint` and ends with exit_input (core/exit_codes.hpp); the launcher then ends the
/// other ranks. For calls that hold all ranks at once when one of them fails, so that nobody is left to complain:
/// MPI_File_open of Open MPI 4.1.4 waits for ever inside the library, on the rank that cannot open the file as on the
/// others.
class Deadline {
 public:
  Deadline(
      double seconds, Complaint complaint, std::function<void()> clean_up = [] {});
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  /// The call has come back in time.
  ~Deadline();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool met_ = false;
  std::thread watch_;
};

}  // namespace cecropia::parallel

#pragma once
/// \file  The end of a wait that would never end.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/waited_time.hpp"

namespace cecropia::parallel {

/// Watches collective calls of a library that may never come back, one after the other. If one takes longer than it
/// may, the process runs `clean_up`, says the complaint and ends with exit_input (core/exit_codes.hpp); the launcher
/// then ends the other ranks. For calls that hold all ranks at once when one of them fails, so that nobody is left to
/// complain: MPI_File_open of Open MPI 4.1.4 waits for ever inside the library, on the rank that cannot open the file
/// as on the others. Time in which the process is stopped does not count. One thread for all calls: to begin and to end
/// a call costs less than a microsecond.
class Deadline {
 public:
  explicit Deadline(std::function<void()> clean_up = [] {});
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// While it lives, the calling rank is inside a call that may take so many seconds. Null: nobody watches.
  class Call {
   public:
    Call(Deadline* deadline, double seconds, Complaint complaint);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

   private:
    Deadline* deadline_;
  };

 private:
  struct Watched {
    double seconds;
    Complaint complaint;
    WaitedTime waited;
  };
  void watch();

  std::function<void()> clean_up_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Watched> call_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace cecropia::parallel

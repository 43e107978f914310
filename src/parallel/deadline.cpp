#include "cecropia/parallel/deadline.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "cecropia/core/exit_codes.hpp"

namespace cecropia::parallel {

Deadline::Deadline(double seconds, Complaint complaint, std::function<void()> clean_up)
    : watch_([this, seconds, what = std::move(complaint), tidy = std::move(clean_up)] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return met_; })) return;
        tidy();
        spdlog::error("{}", InputError(what).what());
        spdlog::shutdown();
        std::_Exit(exit_input);  // MPI is inside its own call on another thread; the launcher ends the others
      }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    met_ = true;
  }
  changed_.notify_one();
  watch_.join();
}

}  // namespace cecropia::parallel

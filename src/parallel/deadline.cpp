#include "cecropia/parallel/deadline.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "cecropia/core/exit_codes.hpp"

namespace cecropia::parallel {

namespace {
constexpr std::chrono::milliseconds look_every{100};  // so that nobody has to wake the watch when a call begins
}

Deadline::Deadline(std::function<void()> clean_up) : clean_up_(std::move(clean_up)), thread_([this] { watch(); }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Deadline::watch() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, look_every, [this] { return over_; })) {
    if (!call_ || call_->waited.look() < call_->seconds) continue;
    clean_up_();
    spdlog::error("{}", InputError(call_->complaint).what());
    spdlog::shutdown();
    std::_Exit(exit_input);  // MPI is inside its own call on another thread; the launcher ends the others
  }
}

Deadline::Call::Call(Deadline* deadline, double seconds, Complaint complaint) : deadline_(deadline) {
  if (deadline_ == nullptr) return;
  const std::lock_guard lock(deadline_->mutex_);
  deadline_->call_ = Watched{seconds, std::move(complaint), WaitedTime()};
}

Deadline::Call::~Call() {
  if (deadline_ == nullptr) return;
  const std::lock_guard lock(deadline_->mutex_);
  deadline_->call_.reset();
}

}  // namespace cecropia::parallel

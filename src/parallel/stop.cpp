#include "cecropia/parallel/stop.hpp"

#include <signal.h>

#include <array>
#include <atomic>
#include <cstddef>

namespace cecropia::parallel {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "needed in a signal handler");

constexpr std::array signals{SIGTERM, SIGINT, SIGUSR1, SIGUSR2};
std::array<struct sigaction, signals.size()> before{};

void note(int signal_number) {
  requested.store(true);
  if (signal_number == SIGTERM || signal_number == SIGINT) ::signal(signal_number, SIG_DFL);  // the second one is final
}

}  // namespace

StopRequest::StopRequest(double wall_limit_s) : wall_limit_s_(wall_limit_s) {
  requested.store(false);
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;  // a read or write in progress goes on
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before[i]);
}

StopRequest::~StopRequest() {
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
}

bool StopRequest::asked() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return requested.load() || elapsed.count() > wall_limit_s_;
}

}  // namespace cecropia::parallel

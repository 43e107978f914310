#include "cecropia/parallel/stop.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string_view>

#include "cecropia/parallel/sigterm.hpp"

namespace cecropia::parallel {
namespace {

std::atomic<bool> requested{false}, urgent{false};
static_assert(std::atomic<bool>::is_always_lock_free, "needed in a signal handler");

constexpr std::array signals{SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGALRM};
std::array<struct sigaction, signals.size()> before{};

// One wish may arrive twice: launchers pass a signal on to a process that has had it as a member of its group. Only an
// interrupt that comes a while after the first is impatience.
constexpr double same_wish_s = 1.0;
std::atomic<double> first_interrupt_s{0.0};
static_assert(std::atomic<double>::is_always_lock_free, "needed in a signal handler");

double now_s() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);  // allowed in a signal handler
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

constexpr unsigned patience_s = 1;
bool speaks = false;  // of SIGTERM

/// In a signal handler: no memory, no clock, no log.
void say_that_it_ends() {
  constexpr std::string_view line = "cecropia: SIGTERM: it ends at once, and nothing more is kept\n";
  if (speaks && ::write(STDERR_FILENO, line.data(), line.size()) < 0) return;  // nobody can be told
}

void end(int signal_number) {
  say_that_it_ends();
  ::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

void note(int signal_number) {
  if (signal_number == SIGALRM) {  // too late: as if nobody had listened
    ::signal(SIGTERM, SIG_DFL);
    ::raise(SIGTERM);
    return;
  }
  requested.store(true);
  if (signal_number == SIGTERM && !urgent.exchange(true)) {
    say_that_it_ends();
    ::alarm(patience_s);
  }
  if (signal_number != SIGTERM && signal_number != SIGINT) return;
  const double now = now_s(), first = first_interrupt_s.load();
  if (first == 0.0) {
    first_interrupt_s.store(now);
  } else if (now - first > same_wish_s) {
    ::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
  }
}

}  // namespace

void tell_of_sigterm(bool is_told_here) {
  speaks = is_told_here;
  ::signal(SIGTERM, end);
}

StopRequest::StopRequest(double wall_limit_s) : wall_limit_s_(wall_limit_s) {
  requested.store(false);
  urgent.store(false);
  first_interrupt_s.store(0.0);
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;  // a read or write in progress goes on
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before[i]);
}

StopRequest::~StopRequest() {
  ::alarm(0);
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
}

bool StopRequest::at_once() const { return urgent.load(); }

bool StopRequest::asked() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return requested.load() || elapsed.count() > wall_limit_s_;
}

}  // namespace cecropia::parallel

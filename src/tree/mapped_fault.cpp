#include "mapped_fault.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "cecropia/core/exit_codes.hpp"
#include "cecropia/core/printable.hpp"

namespace cecropia::tree {
namespace {

struct Mapping {
  std::atomic<const char*> begin{nullptr};
  std::size_t bytes = 0;
  std::string last_words;  // made beforehand: a signal handler has neither memory nor log
};
std::array<Mapping, 64> mappings;
struct sigaction before {};

void say_and_end(int, siginfo_t* facts, void*) {
  const auto* const at = static_cast<const char*>(facts->si_addr);
  for (const Mapping& mapping : mappings) {
    const char* const begin = mapping.begin.load();
    if (begin == nullptr || at < begin || at >= begin + mapping.bytes) continue;
    if (::write(STDERR_FILENO, mapping.last_words.data(), mapping.last_words.size()) >= 0) ::_exit(exit_input);
  }
  ::sigaction(SIGBUS, &before, nullptr);  // not ours: it comes again at once, to whoever was there before
}

void listen() {
  static const bool done = [] {
    struct sigaction action {};
    action.sa_sigaction = say_and_end;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    return ::sigaction(SIGBUS, &action, &before) == 0;
  }();
  static_cast<void>(done);
}

}  // namespace

void watch_mapping(const char* begin, std::size_t bytes, const std::string& path) {
  listen();
  for (Mapping& mapping : mappings) {
    if (mapping.begin.load() != nullptr) continue;
    mapping.bytes = bytes;
    const std::string name = printable(path);
    mapping.last_words = fmt::format(
        "error: the tree file '{}' cannot be read: its disk does not give all of its bytes (SIGBUS)\n"
        "  where    : {}\n  expected : a disk that works, and a file that nobody cuts while it is read\n"
        "  to fix   : copy the file to another disk (cp will name the fault), and do not change files that are read\n",
        name, name);
    mapping.begin.store(begin);
    return;
  }
}

void forget_mapping(const char* begin) {
  for (Mapping& mapping : mappings)
    if (mapping.begin.load() == begin) mapping.begin.store(nullptr);
}

}  // namespace cecropia::tree

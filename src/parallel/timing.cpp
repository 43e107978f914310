#include "cecropia/parallel/timing.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

namespace cecropia::parallel {

void TimingTable::add(std::string_view phase, double seconds) {
  auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == phase; });
  if (entry == entries_.end()) entry = entries_.insert(entry, Entry{std::string(phase), 0, 0});
  entry->calls += 1;
  entry->seconds += seconds;
}

double TimingTable::seconds(std::string_view phase) const {
  for (const Entry& e : entries_)
    if (e.name == phase) return e.seconds;
  return 0;
}

std::int64_t TimingTable::calls(std::string_view phase) const {
  for (const Entry& e : entries_)
    if (e.name == phase) return e.calls;
  return 0;
}

std::vector<PhaseTime> TimingTable::over(const Communicator& ranks) const {
  std::vector<char> mine;
  for (const Entry& e : entries_) {
    mine.insert(mine.end(), e.name.begin(), e.name.end());
    mine.push_back('\0');
  }
  const std::vector<char> all = ranks.gather_all(mine);
  std::vector<std::string> names;
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find(begin, all.end(), '\0');
    if (std::string name(begin, end); std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
    begin = end + 1;
  }
  std::vector<PhaseTime> phases;
  for (const std::string& name : names) {
    const double s = seconds(name);
    const std::vector<double> every = ranks.gather_all(std::vector<double>{s});
    double sum = 0;
    for (const double x : every) sum += x;
    phases.push_back({name, ranks.max(calls(name)), *std::min_element(every.begin(), every.end()),
                      sum / static_cast<double>(every.size()), *std::max_element(every.begin(), every.end())});
  }
  return phases;
}

std::string as_text(const std::vector<PhaseTime>& phases) {
  std::size_t width = 5;
  for (const PhaseTime& p : phases) width = std::max(width, p.name.size());
  std::string text =
      fmt::format("{:<{}} {:>9} {:>10} {:>10} {:>10}\n", "phase", width, "calls", "min [s]", "mean [s]", "max [s]");
  for (const PhaseTime& p : phases)
    text +=
        fmt::format("{:<{}} {:>9} {:>10.3f} {:>10.3f} {:>10.3f}\n", p.name, width, p.calls, p.min_s, p.mean_s, p.max_s);
  return text;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace cecropia::parallel

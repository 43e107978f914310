#include "cecropia/app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace cecropia::app {

std::string duration(double seconds) {
  const long s = std::lround(std::max(0.0, seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

Progress::Outlet Progress::to_stderr() {
  return {[](const std::string& text) {
            std::fputs(text.c_str(), stderr);
            std::fflush(stderr);
          },
          [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }};
}

Progress::Style Progress::style_for(int rank, Verbosity verbosity) {
  if (rank != 0 || verbosity == Verbosity::quiet) return Style::none;
  return isatty(STDERR_FILENO) != 0 ? Style::bar : Style::lines;
}

Progress::Progress(std::string what, std::string unit, double total, Style style, Outlet outlet)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      style_(style),
      outlet_(std::move(outlet)),
      begin_s_(outlet_.seconds()),
      written_s_(begin_s_) {}

Progress::~Progress() {
  if (bar_is_open_ && !ended_) outlet_.write("\n");
}

std::string Progress::describe(double done, double passed_s, const std::string& note) const {
  const double share = total_ > 0 ? std::clamp(done / total_, 0.0, 1.0) : 1.0;
  std::string text = fmt::format("{:3.0f} %", 100 * share);
  if (style_ == Style::bar) {
    constexpr int width = 30;
    const int full = static_cast<int>(share * width);
    text += fmt::format(" [{:#<{}}{:.<{}}]", "", full, "", width - full);
  }
  const double now = done - first_;
  if (passed_s > 0) text += fmt::format(", {:.3g} {}/s", now / passed_s, unit_);
  text += share < 1 && now > 0 ? fmt::format(", {} left", duration(passed_s * (total_ - done) / now))
                               : fmt::format(", {} passed", duration(passed_s));
  if (!note.empty()) text += ", " + note;
  return fmt::format("{}: {}", what_, text);
}

void Progress::at(double done, const std::string& note) {
  if (style_ == Style::none || ended_) return;
  const double now = outlet_.seconds();
  const bool last = done >= total_;
  if (!last && now - written_s_ < (style_ == Style::bar ? 0.1 : 10.0)) return;
  written_s_ = now;
  const std::string text = describe(done, now - begin_s_, note);
  if (style_ == Style::bar) {
    outlet_.write("\r\033[K" + text + (last ? "\n" : ""));  // \033[K: clear what a longer line left
    bar_is_open_ = true;
  } else {
    outlet_.write(text + "\n");
  }
  ended_ = last;
}

}  // namespace cecropia::app

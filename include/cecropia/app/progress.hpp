#pragma once
/// \file  How far is it, how fast, how long still? A bar on a terminal, a line now and then in a file.
#include <functional>
#include <string>

#include "cecropia/app/command_line.hpp"

namespace cecropia::app {

/// "3 s", "2 min 5 s", "1 h 20 min".
std::string duration(double seconds);

class Progress {
 public:
  enum class Style { none, bar, lines };
  /// Where it writes and which clock it reads; for tests.
  struct Outlet {
    std::function<void(const std::string&)> write;
    std::function<double()> seconds;
  };

  /// `what` is done ("walk"), counted in `unit` ("halos"), `total` of them (> 0).
  Progress(std::string what, std::string unit, double total, Style style, Outlet outlet = to_stderr());
  /// Ends the line of a bar.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// So much was done before: the rate is that of the rest.
  void starts_at(double done) { first_ = done; }
  /// `done` of `total`, with a word about where we are ("z = 7.3"). Cheap: writes at most ten times a second (bar) or
  /// every ten seconds (lines), and at the end.
  void at(double done, const std::string& note = {});

  /// None for -q and on ranks other than 0; a bar where stderr is a terminal.
  static Style style_for(int rank, Verbosity verbosity);
  static Outlet to_stderr();

 private:
  std::string describe(double done, double passed_s, const std::string& note) const;
  std::string what_, unit_;
  double total_, first_ = 0;
  Style style_;
  Outlet outlet_;
  double begin_s_, written_s_;
  bool bar_is_open_ = false, ended_ = false;
};

}  // namespace cecropia::app

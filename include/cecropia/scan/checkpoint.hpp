#pragma once
/// \file  A point on the disk between two levels (docs/formats.md). It does not depend on the number of ranks.
#include <chrono>
#include <filesystem>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/scan/ledger.hpp"
#include "cecropia/scan/run_folder.hpp"
#include "cecropia/scan/run_point.hpp"

namespace cecropia::scan {

/// One file. All members are collective.
class Checkpoint {
 public:
  /// `ranks` must outlive the object.
  Checkpoint(std::filesystem::path path, const parallel::Communicator& ranks) : path_(std::move(path)), ranks_(ranks) {}

  const std::filesystem::path& path() const { return path_; }  ///< as given
  bool exists() const;                                         ///< whether there is such a file, seen from rank 0
  /// Replaces what is there. `files`: the folder whose catalogues so far belong to it; null if none are written.
  void write(const PointState& state, const Header& identity, RunFolder* files) const;
  /// The state for this rank's part of the forest; the catalogues go back into `files`. InputError if the file is
  /// damaged, or one of other parameters, data or program.
  PointState read(const tree::Forest& forest, const Header& identity, RunFolder* files) const;
  void remove() const;  ///< nothing if there is none

 private:
  std::filesystem::path path_;
  const parallel::Communicator& ranks_;
};

/// When a point is to be kept, and when it is to stop. Collective over `ranks`.
class PauseClock {
 public:
  /// `every_s`: time from one checkpoint to the next (infinity: only when asked to stop). The others must outlive it.
  PauseClock(double every_s, const parallel::StopRequest& stop, const parallel::Communicator& ranks)
      : every_s_(every_s), stop_(stop), ranks_(ranks) {}
  /// Between two levels. Whoever is told to end at once keeps nothing more.
  Pause look();
  /// A checkpoint has been tried: the time to the next one begins, and is at least ten times what this one took.
  void kept();

 private:
  double every_s_;
  const parallel::StopRequest& stop_;
  const parallel::Communicator& ranks_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now(), asked_ = last_;
  double cost_s_ = 0;  // of the last checkpoint
};

}  // namespace cecropia::scan

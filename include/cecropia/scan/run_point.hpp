#pragma once
/// \file  One parameter point on one forest: the model from trees to likelihoods. A run is one point; a scan is many.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cecropia/model/walk.hpp"
#include "cecropia/observe/observations.hpp"
#include "cecropia/observe/results.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/tables.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::scan {

/// What one point gives. Equal on all ranks.
struct PointReport {
  observe::Results results;
  model::WalkResult walk;
  std::uint64_t observations_hash = 0;  ///< of what it was compared with: Observations::content_hash
  std::uint64_t own_tables_hash = 0;    ///< own_tables_hash()
};

/// A point between two levels, as a checkpoint keeps it.
struct PointState {
  model::WalkState walk;
  std::string observer;  ///< from `keep` on rank 0 only; whole on all ranks where a point goes on
};

/// What is to happen between two levels: keep the state, stop (StopRequested), or both.
struct Pause {
  bool keep = false, stop = false;
};

/// What may be done with every level besides observing it (write a catalogue, show progress), with its stellar
/// populations, and between levels. All collective; each may be empty.
struct PointHooks {
  std::function<void(const model::Physics&)> write_populations;  ///< once, before the walk
  /// Once, before the first level; the report knows its hashes. A state that it gives is where the point goes on.
  std::function<std::optional<PointState>(const PointReport&)> begin;
  model::ObserveLevel write_level;
  std::function<Pause(std::size_t done, std::size_t all)> pause;  ///< after every level: levels done, and in all
  std::function<void(const PointState&)> keep;                    ///< where `pause` asks for it
};

/// Collective: hash of the files of one's own that the galaxies are made with: the nodes of both tabulated IMFs, or
/// disc.yields_file; 0 if there are none. InputError if a file cannot be read.
std::uint64_t own_tables_hash(const Settings& settings, const parallel::Communicator& ranks);

/// Collective. Walks `forest` with the physics of `settings` and compares with the observations. `tables` and
/// `observations` are those that the settings name.
PointReport run_point(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                      const observe::Observations& observations, const parallel::Communicator& ranks,
                      const PointHooks& hooks);

}  // namespace cecropia::scan

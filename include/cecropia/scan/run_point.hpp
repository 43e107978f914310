#pragma once
/// \file  One parameter point on one forest: the model from trees to likelihoods. A run is one point; a scan is many.
#include <cstdint>
#include <functional>

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
  std::uint64_t imf_hash = 0;           ///< of the nodes of both tabulated IMFs; 0 if no IMF is a table
};

/// What may be done with every level besides observing it (write a catalogue, show progress) and with its
/// stellar populations. Each may be empty.
struct PointHooks {
  std::function<void(const model::Physics&)> write_populations;  ///< once, before the walk; collective
  model::ObserveLevel write_level;                               ///< collective
  model::LevelDone done;                                         ///< true asks to stop: StopRequested
};

/// Collective. Walks `forest` with the physics of `settings` and compares with the observations. `tables` and
/// `observations` are those that the settings name.
PointReport run_point(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                      const observe::Observations& observations, const parallel::Communicator& ranks,
                      const PointHooks& hooks);

}  // namespace cecropia::scan

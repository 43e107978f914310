#pragma once
/// \file  The summary of a run for scripts: run.json (docs/formats.md). Its names are a contract.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/run_point.hpp"

namespace cecropia::scan {

/// Facts of the machine and the moment; they differ between equal runs and therefore stay out of run.h5.
struct RunFacts {
  double wall_s = 0, cpu_s = 0;               ///< cpu: sum over ranks, of the whole program
  double walk_cpu_s = 0;                      ///< sum over ranks, of the walk over levels: the base of the throughputs
  double peak_rss_mib = 0, peak_pss_mib = 0;  ///< sums over ranks
  int ranks = 1;
  std::vector<parallel::PhaseTime> phases;

  /// Throughput [1/s]: n things done in the walk, per core and second; 0 for a walk too short for the clock.
  double per_core_s(std::int64_t n) const { return walk_cpu_s > 0.0 ? static_cast<double>(n) / walk_cpu_s : 0.0; }
};

/// What a point gives, as run.json and a ledger say it: likelihood, history (these columns of it), points_used, tau_e,
/// relations.
nlohmann::ordered_json results_json(const observe::Results& results, std::span<const observe::Column* const> history);

/// The content of run.json: schema, program, parameters, trees, likelihood, history, points_used, tau_e, budget,
/// timing, and beyond the contract `relations`, `comparison` and `phases`. Numbers that do not exist are null with a
/// reason.
nlohmann::ordered_json run_json(const nlohmann::ordered_json& parameters, const tree::Forest& forest,
                                const PointReport& report, const RunFacts& facts);

}  // namespace cecropia::scan

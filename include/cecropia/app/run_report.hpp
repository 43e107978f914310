#pragma once
/// \file  run.json: what scripts read of a run. Layout: docs/formats.md.
#include <nlohmann/json_fwd.hpp>

#include "cecropia/scan/run_point.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::app {

/// What a run took, summed over ranks where not said otherwise. Not part of the science: it goes to run.json and the
/// log.
struct RunCost {
  double wall_s = 0;  ///< from the start of the program to the end of the walk
  double walk_s = 0;  ///< of the walk alone, observing and writing levels included
  double cpu_s = 0;
  double peak_rss_mib = 0;  ///< pages that ranks share are counted once per rank
  double peak_pss_mib = 0;
  int ranks = 1;
};

/// The content of run.json. `parameters` are the resolved values. A number that does not exist is null; for a
/// likelihood `reasons` says why.
nlohmann::ordered_json run_report(const nlohmann::ordered_json& parameters, const tree::Forest& forest,
                                  const scan::PointReport& report, const RunCost& cost);

}  // namespace cecropia::app

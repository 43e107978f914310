#pragma once
/// \file  How long will it take, and how much memory? A model of the cost of a walk from a forest and a table of
/// measured costs, before anything is queued. Assumptions: docs/planning.md.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/scan/settings.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::scan {

/// Measured on one core of an AMD EPYC (docs/performance.md); other machines differ by a factor of two.
struct CostTable {
  double per_halo_s = 5e-8;         ///< a halo that never formed stars, per level
  double per_galaxy_s = 6e-7;       ///< a galaxy, per level: structure, bubble, record
  double per_sub_step_s = 0.87e-6;  ///< with the stars that are drawn in it
  double sub_steps_per_myr = 1.1;   ///< of a galaxy, at star_formation.max_step_myr = 1; inverse to it
  double per_source_s = 5e-7;       ///< gathered and indexed, on every node, per level
  double per_point_s = 0.02;        ///< populations, observations, likelihoods
  double latency_s = 1e-5;          ///< of a collective call between two ranks; grows with the logarithm of the ranks
  double collectives_per_level = 7;
  double grow_per_halo_s = 7e-7, read_per_halo_s = 2e-6;  ///< EPS trees; trees of a file
  double program_bytes = 40e6;                            ///< of a rank without trees
  double load_bytes_per_halo = 120;                       ///< of a rank that reads or grows, at its peak
  double galaxy_bytes = 12500;                            ///< reservoirs, deaths to come, light, record
  double halo_state_bytes = 48;                           ///< of two levels
  double source_bytes = 190;                              ///< of a level, once per node
};

/// What a forest holds, by level; from one rank's part.
struct Workload {
  std::vector<double> halos, galaxies;     ///< per level, of the whole forest
  std::vector<double> span_myr;            ///< length of the step that ends at the level
  std::vector<std::vector<float>> cost_s;  ///< per forest (tree group) and level
  double forest_bytes = 0, n_halos = 0;
  bool is_grown = false;  ///< EPS
  double max_step_myr = 1;
  std::size_t n_levels() const { return halos.size(); }
};

/// Core time of a point over that of the paper's best model on the same trees: weak outflows leave more gas, hence more
/// stars to draw, and a higher upper limit of the IMF more kinds of them. A fit to the 165 models of
/// params/paper_grid.json, 5 % rms; for the order of work, where a wrong guess costs a little waiting.
double relative_cost(const Settings& settings);

/// Counts what `forest` (all of it, on one rank) will do: a galaxy is there from the first halo above the threshold of
/// the published background on (THR-3 in neutral gas; satellites do not begin). Costs in seconds of one core.
Workload workload(const Settings& settings, const tree::Forest& forest, const CostTable& table = {});

/// A machine and how it is divided.
struct Machine {
  std::int64_t nodes = 1, ranks_per_node = 1, ranks_per_point = 1;
  std::int64_t ranks() const { return nodes * ranks_per_node; }
};

struct Prediction {
  double point_s = 0;           ///< wall-clock time of one point by one group
  double point_efficiency = 1;  ///< of a group: core time needed over core time taken
  double total_s = 0;           ///< trees and all points
  double efficiency = 1;        ///< core time needed over core time taken, trees left out
  double bytes_per_node = 0;    ///< at the peak
  double core_s_per_point = 0;
};

/// `n_points` models on a forest `scale` times as large (the same trees again and again). Ranks that are more than
/// forests have no work. n_points, scale >= 1.
Prediction predict(const Workload& work, const Machine& machine, double n_points, double scale,
                   const CostTable& table = {});

/// The group size with the shortest time among those that divide the ranks and fit into `bytes_per_node`; the smallest
/// of nearly equal ones (2 %). 0 if none fits.
std::int64_t best_group(const Workload& work, Machine machine, double n_points, double scale, double bytes_per_node,
                        const CostTable& table = {});

}  // namespace cecropia::scan

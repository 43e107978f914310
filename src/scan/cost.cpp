#include "cecropia/scan/cost.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "cecropia/physics/threshold.hpp"

namespace cecropia::scan {
namespace {

/// Periodic prefix sums: the forests of a set, repeated again and again, and their cost up to any place in that row.
class Repeated {
 public:
  explicit Repeated(const std::vector<double>& period) : sums_(period.size() + 1, 0.0) {
    std::partial_sum(period.begin(), period.end(), sums_.begin() + 1);
  }
  double before(double i) const {
    const double n = static_cast<double>(sums_.size() - 1), turns = std::floor(i / n);
    return turns * sums_.back() + sums_[static_cast<std::size_t>(i - turns * n)];
  }
  double total() const { return sums_.back(); }

 private:
  std::vector<double> sums_;
};

/// Where each of `parts` begins in a row of `n` forests, cut by equal cost.
std::vector<double> cuts(const Repeated& cost, double n, std::int64_t parts) {
  const double all = cost.before(n);
  std::vector<double> cut{0.0};
  for (std::int64_t r = 1; r < parts; ++r) {
    const double goal = all * static_cast<double>(r) / static_cast<double>(parts);
    double low = cut.back(), high = n;  // the first forest whose end passes the goal
    while (low < high) {
      const double middle = std::floor(0.5 * (low + high));
      if (cost.before(middle) < goal)
        low = middle + 1;
      else
        high = middle;
    }
    cut.push_back(low);
  }
  cut.push_back(n);
  return cut;
}

double stages(double ranks) { return std::ceil(std::log2(std::max(2.0, ranks))); }

}  // namespace

double relative_cost(const Settings& settings) {
  const physics::Feedback& f = settings.physics.feedback;
  return std::pow(std::max(f.m_out0_msun, 1.0) / 3e9, -0.107) *
         std::pow(std::max(settings.stars.imf2_max_msun, 1.0) / 250.0, 0.131) *
         std::exp(0.205 * (std::exp(-4.0 * std::max(0.0, f.alpha_out)) - 1.0));
}

Workload workload(const Settings& settings, const tree::Forest& forest, const CostTable& table) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  const physics::Threshold& threshold = settings.physics.threshold;
  Workload w;
  w.is_grown = forest.info.format == "eps";
  w.n_halos = static_cast<double>(forest.n_halos());
  w.forest_bytes = static_cast<double>(forest.bytes());
  w.max_step_myr = settings.physics.star_formation.max_step_myr;
  w.cost_s.assign(forest.forest_id.size(), std::vector<float>(forest.n_levels(), 0.0f));
  std::vector<bool> has_galaxy(forest.n_halos(), false);
  for (std::size_t l = 0; l < forest.n_levels(); ++l) {
    const double z = forest.redshift[l], span = l > 0 ? forest.age_myr[l] - forest.age_myr[l - 1] : 0.0;
    const double m_atom = cosmology::mass_at_t_vir_msun(cosmos, 1e4, z);
    const double m_crit = physics::critical_mass_msun(threshold.fit, threshold.j21_factor * physics::j21_background(z),
                                                      threshold.v_streaming_sigma, m_atom, false);
    const double of_galaxy =
        table.per_galaxy_s + table.per_sub_step_s * table.sub_steps_per_myr / std::max(0.05, w.max_step_myr) * span;
    double galaxies = 0;
    const tree::HaloRange halos = forest.halos_at(l);
    for (tree::Halo h = halos.first; h < halos.last; ++h) {
      bool has = l > 0 && forest.m_vir_msun[h] >= m_crit && !forest.is_satellite(h);
      const tree::HaloRange progenitors = forest.progenitors_of(h);
      for (tree::Halo p = progenitors.first; p < progenitors.last && !has; ++p) has = has_galaxy[p];
      has_galaxy[h] = has;
      galaxies += has ? 1 : 0;
      w.cost_s[forest.forest[h]][l] += static_cast<float>(table.per_halo_s + (has ? of_galaxy : 0.0));
    }
    w.halos.push_back(static_cast<double>(halos.size()));
    w.galaxies.push_back(galaxies);
    w.span_myr.push_back(span);
  }
  return w;
}

Prediction predict(const Workload& work, const Machine& m, double n_points, double scale, const CostTable& table) {
  const std::int64_t group = m.ranks_per_point;
  if (group < 1 || group > m.ranks()) throw InternalError("a group is larger than the machine");
  const double ranks = static_cast<double>(m.ranks()), n_forests = scale * static_cast<double>(work.cost_s.size());
  const double n_groups = std::floor(ranks / static_cast<double>(group));

  // One point: every level waits for its slowest rank.
  std::vector<double> whole(work.cost_s.size(), 0.0);
  for (std::size_t f = 0; f < whole.size(); ++f)
    whole[f] = std::accumulate(work.cost_s[f].begin(), work.cost_s[f].end(), 0.0);
  const std::vector<double> cut = cuts(Repeated(whole), n_forests, group);
  double wall = table.per_point_s, needed = table.per_point_s;
  std::vector<double> of_level(work.cost_s.size());
  for (std::size_t l = 0; l < work.n_levels(); ++l) {
    for (std::size_t f = 0; f < of_level.size(); ++f) of_level[f] = work.cost_s[f][l];
    const Repeated cost(of_level);
    double slowest = 0;
    for (std::size_t r = 0; r + 1 < cut.size(); ++r)
      slowest = std::max(slowest, cost.before(cut[r + 1]) - cost.before(cut[r]));
    const double sources = scale * work.galaxies[l] * table.per_source_s;
    wall += slowest + sources;
    if (group > 1) wall += table.collectives_per_level * table.latency_s * stages(static_cast<double>(group));
    needed += scale * cost.total() + sources;
  }
  Prediction p;
  p.core_s_per_point = needed;
  p.point_s = wall;
  p.point_efficiency = needed / (wall * static_cast<double>(group));

  // All points: groups take one after the other; the last round is rarely full.
  const double rounds = std::ceil(n_points / n_groups);
  const double per_halo_s = work.is_grown ? table.grow_per_halo_s : table.read_per_halo_s;
  p.total_s = scale * work.n_halos * per_halo_s / static_cast<double>(group) + rounds * wall;
  p.efficiency = n_points * needed / (rounds * wall * ranks);

  // Memory: slices of the trees once per node, galaxies per group.
  const double per_node = static_cast<double>(m.ranks_per_node);
  const double slices =
      std::min(per_node, static_cast<double>(group)) / static_cast<double>(group);  // of the trees, on a node
  const double most_galaxies = scale * *std::max_element(work.galaxies.begin(), work.galaxies.end());
  const double most_halos = scale * *std::max_element(work.halos.begin(), work.halos.end());
  const double groups_on_node = per_node / static_cast<double>(group);
  const double working = groups_on_node * (most_galaxies * table.galaxy_bytes + most_halos * table.halo_state_bytes) +
                         std::max(1.0, groups_on_node) * most_galaxies * table.source_bytes;
  const double trees = scale * slices * work.forest_bytes;
  const double loading = scale * slices * work.n_halos * table.load_bytes_per_halo;
  p.bytes_per_node = per_node * table.program_bytes + std::max(loading, trees + working);
  return p;
}

std::int64_t best_group(const Workload& work, Machine machine, double n_points, double scale, double bytes_per_node,
                        const CostTable& table) {
  std::int64_t best = 0;
  double shortest = 0;
  for (std::int64_t group = 1; group <= machine.ranks(); ++group) {
    if (machine.ranks() % group != 0) continue;
    if (machine.ranks_per_node % group != 0 && group % machine.ranks_per_node != 0) continue;
    machine.ranks_per_point = group;
    const Prediction p = predict(work, machine, n_points, scale, table);
    if (p.bytes_per_node > bytes_per_node) continue;
    if (best != 0 && p.total_s > 0.98 * shortest) continue;
    best = group;
    shortest = p.total_s;
  }
  return best;
}

}  // namespace cecropia::scan

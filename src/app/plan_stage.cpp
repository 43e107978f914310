// `cecropia plan`: time and memory before anything is queued.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cmath>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/loading.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/scan/cost.hpp"
#include "cecropia/scan/design.hpp"

namespace cecropia::app {
namespace {

using parallel::Communicator;
constexpr double gib = 1073741824.0;

/// What is planned: one run, or the points of a scan.
struct Planned {
  RunParameters base;
  double n_points = 1;
  bool is_scan = false, keeps_all = false;
};

void read(const CommandLine& command, const Communicator& self, Planned& out) {
  const std::filesystem::path file = command.files.front();
  const std::string text = config::read_text(file);
  out.is_scan = scan::is_scan_file(text, file.string());
  if (out.is_scan) {
    const scan::Plan plan = read_plan(command);
    out.n_points = static_cast<double>(std::max<std::size_t>(1, plan.points.size()));
    out.keeps_all = plan.keep_all;
    out.base.apply(plan, command, self);
  } else {
    out.base.apply(text, file.string(), command, self);
  }
}

std::string memory(double bytes) {
  return bytes < gib ? fmt::format("{:.0f} MiB", bytes / 1048576.0) : fmt::format("{:.1f} GiB", bytes / gib);
}

std::string table_of_groups(const Planned& planned, const scan::Workload& work, scan::Machine machine, double scale) {
  std::string text = fmt::format("{:>15}  {:>7}  {:>13}  {:>10}  {:>13}  {:>10}\n", "ranks per point", "groups",
                                 "time of point", "total", "memory / node", "efficiency");
  for (std::int64_t group = planned.is_scan ? 1 : machine.ranks(); group <= machine.ranks(); group *= 2) {
    machine.ranks_per_point = group;
    const auto p = scan::predict(work, machine, planned.n_points, scale);
    text += fmt::format("{:15}  {:7}  {:>13}  {:>10}  {:>13}  {:8.0f} %\n", group, machine.ranks() / group,
                        duration(p.point_s), duration(p.total_s), memory(p.bytes_per_node), 100 * p.efficiency);
  }
  return text;
}

/// Ranks per point: a run takes all, a scan what is fastest. 0 if nothing fits into the memory.
std::int64_t division(const Planned& planned, const scan::Workload& work, scan::Machine machine, double scale,
                      double bytes_per_node) {
  if (planned.is_scan) return scan::best_group(work, machine, planned.n_points, scale, bytes_per_node);
  machine.ranks_per_point = machine.ranks();
  return scan::predict(work, machine, 1, scale).bytes_per_node > bytes_per_node ? 0 : machine.ranks();
}

std::string curve(const Planned& planned, const scan::Workload& work, const CommandLine& command, double scale) {
  std::string text = fmt::format("{:>7}  {:>6}  {:>15}  {:>10}  {:>13}  {:>10}\n", "ranks", "nodes", "ranks per point",
                                 "total", "memory / node", "efficiency");
  for (std::int64_t ranks = 1; ranks <= 16384; ranks *= 2) {
    scan::Machine machine;
    machine.ranks_per_node = std::min(ranks, command.ranks_per_node);
    machine.nodes = (ranks + machine.ranks_per_node - 1) / machine.ranks_per_node;
    machine.ranks_per_point = division(planned, work, machine, scale, command.memory_gib * gib);
    if (machine.ranks_per_point == 0) {
      text += fmt::format("{:7}  {:6}  {:>15}\n", machine.ranks(), machine.nodes, "does not fit");
      continue;
    }
    const auto p = scan::predict(work, machine, planned.n_points, scale);
    text += fmt::format("{:7}  {:6}  {:15}  {:>10}  {:>13}  {:8.0f} %\n", machine.ranks(), machine.nodes,
                        machine.ranks_per_point, duration(p.total_s), memory(p.bytes_per_node), 100 * p.efficiency);
  }
  return text;
}

/// Bytes of results: measured on the files that runs and scans of the shipped parameters leave.
double disk_bytes(const Planned& planned, const scan::Workload& work, double scale) {
  const double levels = static_cast<double>(work.n_levels());
  const double galaxies = scale * work.galaxies.back();
  const double run = 1e5 + 500 * levels + 11 * galaxies * 200;
  if (!planned.is_scan) return run;
  return planned.n_points * (3e3 + 11 * levels * 28) + (planned.keeps_all ? planned.n_points * run : 0.0);
}

}  // namespace

int plan_run(const CommandLine& command, const Communicator& world) {
  if (world.size() > 1) {
    if (world.is_root()) spdlog::warn("cecropia plan works on one rank; the others have nothing to do");
    if (!world.is_root()) return exit_done;
  }
  const Communicator self = Communicator::self();
  Planned planned;
  read(command, self, planned);
  const tree::Forest forest = load_trees(planned.base.settings, self);
  const scan::Workload work = scan::workload(planned.base.settings, forest);
  const double scale = command.scale;

  double galaxy_levels = 0;
  for (const double n : work.galaxies) galaxy_levels += n;
  scan::Machine machine{command.nodes, command.ranks_per_node, 1};
  print(fmt::format("{:.4g} halos, {:.4g} galaxies and levels, {} levels, {} forests{}; {:.0f} point{}\n",
                    scale * work.n_halos, scale * galaxy_levels, work.n_levels(), work.cost_s.size(),
                    scale > 1 ? fmt::format(" (times {:g})", scale) : "", planned.n_points,
                    planned.n_points == 1 ? "" : "s"));
  const auto one = scan::predict(work, {1, 1, 1}, 1, scale);
  print(fmt::format("one point needs {} of one core and leaves {} of results on the disk\n\n",
                    duration(one.core_s_per_point), memory(disk_bytes(planned, work, scale) / planned.n_points)));
  if (command.curve) {
    print(curve(planned, work, command, scale));
    return exit_done;
  }
  print(fmt::format("{} node{} of {} rank{}:\n", machine.nodes, machine.nodes == 1 ? "" : "s", machine.ranks_per_node,
                    machine.ranks_per_node == 1 ? "" : "s"));
  print(table_of_groups(planned, work, machine, scale));
  const std::int64_t group = division(planned, work, machine, scale, command.memory_gib * gib);
  if (group == 0)
    throw InputError({fmt::format("no division fits into {:g} GiB per node", command.memory_gib), "--memory",
                      "a machine on which one of the divisions above fits",
                      "take more nodes, fewer ranks per node, or trees of lower resolution"});
  machine.ranks_per_point = group;
  const auto p = scan::predict(work, machine, planned.n_points, scale);
  const double minutes = std::ceil(1.5 * p.total_s / 60.0 + 2.0);  // half as long again, and the start
  if (planned.is_scan) print(fmt::format("\nrecommended: --group-size {}\n", group));
  print(
      fmt::format("\nFor the batch system, with half as much time again:\n"
                  "sbatch --nodes={} --ntasks-per-node={} --time={}:{:02}:00 --mem={}M\n",
                  machine.nodes, machine.ranks_per_node, static_cast<std::int64_t>(minutes) / 60,
                  static_cast<std::int64_t>(minutes) % 60,
                  static_cast<std::int64_t>(std::ceil(1.3 * p.bytes_per_node / 1048576.0 / 100.0)) * 100));
  return exit_done;
}

}  // namespace cecropia::app

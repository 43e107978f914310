// `cecropia run`: one model, all ranks.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/output_folder.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/run_report.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/memory.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/stars/cache.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;
using parallel::Communicator;

class Watch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

fs::path folder_for(const CommandLine& command) {
  return command.out ? *command.out : fs::path("out") / command.files.front().stem();
}

void say_what_will_run(const config::Document& document, const Communicator& world) {
  if (!world.is_root()) return;
  spdlog::info("cecropia {} ({}), {} rank{}", version(), git_revision(), world.size(), world.size() == 1 ? "" : "s");
  for (const config::Change& change : document.changes())
    spdlog::debug("{} = {} ({})", change.name, change.value, change.origin);
}

// One rank builds or reads first; then the others find the file in the cache, or build the same tables in memory.
stars::Tables load_tables(const stars::Parameters& parameters, const Communicator& world) {
  stars::Tables tables;
  parallel::on_root(world, [&] { tables = stars::load_or_build(parameters); });
  parallel::together(world, [&] {
    if (!world.is_root()) tables = stars::load_or_build(parameters);
  });
  return tables;
}

tree::Forest load_trees(const scan::Settings& settings, const Communicator& world) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  tree::Forest forest = tree::load(settings.trees, settings.eps, cosmos, settings.seed(), world);
  if (world.is_root()) {
    spdlog::info("{} halos in {} forests, {} levels from z = {:.4g} to {:.4g} ({})", forest.info.n_halos,
                 forest.info.n_forests, forest.n_levels(), forest.redshift.front(), forest.redshift.back(),
                 forest.info.source);
    for (const std::string& warning : forest.info.warnings) spdlog::warn("{}", warning);
  }
  return forest;
}

// Halos of all ranks in the levels before each level, and in all.
std::vector<double> halos_before(const tree::Forest& forest, const Communicator& world) {
  std::vector<std::int64_t> halos;
  for (std::size_t level = 0; level < forest.n_levels(); ++level) halos.push_back(forest.halos_at(level).size());
  world.sum_in_place(halos);
  std::vector<double> before(1, 0.0);
  for (const std::int64_t n : halos) before.push_back(before.back() + static_cast<double>(n));
  return before;
}

RunCost cost_of_run(double wall_s, double walk_s, const parallel::MemoryWatch& memory, const Communicator& world) {
  const auto most = memory.over(world);
  const double cpu_s = 1e-3 * static_cast<double>(world.sum(static_cast<std::int64_t>(1e3 * parallel::cpu_seconds())));
  return {wall_s, walk_s, cpu_s, most.peak_rss_mib, most.peak_pss_mib, world.size()};
}

void say_what_came_out(const scan::PointReport& report, const RunCost& cost, const fs::path& folder,
                       Verbosity verbosity) {
  const model::Budget& budget = report.walk.budget;
  spdlog::info("{} halo-levels, {} sub-steps in {} of walking; {:.3g} sub-steps per core and second; {:.0f} MiB",
               report.walk.halo_levels, report.walk.sub_steps, duration(cost.walk_s),
               static_cast<double>(report.walk.sub_steps) / (cost.walk_s * cost.ranks), cost.peak_pss_mib);
  spdlog::info("budget closes to {:.1e} (mass) and {:.1e} (metals)", budget.mass_relative_error,
               budget.metal_relative_error);
  if (verbosity == Verbosity::quiet) return;
  print(observe::to_text(report.results) + "\n");
  for (const char* file : {"run.json", "run.log"}) print((folder / file).string() + "\n");
}

}  // namespace

int run_model(const CommandLine& command, const Communicator& world) {
  const Watch since_start;
  const parallel::StopRequest stop;
  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  const fs::path folder = folder_for(command);
  parallel::on_root(world, [&] {
    prepare_output_folder(folder);
    log_to(folder / "run.log", command.verbosity);
  });
  say_what_will_run(parameters.document, world);

  const stars::Tables tables = load_tables(settings.stars, world);
  const tree::Forest forest = load_trees(settings, world);

  const Watch of_the_walk;
  parallel::MemoryWatch memory;
  const std::vector<double> before = halos_before(forest, world);
  Progress progress("walk", "halos", before.back(), Progress::style_for(world.rank(), command.verbosity));
  scan::PointHooks hooks;
  hooks.done = [&](std::size_t done, std::size_t) {
    memory.look();
    progress.at(before[done], fmt::format("z = {:.2f}", forest.redshift[done - 1]));
    return stop.agreed_by(world);
  };
  const scan::PointReport report = scan::run_point(settings, forest, tables, world, hooks);

  const RunCost cost = cost_of_run(since_start.seconds(), of_the_walk.seconds(), memory, world);

  parallel::on_root(world, [&] {
    const auto json = run_report(parameters.document.resolved_json(), forest, report, cost);
    io::write_atomically(folder / "run.json", json.dump(1) + "\n");
  });
  if (world.is_root()) say_what_came_out(report, cost, folder, command.verbosity);
  return exit_done;
}

}  // namespace cecropia::app

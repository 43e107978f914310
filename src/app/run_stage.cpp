// `cecropia run`: one model, all ranks.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/loading.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/append_file.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/memory.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/checkpoint.hpp"
#include "cecropia/scan/run_folder.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;
using parallel::Communicator;

// Halos of all ranks in the levels before each level, and in all.
std::vector<double> halos_before(const tree::Forest& forest, const Communicator& world) {
  std::vector<std::int64_t> halos;
  for (std::size_t level = 0; level < forest.n_levels(); ++level) halos.push_back(forest.halos_at(level).size());
  world.sum_in_place(halos);
  std::vector<double> before(1, 0.0);
  for (const std::int64_t n : halos) before.push_back(before.back() + static_cast<double>(n));
  return before;
}

double sum_of_cpu_s(double mine_s, const Communicator& world) {
  return 1e-6 * static_cast<double>(world.sum(static_cast<std::int64_t>(1e6 * mine_s)));
}

void say_what_came_out(const scan::PointReport& report, const scan::RunFacts& facts, const fs::path& folder,
                       Verbosity verbosity) {
  const model::WalkResult& walk = report.walk;
  spdlog::info("{} halo-levels, {} sub-steps, {:.3g} sub-steps per core and second, {:.0f} MiB", walk.halo_levels,
               walk.sub_steps, facts.per_core_s(walk.sub_steps), facts.peak_pss_mib);
  const model::Budget& budget = walk.budget;
  spdlog::info("budget closes to {:.1e} (mass) and {:.1e} (metals); of {} massive stars {} are missing",
               budget.mass_relative_error, budget.metal_relative_error, budget.stars.born, budget.stars.missing());
  // Here and there a halo sits in somebody's outflow; where many do, metals feed on themselves.
  if (walk.overenriched > 0)
    spdlog::log(
        100 * walk.overenriched > walk.galaxy_levels ? spdlog::level::warn : spdlog::level::info,
        "{} of {} galaxies and levels took in gas richer in metals than the Sun (feedback.c_zigm times the metals "
        "around them), {} of them limited to half metals; where that happens often metals run away: "
        "on trees with places set feedback.c_zigm = 1 (docs/theory/space.md)",
        walk.overenriched, walk.galaxy_levels, walk.limited);
  if (report.results.tau_e_is_lower_limit) spdlog::warn("{}", report.results.tau_e_remark);
  spdlog::debug("\n{}", parallel::as_text(facts.phases));
  if (verbosity == Verbosity::quiet) return;
  print(observe::to_text(report.results) + "\n");
  for (const char* file : {"run.json", "run.h5", "run.log"}) print((folder / file).string() + "\n");
}

void say_which_redshifts_lack(const output::LevelChoice& choice, const tree::Forest& forest) {
  if (!choice.before.empty())
    spdlog::info("no catalogue of galaxies at z = {}: the trees begin later", fmt::join(choice.before, ", "));
  if (!choice.after.empty())
    spdlog::info("no catalogue of galaxies at z = {}: the trees end earlier, at z = {:.2f}, which is written",
                 fmt::join(choice.after, ", "), forest.redshift.back());
}

/// Nobody else may work in the folder; then what is unfinished there is of processes that were killed.
void take_possession(const fs::path& folder, std::optional<io::LockFile>& lock) {
  std::error_code ignored;
  if (fs::exists(folder / "scan.jsonl", ignored))
    throw InputError({"this folder holds a scan", folder.string(), "a folder for this run",
                      "choose another place for the output (--out)"});
  scan::prepare_folder(folder);
  const fs::path log = folder / "run.log";
  lock.emplace(log, "run");
  log_to(log);
  if (!lock->keeps_others_out()) warn_of_no_locks(folder);
  say_what_was_swept(io::remove_temporaries(folder, lock->keeps_others_out()));
}

/// One point, seen by a user who waits for it: progress, memory, checkpoints.
class Run {
 public:
  Run(const RunParameters& parameters, const tree::Forest& forest, const stars::Tables& tables,
      const Communicator& world, const CommandLine& command, const parallel::StopRequest& stop)
      : parameters_(parameters),
        forest_(forest),
        tables_(tables),
        world_(world),
        command_(command),
        checkpoint_(command.folder() / "checkpoint.h5", world),
        clock_(command.checkpoint_every_s, stop, world) {}

  /// Asked to stop, it ends between two levels on all ranks together.
  scan::PointReport walk(const observe::Observations& observations, scan::RunFolder& files,
                         parallel::MemoryWatch& memory) {
    const std::vector<double> before = halos_before(forest_, world_);
    std::optional<Progress> progress;
    scan::Header identity;
    scan::PointHooks hooks;
    hooks.write_populations = [&](const model::Physics& physics) {
      if (world_.is_root()) say_which_stars(physics, tables_);
      files.write_populations(physics);
    };
    hooks.begin = [&](const scan::PointReport& report) {
      identity = scan::header_of(parameters_.document.resolved_json(), forest_, tables_, report.observations_hash,
                                 report.own_tables_hash);
      std::optional<scan::PointState> state = begin(identity, files);
      progress.emplace("walk", "halos", before.back(), Progress::style_for(world_.rank(), command_.verbosity));
      if (state) progress->starts_at(before[state->walk.levels_done]);
      return state;
    };
    hooks.write_level = [&](const model::LevelView& view) { files.write_level(view); };
    hooks.pause = [&](std::size_t done, std::size_t) {
      if (done % 16 == 0 || done == forest_.n_levels()) memory.look();  // a look costs as much as many sub-steps
      progress->at(before[done], fmt::format("z = {:.2f}", forest_.redshift[done - 1]));
      return done < forest_.n_levels() ? clock_.look() : scan::Pause{};
    };
    hooks.keep = [&](const scan::PointState& state) {
      try {
        checkpoint_.write(state, identity, &files);
        has_checkpoint_ = true;
      } catch (const InputError& error) {  // on all ranks; the run is worth more than its checkpoint
        if (world_.is_root()) spdlog::warn("there is no checkpoint of this level: {}", error.what());
      }
      clock_.kept();
    };
    return scan::run_point(parameters_.settings, forest_, tables_, observations, world_, hooks);
  }
  /// The run is finished.
  void remove_checkpoint() const { checkpoint_.remove(); }
  /// What a user is told who stopped it.
  std::string how_to_go_on() const {
    return has_checkpoint_ ? fmt::format("the same command with --resume goes on from {}", checkpoint_.path().string())
                           : "nothing was kept";
  }

 private:
  std::optional<scan::PointState> begin(const scan::Header& identity, scan::RunFolder& files) {
    const bool exists = checkpoint_.exists();
    if (!command_.resume) {
      if (exists && world_.is_root())
        spdlog::warn("there is a checkpoint of an earlier run, {}: --resume would go on from it",
                     checkpoint_.path().string());
      return std::nullopt;
    }
    if (!exists) {
      if (world_.is_root()) spdlog::info("no checkpoint yet: the run begins with the first level");
      return std::nullopt;
    }
    scan::PointState state = checkpoint_.read(forest_, identity, &files);
    has_checkpoint_ = true;
    if (world_.is_root())
      spdlog::info("going on after {} of {} levels, z = {:.2f}", state.walk.levels_done, forest_.n_levels(),
                   forest_.redshift[state.walk.levels_done - 1]);
    return state;
  }

  const RunParameters& parameters_;
  const tree::Forest& forest_;
  const stars::Tables& tables_;
  const Communicator& world_;
  const CommandLine& command_;
  scan::Checkpoint checkpoint_;
  scan::PauseClock clock_;
  bool has_checkpoint_ = false;  // of this run
};

}  // namespace

int run_model(const CommandLine& command, const Communicator& world) {
  const auto start = std::chrono::steady_clock::now();
  const parallel::StopRequest stop(command.time_limit_s);
  parallel::TimingTable timing;
  const auto timed = [&timing](const char* phase, auto&& work) {
    const parallel::ScopedTimer timer(timing, phase);
    return work();
  };

  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  const fs::path folder = command.folder();
  std::optional<io::LockFile> lock;
  parallel::on_root(world, [&] { take_possession(folder, lock); });
  say_what_will_run(parameters.document, world);

  const stars::Tables tables = timed("stellar tables", [&] { return load_tables(settings, world); });
  const tree::Forest forest = timed("trees", [&] { return load_trees(settings, world); });
  if (world.is_root()) say_which_trees(forest);

  const auto observations = observe::read_observations(settings.observe.observations_path, world);

  scan::RunFolder files(folder, settings, forest, tables, world);
  if (world.is_root()) say_which_redshifts_lack(files.choice(), forest);

  parallel::MemoryWatch memory;
  const double cpu_before_s = parallel::cpu_seconds();
  Run run(parameters, forest, tables, world, command, stop);
  scan::PointReport report;
  try {
    report = timed("walk", [&] { return run.walk(observations, files, memory); });
  } catch (const StopRequested& stopped) {  // on all ranks together
    if (world.is_root()) spdlog::warn("{}; no result was written, {}", stopped.what(), run.how_to_go_on());
    return exit_stopped;
  }
  const double walk_cpu_s = parallel::cpu_seconds() - cpu_before_s;
  timed("output", [&] { files.write_results(parameters.document, report); });

  scan::RunFacts facts;
  facts.walk_cpu_s = sum_of_cpu_s(walk_cpu_s, world);
  facts.cpu_s = sum_of_cpu_s(parallel::cpu_seconds(), world);
  const auto most = memory.over(world);
  facts.peak_rss_mib = most.peak_rss_mib;
  facts.peak_pss_mib = most.peak_pss_mib;
  facts.ranks = world.size();
  facts.phases = timing.over(world);
  facts.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  files.finish(parameters.document, report, facts);
  run.remove_checkpoint();
  if (world.is_root()) say_what_came_out(report, facts, folder, command.verbosity);
  return exit_done;
}

}  // namespace cecropia::app

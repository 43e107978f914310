// `cecropia run`: one model, all ranks.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/output_folder.hpp"
#include "cecropia/app/population_tables.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/output/run_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/memory.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/run_json.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/stars/cache.hpp"
#include "cecropia/stars/node_tables.hpp"
#include "cecropia/stars/range.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;
using parallel::Communicator;

fs::path folder_for(const CommandLine& command) {
  return command.out ? *command.out : fs::path("out") / command.files.front().stem();
}

void say_what_will_run(const config::Document& document, const Communicator& world) {
  if (!world.is_root()) return;
  spdlog::info("cecropia {} ({}), {} rank{}", version(), git_revision(), world.size(), world.size() == 1 ? "" : "s");
  for (const config::Change& change : document.changes())
    spdlog::debug("{} = {} ({})", change.name, change.value, change.origin);
}

// One rank builds or reads first; then the others find the file in the cache, or build the same tables in memory. Large
// tables are read by one rank of each node and live there once.
stars::Tables load_tables(const scan::Settings& settings, const Communicator& world) {
  stars::Tables tables;
  parallel::on_root(world, [&] {
    tables = stars::load_or_build(settings.stars);
    scan::check(settings, tables);
    stars::check_imf_files(settings.stars, tables);
  });
  const bool once_per_node = world.any(tables.stars().bytes() > stars::largest_copied_tables_bytes);
  const Communicator node = world.split_by_node();
  parallel::together(world, [&] {
    if (!world.is_root() && (!once_per_node || node.is_root())) tables = stars::load_or_build(settings.stars);
  });
  if (!once_per_node) return tables;
  if (world.is_root())
    spdlog::info("stellar tables of {:.0f} MiB live once per node",
                 static_cast<double>(tables.stars().bytes()) / 1048576.0);
  return stars::share_on_node(node, tables);
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
        "docs/theory/space.md",
        walk.overenriched, walk.galaxy_levels, walk.limited);
  if (report.results.tau_e_is_lower_limit) spdlog::warn("{}", report.results.tau_e_remark);
  spdlog::debug("\n{}", parallel::as_text(facts.phases));
  if (verbosity == Verbosity::quiet) return;
  print(observe::to_text(report.results) + "\n");
  for (const char* file : {"run.json", "run.h5", "run.log"}) print((folder / file).string() + "\n");
}

// What determines the science, for run.h5. Where trees, stellar tables, tabulated IMFs and observational tables lie
// does not: the content hash of each stands beside.
std::string physics_of(const config::Document& document) {
  auto json = document.resolved_json();
  for (const auto& [section, key] :
       {std::pair("trees", "path"), std::pair("trees", "format"), std::pair("stars", "table_file"),
        std::pair("stars", "imf2_file"), std::pair("stars", "imf3_file"), std::pair("observe", "observations_path")})
    if (json.at(section).erase(key) != 1) throw InternalError(fmt::format("parameter '{}.{}' is gone", section, key));
  return json.dump(1);
}

std::vector<output::Column> history_of(const observe::Results& results) {
  std::vector<output::Column> columns;
  for (const observe::Column& c : results.history) columns.push_back({c.name, c.unit, c.description, c.values});
  return columns;
}

// Which stars there are, who takes them, and whether their cells give back more than they take.
void say_which_stars(const model::Physics& physics, const stars::Tables& tables) {
  const std::vector<double>& z = tables.z_grid();
  const stars::MetallicityLookup& bins = physics.metallicities;
  const stars::MetallicityBins of_ii{bins.first_pop_ii_bin(), tables.n_z() - 1}, of_iii{0, bins.last_pop_iii_bin()};
  spdlog::info("stars: {}", tables.source());
  spdlog::info("stars: Z = {:.4g} to {:.4g}; Population II takes Z = {:.4g} to {:.4g}, Population III {:.4g} to {:.4g}",
               z.front(), z.back(), z[of_ii.first], z[of_ii.last], z[of_iii.first], z[of_iii.last]);
  for (const std::string& remark : stars::metallicity_remarks(tables)) spdlog::warn("stellar tables: {}", remark);
  for (const auto& [populations, range] : {std::pair(&physics.pop_ii, of_ii), std::pair(&physics.pop_iii, of_iii)}) {
    stars::LargestReturn most;
    for (const stars::Population& population : populations->all())
      if (const auto here = stars::largest_return(population, tables, range);
          here.returned_over_taken > most.returned_over_taken)
        most = here;
    if (most.returned_over_taken > stars::largest_usual_return)
      spdlog::warn(
          "stellar tables: stars drawn around {:.4g} Msun (Z = {:.4g}, Population {}) return up to {:.3g} times the "
          "mass they took: the steps in mass are wide there (import with --fill standard to have them narrow)",
          most.m_msun, most.z, populations == &physics.pop_ii ? "II" : "III", most.returned_over_taken);
  }
}

// The walk with its progress; asked to stop, it ends between two levels on all ranks together.
scan::PointReport walk(const scan::Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                       const Communicator& world, Verbosity verbosity, const parallel::StopRequest& stop,
                       parallel::MemoryWatch& memory, output::RunFile& file) {
  const std::vector<double> before = halos_before(forest, world);
  Progress progress("walk", "halos", before.back(), Progress::style_for(world.rank(), verbosity));
  scan::PointHooks hooks;
  hooks.write_populations = [&](const model::Physics& physics) {
    if (world.is_root()) say_which_stars(physics, tables);
    file.write_populations(population_tables(physics, tables, settings.stars.m_massive_msun, forest.redshift.back()));
  };
  hooks.write_level = [&](const model::LevelView& view) { file.write_level(view); };
  hooks.done = [&](std::size_t done, std::size_t) {
    if (done % 16 == 0 || done == forest.n_levels()) memory.look();  // a look costs as much as many sub-steps
    progress.at(before[done], fmt::format("z = {:.2f}", forest.redshift[done - 1]));
    return stop.agreed_by(world);
  };
  return scan::run_point(settings, forest, tables, world, hooks);
}

}  // namespace

int run_model(const CommandLine& command, const Communicator& world) {
  const auto start = std::chrono::steady_clock::now();
  const parallel::StopRequest stop;
  parallel::TimingTable timing;
  const auto timed = [&timing](const char* phase, auto&& work) {
    const parallel::ScopedTimer timer(timing, phase);
    return work();
  };

  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  const fs::path folder = folder_for(command);
  parallel::on_root(world, [&] {
    prepare_output_folder(folder);
    log_to(folder / "run.log");
  });
  say_what_will_run(parameters.document, world);

  const stars::Tables tables = timed("stellar tables", [&] { return load_tables(settings, world); });
  const tree::Forest forest = timed("trees", [&] { return load_trees(settings, world); });

  output::RunFile file(world, folder / "run.h5", settings.output, forest.redshift);
  if (world.is_root() && !file.redshifts_not_covered().empty())
    spdlog::info("no catalogue of galaxies at z = {}: the trees begin later",
                 fmt::join(file.redshifts_not_covered(), ", "));

  parallel::MemoryWatch memory;
  const double cpu_before_s = parallel::cpu_seconds();
  const scan::PointReport report =
      timed("walk", [&] { return walk(settings, forest, tables, world, command.verbosity, stop, memory, file); });

  const double walk_cpu_s = parallel::cpu_seconds() - cpu_before_s;
  timed("output", [&] {
    file.write_history(history_of(report.results));
    file.write_provenance({physics_of(parameters.document), std::string(version()), tables.content_hash(),
                           forest.info.content_hash, report.observations_hash, report.imf_hash});
  });

  scan::RunFacts facts;
  facts.walk_cpu_s = sum_of_cpu_s(walk_cpu_s, world);
  facts.cpu_s = sum_of_cpu_s(parallel::cpu_seconds(), world);
  const auto most = memory.over(world);
  facts.peak_rss_mib = most.peak_rss_mib;
  facts.peak_pss_mib = most.peak_pss_mib;
  facts.ranks = world.size();
  facts.phases = timing.over(world);
  facts.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  // Both files are whole on the disk before either takes its name; run.json is the last, so that it exists only when
  // the run is complete and never stands beside the run.h5 of another run.
  std::optional<io::AtomicTarget> summary;
  parallel::on_root(world, [&] {
    const auto json = scan::run_json(parameters.document.resolved_json(), forest, report, facts);
    summary.emplace(folder / "run.json");
    summary->write(json.dump(1) + "\n");
  });
  file.commit();
  parallel::on_root(world, [&] { summary->commit(); });
  if (world.is_root()) say_what_came_out(report, facts, folder, command.verbosity);
  return exit_done;
}

}  // namespace cecropia::app

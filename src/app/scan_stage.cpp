// `cecropia scan`: many models on one set of trees.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/loading.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/observe/observations.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/scan/cost.hpp"
#include "cecropia/scan/counters.hpp"
#include "cecropia/scan/dispatcher.hpp"
#include "cecropia/scan/kept_points.hpp"
#include "cecropia/scan/ledger.hpp"
#include "cecropia/scan/resolver.hpp"
#include "cecropia/scan/run_folder.hpp"
#include "cecropia/scan/scan_result.hpp"
#include "cecropia/scan/worker.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using parallel::Communicator;

/// Rank 0: what is to be scanned.
scan::Plan plan_of(const CommandLine& command) {
  const std::string file = command.files.front().string();
  scan::Plan plan = read_plan(command);
  if (command.asks_through_a_pipe()) {
    plan.keep.clear();
    plan.keep_all = false;  // a sampler asks thousands of times
    return plan;
  }
  if (plan.points.empty())
    throw InputError({"there is nothing to scan", file, "a design in the scan file, or --points TABLE",
                      "add \"design\": { \"axes\": { ... } }; see docs/scans.md"});
  scan::check_keep(plan, file);
  return plan;
}

/// Collective: what all ranks have to know. Points stay on rank 0.
void tell(scan::Plan& plan, const Communicator& world) {
  plan.base_text = world.broadcast(plan.base_text);
  plan.base_name = world.broadcast(plan.base_name);
  plan.parameters_text = world.broadcast(plan.parameters_text);
  plan.ranks_per_point = world.broadcast(std::vector<std::int64_t>{plan.ranks_per_point}).front();
  plan.keep_all = world.broadcast(std::vector<int>{plan.keep_all ? 1 : 0}).front() != 0;
  plan.keep = world.broadcast(plan.keep);
}

/// Rank 0: prepares every point, so that a mistake is told before anything is computed, not in the middle of the night.
/// Returns scan::relative_cost of each.
std::vector<double> prepare(scan::Plan& plan, const scan::Resolver& resolver) {
  std::vector<double> cost;
  std::set<std::string> seen;
  std::vector<scan::Point> points;
  for (scan::Point& point : plan.points) {
    const scan::Settings settings = resolver.prepare(point);
    scan::at(point, [&] { scan::check_files(settings); });
    if (!seen.insert(point.key).second) {
      if (plan.kind == scan::DesignKind::one_at_a_time) continue;  // a value of the base is the base
      throw InputError({"this point is there twice", point.where, "points that differ", "remove one of them"});
    }
    cost.push_back(scan::relative_cost(settings));
    points.push_back(std::move(point));
  }
  plan.points = std::move(points);
  return cost;
}

/// Rank 0: what can be known only with the trees.
void check_with_trees(const std::vector<scan::Point>& points, const scan::Resolver& resolver,
                      const tree::Forest& forest) {
  const bool has_places = forest.info.box_cmpc > 0.0;
  if (!has_places) return;  // nothing depends on it: settings of many points take time
  for (const scan::Point& point : points)
    scan::at(point, [&] { space::check_places(resolver.settings(point).space, has_places); });
}

/// Rank 0, at the end.
void refuse_failures(const std::vector<Complaint>& failures, std::size_t n_points, const fs::path& log) {
  constexpr std::size_t shown = 10;
  if (failures.empty()) return;
  std::string list;
  for (std::size_t i = 0; i < std::min(shown, failures.size()); ++i)
    list += fmt::format("\n    {}: {}", failures[i].where, failures[i].what);
  if (failures.size() > shown) list += fmt::format("\n    and {} more", failures.size() - shown);
  throw InputError({fmt::format("{} of {} points could not be computed:{}", failures.size(), n_points, list),
                    log.string(), failures.front().expected,
                    "repair the cause, or take these points out of the design, and give the same command again: the "
                    "others are finished and stay"});
}

/// Rank 0: points that are to be kept and whose files are not there.
std::vector<bool> not_kept_yet(const scan::Plan& plan, const scan::Resolver& resolver, const fs::path& folder) {
  const scan::Kept kept{folder, plan.keep_all, plan.keep};
  std::vector<bool> missing;
  for (const scan::Point& point : plan.points) {
    const auto why = kept.has(point.id) ? scan::lacks(kept, point, resolver) : std::nullopt;
    missing.push_back(why.has_value());
    if (why && !why->empty())
      spdlog::warn("the kept point {} is computed again: {}", kept.place(point.id).string(), *why);
  }
  return missing;
}

void keep_shard(const CommandLine::Shard& shard, std::vector<scan::Point>& points) {
  std::erase_if(points, [&](const scan::Point& p) { return p.id % shard.of != shard.number; });
}

void print_points(const std::vector<scan::Point>& points, const std::vector<double>& cost) {
  print(fmt::format("{:>6}  {:<12}  {:>5}  values\n", "point", "key", "cost"));
  for (std::size_t i = 0; i < points.size(); ++i)
    print(fmt::format("{:6}  {:<12}  {:5.2f}  {}\n", points[i].id, points[i].key.substr(0, 12), cost[i],
                      points[i].values.dump()));
}

/// Rank 0 of a scan: the folder, its ledger and its description.
class Office {
 public:
  explicit Office(const fs::path& folder) : folder_(folder), ledger_(prepared(folder)) {
    log_to(folder / "scan.log");
    if (!ledger_.repaired().empty()) spdlog::warn("{}", ledger_.repaired());
    sweep();
  }
  scan::Ledger& ledger() { return ledger_; }

  /// Goes on with what is there, or says what is in the way.
  void begin(const scan::Header& header, bool adopt) {
    header_ = header;
    const auto before = scan::read_header(folder_);
    if (!before && ledger_.size() > 0)
      throw InputError({"finished points are here, but nothing says what they are of", (folder_ / "scan.json").string(),
                        "the description of the scan beside its ledger",
                        "put scan.json back, choose another folder with --out, or remove scan.jsonl to begin again"});
    if (before) {
      header_.columns = before->columns;
      if (const auto differ = scan::differences(*before, header_); !differ.empty()) {
        const std::string list = fmt::format("\n    {}", fmt::join(differ, "\n    "));
        if (!adopt)
          throw InputError({"this folder holds a scan of something else:" + list, (folder_ / "scan.json").string(),
                            "the same parameters, trees, data and program as before",
                            "choose another folder with --out, or go on all the same with --adopt: points whose "
                            "parameters are the same and whose numbers are all there are then kept"});
        spdlog::warn("going on (--adopt), although{}", list);
      }
    }
    write_header();
  }
  /// Finished points of another scan of the same base.
  void take_from(const fs::path& other) {
    const auto theirs = scan::read_header(other);
    if (!theirs)
      throw InputError({"there is no scan in this folder", other.string(),
                        "the folder of a scan (scan.json, scan.jsonl)", "check the folders given with --merge"});
    if (const auto differ = scan::differences(*theirs, header_); !differ.empty())
      throw InputError(
          {fmt::format("the scan in this folder is one of something else:\n    {}", fmt::join(differ, "\n    ")),
           other.string(), "the same parameters, trees, data and program", "merge only shards of one scan"});
    know(theirs->columns);
    spdlog::info("{} finished points of {} taken", ledger_.take_from(other), other.string());
    scan::take_kept_points(other, folder_);
  }
  /// What the numbers of a point mean. Points differ: not all have galaxies in every bin.
  void know(const Json& columns) {
    if (scan::add_columns(header_.columns, columns)) write_header();
  }
  /// scan.h5 and best.json, and a word about them.
  void finish(const std::vector<scan::Point>& points, Verbosity verbosity) {
    std::vector<Json> contents;
    contents.reserve(points.size());
    for (const scan::Point& point : points) contents.push_back(ledger_.content(point.key));
    std::vector<scan::Finished> finished;
    finished.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) finished.push_back({&points[i], &contents[i]});
    scan::write_results(folder_, finished, header_);
    if (verbosity == Verbosity::quiet) return;
    print(scan::best_text(scan::best_json(finished)));
    for (const char* file : {"scan.h5", "best.json", "scan.jsonl", "scan.log"}) print((folder_ / file).string() + "\n");
  }

 private:
  /// What processes left that were killed. Not in folders of others below: shards, runs.
  void sweep() const {
    const bool alone = ledger_.is_alone();
    if (!alone) warn_of_no_locks(folder_);
    say_what_was_swept(io::remove_temporaries(folder_, alone) + io::remove_temporaries(folder_ / "checkpoints", alone) +
                       scan::sweep_kept_points(folder_, alone));
  }
  static const fs::path& prepared(const fs::path& folder) {
    scan::prepare_folder(folder);
    for (const char* below : {"checkpoints", "points"}) io::stay_inside(folder, folder / below);
    return folder;
  }
  void write_header() { io::write_atomically(folder_ / "scan.json", scan::to_json(header_).dump(1) + "\n"); }

  fs::path folder_;
  scan::Ledger ledger_;
  scan::Header header_;
};

void say_who_works(const scan::ProcessGrid& grid, std::int64_t ranks_per_point, int n_ranks) {
  spdlog::info("groups: {}, ranks in each: {}, nodes: {}", grid.n_groups(), ranks_per_point, grid.n_nodes());
  if (grid.n_idle() > 0)
    spdlog::warn("{} of {} ranks have no work, because that is no multiple of {} ranks per point", grid.n_idle(),
                 n_ranks, ranks_per_point);
}

/// Only gamma_out times ebind_norm counts (OUT-3, OUT-4).
void warn_of_degenerate_axes(const std::vector<scan::Point>& points) {
  const std::string one = "feedback.ebind_norm", other = "feedback.m_out0_msun";
  if (!points.empty() && points.front().values.contains(one) && points.front().values.contains(other))
    spdlog::warn("{} and {} vary, which are exactly degenerate: docs/theory/baryon_cycle.md, OUT-3", one, other);
}

}  // namespace

int scan_models(const CommandLine& command, const Communicator& world) {
  const parallel::StopRequest stop(command.time_limit_s);
  scan::Plan plan;
  parallel::on_root(world, [&] { plan = plan_of(command); });
  tell(plan, world);
  if (command.group_size) plan.ranks_per_point = *command.group_size;

  RunParameters base;
  base.apply(plan, command, world);
  const scan::Resolver resolver(base.document);
  std::vector<double> cost;
  parallel::on_root(world, [&] {
    if (command.shard) keep_shard(*command.shard, plan.points);
    if (command.shard && plan.points.empty())
      throw InputError({fmt::format("shard {} of {} has no point", command.shard->number, command.shard->of),
                        command.files.front().string(), "at most as many shards as points", "take fewer shards"});
    cost = prepare(plan, resolver);
    warn_of_degenerate_axes(plan.points);
  });
  if (command.dry_run) {
    if (world.is_root()) print_points(plan.points, cost);
    return exit_done;
  }

  const fs::path folder = command.folder();
  std::optional<Office> office;
  parallel::on_root(world, [&] { office.emplace(folder); });
  say_what_will_run(base.document, world);
  const scan::ProcessGrid grid(world, plan.ranks_per_point);
  const stars::Tables tables = load_tables(base.settings, world);
  const tree::Forest forest = grid.share([&](const Communicator& group) { return load_trees(base.settings, group); });
  const auto observations = observe::read_observations(base.settings.observe.observations_path, world);
  observe::check_terms(observations, base.settings.observe);
  const scan::Header header = scan::header_of(Json::parse(resolver.base_json()), forest, tables,
                                              observations.content_hash(), scan::own_tables_hash(base.settings, world));
  parallel::on_root(world, [&] {
    say_which_trees(forest);
    say_who_works(grid, plan.ranks_per_point, world.size());
    check_with_trees(plan.points, resolver, forest);
    office->begin(header, command.adopt);
    for (const fs::path& other : command.merge) office->take_from(other);
  });

  std::optional<Progress> progress;
  std::unique_ptr<scan::Counter> counter;
  const scan::DesignCounter* design = nullptr;  // of rank 0
  const bool pipe = command.asks_through_a_pipe();
  if (world.is_root() && pipe) {
    std::vector<std::string> own;
    for (const observe::Term& term : observations.terms)
      if (term.use != observe::Use::figure) own.push_back(term.name);
    counter = std::make_unique<scan::PipeCounter>(
        STDIN_FILENO, [](const std::string& line) { write_out(line); }, resolver, office->ledger(), std::move(own));
  } else if (world.is_root()) {
    auto points = std::make_unique<scan::DesignCounter>(
        plan.points, cost, not_kept_yet(plan, resolver, folder), office->ledger(),
        [&](const scan::Answer& answer) {
          office->know(answer.columns);
          for (const std::string& note : answer.notes) spdlog::info("{}", note);
          if (answer.error)
            spdlog::error("a point cannot be computed, the others go on: {}", InputError(*answer.error).what());
        },
        [&, n = 0.0](std::int64_t id) mutable { progress->at(++n, fmt::format("point {}", id)); });
    spdlog::info("{} points, {} of them finished before", plan.points.size(), plan.points.size() - points->n_waiting());
    if (const auto n = office->ledger().n_partly(); n > 0)
      spdlog::info("{} points are known with some of their numbers only, and are computed again if they are asked for",
                   n);
    progress.emplace("scan", "points", std::max(1.0, static_cast<double>(points->n_waiting())),
                     Progress::style_for(world.rank(), command.verbosity));
    design = points.get();
    counter = std::move(points);
  }
  scan::Worker worker(resolver, forest, tables, observations, base.settings, grid.group(),
                      {{folder, plan.keep_all, plan.keep}, load_tables, command.checkpoint_every_s, stop});
  try {
    scan::dispatch(world, grid, counter ? *counter : scan::no_counter(), std::ref(worker), stop);
  } catch (const StopRequested& stopped) {  // on all ranks together
    progress.reset();
    if (world.is_root())
      spdlog::warn("{}; {} points are finished, and the same command goes on", stopped.what(), office->ledger().size());
    return exit_stopped;
  }
  progress.reset();
  if (!pipe)
    parallel::on_root(world, [&] {
      refuse_failures(design->failures(), plan.points.size(), folder / "scan.log");
      office->finish(plan.points, command.verbosity);
    });
  return exit_done;
}

}  // namespace cecropia::app

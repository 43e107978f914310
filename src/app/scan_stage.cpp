// `cecropia scan`: many models on one set of trees.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <deque>
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
#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/dispatcher.hpp"
#include "cecropia/scan/ledger.hpp"
#include "cecropia/scan/resolver.hpp"
#include "cecropia/scan/run_folder.hpp"
#include "cecropia/scan/scan_result.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using parallel::Communicator;

Json to_json(const scan::Point& p) { return {{"id", p.id}, {"where", p.where}, {"values", p.values}}; }

scan::Point point_of(const Json& json) {
  return {json.at("id").get<std::int64_t>(), json.at("values"), json.at("where").get<std::string>()};
}

fs::path points_folder(const fs::path& folder, std::int64_t id) { return folder / "points" / fmt::format("{:04}", id); }

/// The plan, and the base that its points share; every rank has both.
struct Scan {
  scan::Plan plan;
  RunParameters base;
};

/// Collective: rank 0 reads the files, and all see the same.
void read(const CommandLine& command, const Communicator& world, Scan& out) {
  const fs::path file = command.files.front();
  parallel::on_root(world, [&] {
    out.plan = scan::read_plan(config::read_text(file), file);
    if (command.points) {
      out.plan.points = scan::read_points(config::read_text(*command.points), command.points->string());
      out.plan.axes.clear();
      for (const std::int64_t id : out.plan.keep)
        if (id >= std::ssize(out.plan.points))
          throw InputError({fmt::format("point {} is to be kept, but there are {}", id, out.plan.points.size()),
                            file.string(), "points of the table", "correct 'keep'"});
    }
    if (out.plan.points.empty())
      throw InputError({"there is nothing to scan", file.string(), "a design in the scan file, or --points TABLE",
                        "add \"design\": { \"axes\": { ... } }; see docs/scans.md"});
  });
  // Points stay on rank 0; what the others need is broadcast.
  std::string text = world.broadcast(out.plan.base_text), name = world.broadcast(out.plan.base_name);
  out.plan.ranks_per_point = world.broadcast(std::vector<std::int64_t>{out.plan.ranks_per_point}).front();
  out.plan.keep_all = world.broadcast(std::vector<int>{out.plan.keep_all ? 1 : 0}).front() != 0;
  out.plan.keep = world.broadcast(out.plan.keep);
  if (command.group_size) out.plan.ranks_per_point = *command.group_size;
  out.base.apply(text, name, command, world);
}

/// Every point once: InputError before anything is computed, not in the middle of the night.
std::vector<std::string> keys_of(const std::vector<scan::Point>& points, const scan::Resolver& resolver) {
  std::vector<std::string> keys;
  std::set<std::string> seen;
  for (const scan::Point& point : points) {
    resolver.settings(point);
    keys.push_back(resolver.key(point));
    if (!seen.insert(keys.back()).second)
      throw InputError({"this point is there twice", point.where, "points that differ", "remove one of them"});
  }
  return keys;
}

/// Points of a design: handed out once each, their results into the ledger.
class Points : public scan::Counter {
 public:
  Points(const std::vector<scan::Point>& points, const std::vector<std::string>& keys, scan::Ledger& ledger,
         Json& columns, std::function<void()> columns_are_new, Progress& progress)
      : ledger_(ledger), columns_(columns), columns_are_new_(std::move(columns_are_new)), progress_(progress) {
    for (std::size_t i = 0; i < points.size(); ++i)
      if (!ledger.has(keys[i])) waiting_.push_back(&points[i]);
    before_ = std::ssize(points) - std::ssize(waiting_);
  }
  std::optional<std::string> next() override {
    if (waiting_.empty()) return std::nullopt;
    const scan::Point* point = waiting_.front();
    waiting_.pop_front();
    return to_json(*point).dump();
  }
  bool may_come() override { return false; }
  void take(const std::string&, const std::string& result) override {
    Json json = Json::parse(result);
    if (columns_.is_null()) {
      columns_ = json.at("columns");
      columns_are_new_();
    }
    const Json& entry = json.at("entry");
    ledger_.append({entry.at("key").get<std::string>(), entry});
    progress_.at(static_cast<double>(++done_), fmt::format("point {}", entry.at("point").get<std::int64_t>()));
  }
  std::int64_t finished() const { return before_ + done_; }

 private:
  scan::Ledger& ledger_;
  Json& columns_;
  std::function<void()> columns_are_new_;
  Progress& progress_;
  std::deque<const scan::Point*> waiting_;
  std::int64_t before_ = 0, done_ = 0;
};

/// What one group does with a point.
class Worker {
 public:
  Worker(const scan::Resolver& resolver, const tree::Forest& forest, const stars::Tables& base_tables,
         const scan::Settings& base, const Communicator& group, fs::path folder, const scan::Plan& plan)
      : resolver_(resolver),
        forest_(forest),
        tables_(base_tables),
        stars_(base.stars),
        group_(group),
        folder_(std::move(folder)),
        plan_(plan) {}

  std::string operator()(const std::string& order, const std::function<bool()>& breathe) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_before_s = parallel::cpu_seconds();
    const scan::Point point = point_of(Json::parse(order));
    scan::Settings settings = resolver_.settings(point);
    take_tables_for(settings);
    std::optional<scan::RunFolder> files;
    const bool kept = plan_.keep_all || std::find(plan_.keep.begin(), plan_.keep.end(), point.id) != plan_.keep.end();
    const fs::path place = points_folder(folder_, point.id);
    if (kept) {
      parallel::on_root(group_, [&] { scan::prepare_folder(place); });
      files.emplace(place, settings, forest_, tables_, group_);
    }
    scan::PointHooks hooks;
    if (kept) {
      hooks.write_populations = [&](const model::Physics& physics) { files->write_populations(physics); };
      hooks.write_level = [&](const model::LevelView& view) { files->write_level(view); };
    }
    hooks.done = [&](std::size_t, std::size_t) { return breathe(); };
    const scan::PointReport report = scan::run_point(settings, forest_, tables_, group_, hooks);
    const double cpu_s =
        1e-6 *
        static_cast<double>(group_.sum(static_cast<std::int64_t>(1e6 * (parallel::cpu_seconds() - cpu_before_s))));
    const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (kept) {
      const config::Document document = scan::document(settings);
      files->write_results(document, report);
      scan::RunFacts facts;
      facts.wall_s = wall_s;
      facts.cpu_s = facts.walk_cpu_s = cpu_s;
      facts.ranks = group_.size();
      files->finish(document, report, facts);
    }
    return Json{{"entry", scan::entry_json(point, resolver_.key(point), report, wall_s, cpu_s)},
                {"columns", scan::columns_json(report.results)}}
        .dump();
  }

 private:
  /// Most scans leave the tables alone; where they do not, the cache on disk has them.
  void take_tables_for(const scan::Settings& settings) {
    if (settings.stars.table_file == stars_.table_file &&
        stars::describe(settings.stars.builder()) == stars::describe(stars_.builder()))
      return;
    tables_ = load_tables(settings, group_);
    stars_ = settings.stars;
  }

  const scan::Resolver& resolver_;
  const tree::Forest& forest_;
  stars::Tables tables_;
  stars::Parameters stars_;
  const Communicator& group_;
  fs::path folder_;
  const scan::Plan& plan_;
};

std::string hex_of_data(const scan::Settings& settings, const stars::Tables& tables, const Communicator& world) {
  const auto observations = observe::read_observations(settings.observe.observations_path, world);
  return io::hash128_hex(fmt::format("{:016x} {:016x}", tables.content_hash(), observations.content_hash()))
      .substr(0, 16);
}

void write_header(const fs::path& folder, const scan::Header& header, const Json& columns) {
  Json json = scan::to_json(header);
  json["columns"] = columns;
  io::write_atomically(folder / "scan.json", json.dump(1) + "\n");
}

/// Goes on with what is there, or says what is in the way.
void compare_with_what_is_there(const fs::path& folder, const scan::Header& header, bool adopt, Json& columns) {
  const auto before = scan::read_header(folder);
  if (!before) return;
  columns = Json::parse(io::read_file(folder / "scan.json")).value("columns", Json());
  const std::vector<std::string> differ = scan::differences(*before, header);
  if (differ.empty()) return;
  const std::string list = fmt::format("\n    {}", fmt::join(differ, "\n    "));
  if (!adopt)
    throw InputError({"this folder holds a scan of something else:" + list, (folder / "scan.json").string(),
                      "the same parameters, trees, data and program as before",
                      "choose another folder with --out, or go on all the same with --adopt: points whose parameters "
                      "are the same are then kept"});
  spdlog::warn("going on (--adopt), although{}", list);
}

void print_points(const scan::Plan& plan, const std::vector<std::string>& keys) {
  for (std::size_t i = 0; i < plan.points.size(); ++i)
    print(fmt::format("{:6}  {}  {}\n", plan.points[i].id, keys[i].substr(0, 12), plan.points[i].values.dump()));
}

void say_what_is_best(const Json& best) {
  std::string text = fmt::format("{:<12} {:>9} {:>6}  values\n", "constraint", "log10 L", "point");
  for (const auto& [name, b] : best.at("best").items()) {
    const Json& l = b.at("log10_likelihood");
    text += l.is_null() ? fmt::format("{:<12} {:>9} {:>6}  {}\n", name, "-", "-", b.at("reason").get<std::string>())
                        : fmt::format("{:<12} {:9.3f} {:6}  {}\n", name, l.get<double>(), b.at("point").get<int>(),
                                      b.at("values").dump());
  }
  print(text);
}

}  // namespace

int scan_models(const CommandLine& command, const Communicator& world) {
  const parallel::StopRequest stop(command.time_limit_s);
  Scan it;
  read(command, world, it);
  const scan::Resolver resolver(it.base.document);
  std::vector<std::string> keys;
  parallel::on_root(world, [&] {
    keys = keys_of(it.plan.points, resolver);
    if (command.shard) {  // every n-th point
      std::vector<scan::Point> mine;
      std::vector<std::string> their_keys;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (static_cast<std::int64_t>(i) % command.shard->of != command.shard->number) continue;
        mine.push_back(it.plan.points[i]);
        their_keys.push_back(keys[i]);
      }
      it.plan.points = std::move(mine);
      keys = std::move(their_keys);
    }
  });
  if (command.dry_run) {
    if (world.is_root()) print_points(it.plan, keys);
    return exit_done;
  }
  const fs::path folder = command.out ? *command.out : fs::path("out") / command.files.front().stem();
  std::optional<scan::Ledger> ledger;
  parallel::on_root(world, [&] {
    scan::prepare_folder(folder);
    ledger.emplace(folder);
    log_to(folder / "scan.log");
    if (!ledger->repaired().empty()) spdlog::warn("{}", ledger->repaired());
  });
  say_what_will_run(it.base.document, world);

  const scan::ProcessGrid grid(world, static_cast<int>(it.plan.ranks_per_point));
  const stars::Tables tables = load_tables(it.base.settings, world);
  const tree::Forest forest =
      grid.share([&](const Communicator& group) { return load_trees(it.base.settings, group); });
  scan::Header header{fmt::format("{} ({})", version(), git_revision()), Json::parse(resolver.base_json()),
                      io::hex(forest.info.content_hash), hex_of_data(it.base.settings, tables, world)};
  Json columns;
  parallel::on_root(world, [&] {
    say_which_trees(forest);
    compare_with_what_is_there(folder, header, command.adopt, columns);
    write_header(folder, header, columns);
    for (const fs::path& other : command.merge) {
      const std::size_t n = ledger->take_from(other);
      if (columns.is_null()) {
        if (scan::read_header(other))
          columns = Json::parse(io::read_file(other / "scan.json")).value("columns", Json());
        write_header(folder, header, columns);
      }
      spdlog::info("{} finished points of {} taken", n, other.string());
    }
  });

  std::optional<Progress> progress;
  std::optional<Points> points;
  if (world.is_root()) {
    const auto before = std::count_if(keys.begin(), keys.end(), [&](const std::string& k) { return ledger->has(k); });
    spdlog::info("{} points, {} finished before; groups: {}, ranks in each: {}, nodes: {}", keys.size(), before,
                 grid.n_groups(), it.plan.ranks_per_point, grid.n_nodes());
    if (grid.n_idle() > 0)
      spdlog::warn("{} ranks have no work: {} ranks are no multiple of {} per point", grid.n_idle(), world.size(),
                   it.plan.ranks_per_point);
    progress.emplace("scan", "points", std::max(1.0, static_cast<double>(std::ssize(keys) - before)),
                     Progress::style_for(world.rank(), command.verbosity));
    points.emplace(
        it.plan.points, keys, *ledger, columns, [&] { write_header(folder, header, columns); }, *progress);
  }
  Worker worker(resolver, forest, tables, it.base.settings, grid.group(), folder, it.plan);
  try {
    scan::dispatch(world, grid, points ? static_cast<scan::Counter&>(*points) : scan::no_counter(), std::ref(worker),
                   stop);
  } catch (const StopRequested& stopped) {  // on all ranks together
    if (world.is_root())
      spdlog::warn("{}; {} of {} points are finished, and the same command goes on", stopped.what(), points->finished(),
                   it.plan.points.size());
    return exit_stopped;
  }
  progress.reset();
  parallel::on_root(world, [&] {
    std::vector<scan::Finished> finished;
    for (std::size_t i = 0; i < keys.size(); ++i)
      finished.push_back({&it.plan.points[i], &ledger->entries().at(keys[i]).content});
    scan::write_results(folder, finished, columns, header);
    if (command.verbosity == Verbosity::quiet) return;
    say_what_is_best(scan::best_json(finished));
    for (const char* file : {"scan.h5", "best.json", "scan.jsonl", "scan.log"}) print((folder / file).string() + "\n");
  });
  return exit_done;
}

}  // namespace cecropia::app

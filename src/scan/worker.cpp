#include "cecropia/scan/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/checkpoint.hpp"
#include "cecropia/scan/run_folder.hpp"
#include "cecropia/scan/scan_result.hpp"

namespace cecropia::scan {

Worker::Worker(const Resolver& resolver, const tree::Forest& forest, stars::Tables tables,
               observe::Observations observations, const Settings& base, const parallel::Communicator& group,
               WorkRules rules)
    : resolver_(resolver),
      forest_(forest),
      tables_(std::move(tables)),
      stars_(base.stars),
      observations_(std::move(observations)),
      observed_in_(base.observe.observations_path),
      group_(group),
      rules_(std::move(rules)) {}

/// Most scans leave the tables alone; where they do not, the cache on the disk has them.
void Worker::take_tables_for(const Settings& settings) {
  if (settings.stars.table_file == stars_.table_file &&
      stars::describe(settings.stars.builder()) == stars::describe(stars_.builder()))
    return;
  tables_ = rules_.load(settings, group_);
  stars_ = settings.stars;
}

void Worker::take_observations_for(const Settings& settings) {
  if (settings.observe.observations_path == observed_in_) return;
  observations_ = observe::read_observations(settings.observe.observations_path, group_);
  observed_in_ = settings.observe.observations_path;
}

/// An InputError about the place for what is kept: no fault of the point.
struct Worker::PlaceTrouble {
  InputError error;
  /// Runs `write`; its InputErrors become troubles.
  template <class Write>
  static void told_apart(Write&& write) {
    try {
      std::forward<Write>(write)();
    } catch (const InputError& error) {
      throw PlaceTrouble{error};
    }
  }
};

std::string Worker::operator()(const std::string& order, const std::function<void()>& breathe) {
  const Point point = point_of(order);
  try {
    return text_of(compute(point, breathe));
  } catch (const PlaceTrouble& trouble) {
    throw trouble.error;
  } catch (const InputError& error) {  // on all ranks of the group
    Answer answer;
    answer.error = error.complaint();
    answer.error->where = fmt::format("{} {}; {}", point.where, point.values.dump(), answer.error->where);
    return text_of(answer);
  }
}

Answer Worker::compute(const Point& point, const std::function<void()>& breathe) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu_before_s = parallel::cpu_seconds();
  Settings settings = resolver_.settings(point);
  take_tables_for(settings);
  take_observations_for(settings);

  PointHooks hooks;
  std::optional<RunFolder> files;
  if (rules_.kept.has(point.id)) {
    const std::filesystem::path folder = rules_.kept.place(point.id);
    PlaceTrouble::told_apart([&] {
      parallel::on_root(group_, [&] {
        io::stay_inside(rules_.kept.folder, folder);
        prepare_folder(folder);
      });
      files.emplace(folder, settings, forest_, tables_, group_);
    });
    hooks.write_populations = [&](const model::Physics& physics) {
      PlaceTrouble::told_apart([&] { files->write_populations(physics); });
    };
    hooks.write_level = [&](const model::LevelView& view) {
      PlaceTrouble::told_apart([&] { files->write_level(view); });
    };
  }
  const config::Document document = scan::document(settings);
  const Checkpoint checkpoint(checkpoint_file(rules_.kept.folder, point.key), group_);
  RunFolder* const kept = files ? &*files : nullptr;
  Answer answer;
  const auto note = [&](const std::string& text) {
    answer.notes.push_back(fmt::format("point {} {}", point.id, text));
  };
  Header identity;
  hooks.begin = [&](const PointReport& about) -> std::optional<PointState> {
    identity = header_of(document.resolved_json(), forest_, tables_, about.observations_hash, about.own_tables_hash);
    if (!checkpoint.exists()) return std::nullopt;
    try {
      PointState state = checkpoint.read(forest_, identity, kept);
      note(fmt::format("goes on after {} of {} levels", state.walk.levels_done, forest_.n_levels()));
      return state;
    } catch (const InputError& error) {  // on all ranks of the group: the point costs its time again, nothing is lost
      note(fmt::format("begins again: {}", error.what()));
      return std::nullopt;
    }
  };
  PauseClock clock(rules_.checkpoint_every_s, rules_.stop, group_);
  hooks.pause = [&](std::size_t done, std::size_t all) {
    PlaceTrouble::told_apart([&] { breathe(); });  // the ledger takes results of others: no fault of this point
    return done < all ? clock.look() : Pause{};
  };
  hooks.keep = [&](const PointState& state) {
    try {
      parallel::on_root(group_, [&] { io::make_folder(checkpoint.path().parent_path()); });
      checkpoint.write(state, identity, kept);
    } catch (const InputError& error) {  // on all ranks of the group: the point is worth more than its checkpoint
      note(fmt::format("has no checkpoint: {}", error.what()));
    }
    clock.kept();
  };
  const PointReport report = run_point(settings, forest_, tables_, observations_, group_, hooks);

  const auto microseconds = static_cast<std::int64_t>(1e6 * (parallel::cpu_seconds() - cpu_before_s));
  RunFacts facts;
  facts.cpu_s = facts.walk_cpu_s = 1e-6 * static_cast<double>(group_.sum(microseconds));
  facts.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  facts.ranks = group_.size();
  if (files) {
    PlaceTrouble::told_apart([&] {
      files->write_results(document, report);
      files->finish(document, report, facts);
    });
  }
  answer.entry = entry_json(point, report, facts.wall_s, facts.cpu_s);
  answer.columns = columns_json(report.results);
  return answer;
}

}  // namespace cecropia::scan

// `cecropia trees info|check|draw`: what a run would walk on.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/loading.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/app/tree_report.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/left_over.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "cecropia/scan/cost.hpp"
#include "cecropia/tree/describe.hpp"
#include "cecropia/tree/draw.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/inspect.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::app {
namespace {

using parallel::Communicator;

// Id of the most massive halo at the last level that has halos (lists of scale factors may go on after them); of
// equals, the smallest.
std::int64_t heaviest_root(const tree::Forest& forest, const Communicator& world) {
  std::size_t level = forest.n_levels() - 1;
  while (level > 0 && !world.any(forest.halos_at(level).size() > 0)) --level;
  const tree::HaloRange roots = forest.halos_at(level);
  double heaviest = 0;
  for (tree::Halo h = roots.first; h < roots.last; ++h) heaviest = std::max(heaviest, forest.m_vir_msun[h]);
  heaviest = world.max(heaviest);
  std::int64_t id = std::numeric_limits<std::int64_t>::max();
  for (tree::Halo h = roots.first; h < roots.last; ++h)
    if (forest.m_vir_msun[h] == heaviest) id = std::min(id, forest.id[h]);
  return -world.max(-id);
}

std::string in_words(double seconds) { return seconds < 10.0 ? fmt::format("{:.2g} s", seconds) : duration(seconds); }

std::string memory(double bytes) { return fmt::format("{:.0f} MiB", std::ceil(bytes / 1048576.0)); }

/// The work of all ranks as if one had all forests: the same for any number of ranks.
scan::Workload joined(const scan::Workload& mine, const Communicator& world) {
  const std::size_t n = mine.n_levels();
  std::vector<std::int64_t> counts(2 * n + 2, 0);
  for (std::size_t l = 0; l < n; ++l) {
    counts[l] = static_cast<std::int64_t>(mine.halos[l]);
    counts[n + l] = static_cast<std::int64_t>(mine.galaxies[l]);
  }
  counts[2 * n] = static_cast<std::int64_t>(mine.n_halos);
  world.sum_in_place(counts);
  std::vector<parallel::ExactSum> cost(n);
  for (const std::vector<float>& of_forest : mine.cost_s)
    for (std::size_t l = 0; l < n; ++l) cost[l].add(static_cast<double>(of_forest[l]));
  parallel::ExactSum::reduce(cost, world);
  scan::Workload all = mine;
  all.cost_s.assign(1, std::vector<float>(n));
  for (std::size_t l = 0; l < n; ++l) {
    all.halos[l] = static_cast<double>(counts[l]);
    all.galaxies[l] = static_cast<double>(counts[n + l]);
    all.cost_s[0][l] = static_cast<float>(cost[l].value());
  }
  all.n_halos = static_cast<double>(counts[2 * n]);
  return all;
}

/// What a run on one rank needs, from all halos.
std::string needs(const scan::Settings& settings, const tree::Forest& forest, const Communicator& world) {
  scan::Workload work = joined(scan::workload(settings, forest), world);
  work.forest_bytes = static_cast<double>(world.sum(static_cast<std::int64_t>(forest.bytes())));
  const auto one = scan::predict(work, {1, 1, 1}, 1, 1);
  return fmt::format(
      "memory       a run needs about {} on one rank\n"
      "time         a run needs about {} of one core ('cecropia plan' knows more)",
      memory(one.bytes_per_node), in_words(one.total_s));
}

/// The same from the index: whether a halo has a galaxy is not known yet.
std::string needs(const tree::Reader& reader) {
  const scan::CostTable cost;
  double halos = 0;
  for (const tree::ForestSize& f : reader.forests()) halos += static_cast<double>(f.n_halos);
  const double forests = static_cast<double>(reader.forests().size());
  const double bytes =
      cost.program_bytes + std::max(halos * cost.load_bytes_per_halo,
                                    tree::Forest::predicted_bytes(halos, forests, reader.facts().has_positions));
  return fmt::format(
      "memory       a run needs {} on one rank for the trees alone\n"
      "time         reading takes about {} of one core; 'trees info --read' and 'cecropia plan' read the "
      "halos and foretell a run",
      memory(bytes), in_words(halos * cost.read_per_halo_s));
}

std::string description(const CommandLine& command, const scan::Settings& settings, const Communicator& world) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  std::string from_index;
  parallel::on_root(world, [&] {
    const tree::Format format = tree::format_of(settings.trees);
    if (command.read_halos || format == tree::Format::eps) return;  // EPS trees are not there before they are grown
    const auto reader = tree::open(settings.trees, format, settings.cosmology);
    from_index = tree::describe(*reader, settings.trees.path, name_of(tree::format_names, format)) + "\n";
    try {
      tree::check_cosmology(reader->facts(), settings.trees, settings.cosmology);
    } catch (const InputError& error) {
      from_index += fmt::format("warning      a run will refuse them: {}\n", error.complaint().what);
    }
    from_index += needs(*reader);
  });
  from_index = world.broadcast(from_index);
  if (!from_index.empty()) return from_index + "\n";
  const tree::Forest forest = load_trees(settings, world);
  return tree::describe(forest, world) + "\n" + needs(settings, forest, world) + "\n";
}

bool wants_svg(const CommandLine& command) {
  if (command.picture != "auto") return command.picture == "svg";
  return command.out && command.out->extension() != ".dot" && command.out->extension() != ".gv";
}

void keep(const std::filesystem::path& file, const std::string& text) {
  io::remove_left_over(file);
  io::write_atomically(file, text);
}

int draw(const CommandLine& command, const scan::Settings& settings, const Communicator& world) {
  const tree::Forest forest = load_trees(settings, world);
  const std::int64_t halo = command.halo ? *command.halo : heaviest_root(forest, world);
  const std::string picture = wants_svg(command) ? tree::draw_svg(forest, halo, command.branches, world)
                                                 : tree::draw_graphviz(forest, halo, world);
  parallel::on_root(world, [&] {
    if (command.out)
      keep(*command.out, picture);
    else
      write_out(picture);
  });
  return exit_done;
}

int check(const CommandLine& command, const scan::Settings& settings, const Communicator& world) {
  const tree::Inspection found =
      tree::inspect(settings.trees, settings.eps, cosmology::Cosmology(settings.cosmology), settings.seed(), world);
  parallel::on_root(world, [&] {
    if (command.json_file) keep(*command.json_file, report_json(found).dump(2) + "\n");
    print(report_text(found));
  });
  return found.examination.accepted() ? exit_done : exit_input;
}

}  // namespace

int describe_trees(const CommandLine& command, const Communicator& world) {
  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  switch (command.task) {
    case Task::show_trees: {
      const std::string text = description(command, settings, world);
      if (world.is_root()) print(text);
      return exit_done;
    }
    case Task::check_trees:
      return check(command, settings, world);
    case Task::draw_tree:
      return draw(command, settings, world);
    default:
      throw InternalError("not a task about trees");
  }
}

}  // namespace cecropia::app

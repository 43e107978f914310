// `cecropia trees`: what a run would walk on.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <limits>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/tree/describe.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::app {
namespace {

// Id of the most massive halo at the last level; of equals, the smallest.
std::int64_t heaviest_root(const tree::Forest& forest, const parallel::Communicator& world) {
  const tree::HaloRange roots = forest.halos_at(forest.n_levels() - 1);
  double heaviest = 0;
  for (tree::Halo h = roots.first; h < roots.last; ++h) heaviest = std::max(heaviest, forest.m_vir_msun[h]);
  heaviest = world.max(heaviest);
  std::int64_t id = std::numeric_limits<std::int64_t>::max();
  for (tree::Halo h = roots.first; h < roots.last; ++h)
    if (forest.m_vir_msun[h] == heaviest) id = std::min(id, forest.id[h]);
  return -world.max(-id);
}

std::string answer(const CommandLine& command, const tree::Forest& forest, const parallel::Communicator& world) {
  switch (command.task) {
    case Task::show_trees:
      return tree::describe(forest, world) + "\n";
    case Task::check_trees:
      return fmt::format("{}: right ({} halos in {} forests)\n", forest.info.source, forest.info.n_halos,
                         forest.info.n_forests);
    case Task::draw_tree:
      return tree::draw(forest, command.halo ? *command.halo : heaviest_root(forest, world), world);
    default:
      throw InternalError("not a task about trees");
  }
}

}  // namespace

int describe_trees(const CommandLine& command, const parallel::Communicator& world) {
  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  const cosmology::Cosmology cosmos(settings.cosmology);
  const tree::Forest forest = tree::load(settings.trees, settings.eps, cosmos, settings.seed(), world);
  const std::string text = answer(command, forest, world);
  if (!world.is_root()) return exit_done;
  if (command.task == Task::check_trees)
    for (const std::string& warning : forest.info.warnings) spdlog::warn("{}", warning);
  print(text);
  return exit_done;
}

}  // namespace cecropia::app

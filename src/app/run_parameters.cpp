#include "cecropia/app/run_parameters.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cecropia/core/error.hpp"
#include "cecropia/core/paths.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::app {
namespace {

// Parameter files name the shipped trees as they lie in the source folder; that must work from everywhere.
std::string found(const std::string& trees) {
  const std::filesystem::path path(trees);
  std::error_code ignored;
  if (trees == "eps" || path.is_absolute() || std::filesystem::exists(path, ignored)) return trees;
  try {
    return find_data(trees).string();
  } catch (const InputError&) {
    return trees;  // the reader's message about the path that was given is the better one
  }
}

}  // namespace

scan::Plan read_plan(const CommandLine& command) {
  const std::filesystem::path& file = command.files.front();
  scan::Plan plan = scan::read_plan(config::read_text(file), file);
  if (command.asks_through_a_pipe())
    plan.points.clear();
  else if (command.points)
    plan.points = scan::read_points(scan::read_table(*command.points), command.points->string());
  return plan;
}

void RunParameters::apply(const std::string& text, const std::string& file_name,
                          const std::vector<std::string>& assignments) {
  if (scan::is_scan_file(text, file_name))
    throw InputError({"this file describes a scan, many models, and not one run", file_name,
                      "a parameter file like params/quickstart.json", fmt::format("use: cecropia scan {}", file_name)});
  document.apply_json(text, file_name);
  for (const std::string& assignment : assignments) document.apply_set(assignment);
  scan::check(settings);
}

void RunParameters::apply(const CommandLine& command, const parallel::Communicator& world) {
  if (command.files.empty()) return apply("{}", "", command, world);
  std::string text;
  parallel::on_root(world, [&] { text = config::read_text(command.files.front()); });
  apply(world.broadcast(text), command.files.front().string(), command, world);
}

void RunParameters::apply(const std::string& text, const std::string& file_name, const CommandLine& command,
                          const parallel::Communicator& world) {
  apply(text, file_name, command.assignments);
  take_trees(command, world);
}

void RunParameters::apply(const scan::Plan& plan, const std::string& file_name,
                          const std::vector<std::string>& assignments) {
  document.apply_json(plan.base_text, plan.base_name);
  apply(plan.parameters_text, file_name + ", parameters", assignments);
}

void RunParameters::apply(const scan::Plan& plan, const CommandLine& command, const parallel::Communicator& world) {
  apply(plan, command.files.front().string(), command.assignments);
  take_trees(command, world);
}

void RunParameters::take_trees(const CommandLine& command, const parallel::Communicator& world) {
  if (command.trees) settings.trees.path = *command.trees;
  std::string path;
  if (world.is_root()) path = found(settings.trees.path);
  settings.trees.path = world.broadcast(path);
}

}  // namespace cecropia::app

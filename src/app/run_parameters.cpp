#include "cecropia/app/run_parameters.hpp"

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

void RunParameters::apply(const std::string& text, const std::string& file_name,
                          const std::vector<std::string>& assignments) {
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
  if (command.trees) settings.trees.path = *command.trees;
  std::string path;
  if (world.is_root()) path = found(settings.trees.path);
  settings.trees.path = world.broadcast(path);
}

}  // namespace cecropia::app

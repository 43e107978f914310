// `cecropia tables`: the stellar-population tables as a file.
#include <fmt/format.h>

#include <array>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/launcher.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/stars/cache.hpp"
#include "cecropia/stars/table_file.hpp"

namespace cecropia::app {
namespace {
namespace fs = std::filesystem;

stars::Parameters read_parameters(const CommandLine& command) {
  RunParameters parameters;
  if (command.files.empty())
    parameters.apply("{}", "", command.assignments);
  else
    parameters.apply(config::read_text(command.files.front()), command.files.front().string(), command.assignments);
  return parameters.settings.stars;
}

std::string describe(const stars::Tables& tables) {
  std::string text = fmt::format("source         {}\n", tables.source());
  text += fmt::format("metallicities  {}, Z = {:.4g} to {:.4g}\n", tables.n_z(), tables.z_grid().front(),
                      tables.z_grid().back());
  text += fmt::format("masses         {}, {:.4g} to {:.4g} Msun\n", tables.n_m(), tables.m_grid_msun().front(),
                      tables.m_grid_msun().back());
  std::array<int, stars::fate_names.size()> count{};
  for (std::size_t z = 0; z < tables.n_z(); ++z)
    for (std::size_t m = 0; m < tables.n_m(); ++m) ++count[static_cast<std::size_t>(tables.at(z, m).fate)];
  text += "fates         ";
  for (std::size_t f = 0; f < count.size(); ++f) text += fmt::format(" {} {}", stars::fate_names[f], count[f]);
  return text + fmt::format("\ncontent        {:016x}\n", tables.content_hash());
}

}  // namespace

int build_tables(const CommandLine& command) {
  if (launched_rank() != 0) return exit_done;
  const stars::Parameters parameters = read_parameters(command);
  if (!parameters.table_file.empty())
    throw InputError({"there is nothing to build: the parameters name a file of tables", "parameter 'stars.table_file'",
                      "an empty stars.table_file", "remove it, or look at the file with 'cecropia tables info'"});
  if (command.out) {
    stars::write_tables(*command.out, stars::build(parameters.builder()));
    print(command.out->string() + "\n");
    return exit_done;
  }
  const auto folder = stars::cache_folder();
  stars::load_or_build(parameters.builder());
  const fs::path file = folder ? *folder / stars::cache_file_name(parameters.builder()) : fs::path();
  if (!folder || !fs::exists(file))
    throw InputError({"the tables were built, but there is no place to keep them",
                      folder ? folder->string() : "none of CECROPIA_CACHE, XDG_CACHE_HOME and HOME is set",
                      "a folder that can be written",
                      "set CECROPIA_CACHE to such a folder, or name a file with --out"});
  print(file.string() + "\n");
  return exit_done;
}

int show_tables(const CommandLine& command) {
  if (launched_rank() != 0) return exit_done;
  const stars::Parameters parameters = read_parameters(command);
  print(describe(command.tables ? stars::read_tables(*command.tables) : stars::load_or_build(parameters)));
  return exit_done;
}

}  // namespace cecropia::app

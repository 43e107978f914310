// `cecropia tables`: the stellar-population tables as a file, and published products as such a file.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/launcher.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/left_over.hpp"
#include "cecropia/stars/cache.hpp"
#include "cecropia/stars/import.hpp"
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

/// What `tables import --set` can set: what the builder of tables depends on, and its own section.
struct ImportSettings {
  ImportSettings() {
    std::vector<config::Section> sections;
    sections.push_back(
        config::section("stars", "Prescriptions for what a product leaves open.", run.stars, stars::builder_rows()));
    sections.push_back(config::section("import", "Import of stellar products.", import, stars::import_rows));
    document.emplace(std::move(sections));
  }
  ImportSettings(const ImportSettings&) = delete;
  ImportSettings& operator=(const ImportSettings&) = delete;

  scan::Settings run;
  stars::ImportParameters import;
  std::optional<config::Document> document;  // refers to the two above
};

template <class E, std::size_t N>
E named(const std::array<Named<E>, N>& names, const std::string& name) {
  for (const auto& n : names)
    if (n.name == name) return n.value;
  throw InternalError("the command line let '" + name + "' pass");
}

/// A file must not be written over what it is made of.
void refuse_to_overwrite(const fs::path& out, const std::vector<fs::path>& inputs) {
  std::error_code error;
  const fs::path target = fs::weakly_canonical(out, error);
  for (const fs::path& input : inputs) {
    const fs::path source = fs::weakly_canonical(input, error);
    const fs::path inside = target.lexically_relative(source);
    const bool is_inside = fs::is_directory(source, error) && !inside.empty() && *inside.begin() != "..";
    if (target != source && !is_inside && !fs::equivalent(target, source, error)) continue;
    throw InputError({fmt::format("'{}' is {} the input", out.string(), is_inside ? "inside" : "also"), "option --out",
                      "a file that is not read and not in a folder that is read",
                      "choose another name: what is read would be overwritten or be read again"});
  }
}

stars::Tables tables_of(const CommandLine& command) {
  const stars::Parameters parameters = read_parameters(command);
  return command.tables ? stars::read_tables(*command.tables) : stars::load_or_build(parameters);
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
  std::error_code ignored;
  if (!folder || !fs::exists(file, ignored))
    throw InputError({"the tables were built, but there is no place to keep them",
                      folder ? folder->string() : "none of CECROPIA_CACHE, XDG_CACHE_HOME and HOME is set",
                      "a folder that can be written",
                      "set CECROPIA_CACHE to such a folder, or name a file with --out"});
  print(file.string() + "\n");
  return exit_done;
}

int show_tables(const CommandLine& command) {
  if (launched_rank() != 0) return exit_done;
  const stars::Tables tables = tables_of(command);
  const stars::Parameters parameters = read_parameters(command);
  const fs::path file = command.tables ? *command.tables : fs::path(parameters.table_file);
  print(describe(tables) + (file.empty() ? std::string() : stars::read_import_report(file)));
  return exit_done;
}

int import_tables(const CommandLine& command) {
  if (launched_rank() != 0) return exit_done;
  refuse_to_overwrite(*command.out, command.files);
  ImportSettings settings;
  for (const std::string& assignment : command.assignments) settings.document->apply_set(assignment);
  scan::check(settings.run);
  const stars::BuilderParameters builder = settings.run.stars.builder();
  const stars::Product product =
      stars::read_product(command.files, named(stars::layout_names, command.layout), settings.import, builder);
  const stars::Import import =
      stars::make_tables(product, named(stars::fill_names, command.fill), settings.import, builder);
  stars::write_import(*command.out, import);
  if (command.verbosity != Verbosity::quiet)
    print(describe(import.tables) + stars::describe(import.report, import.tables));
  print(command.out->string() + "\n");
  return exit_done;
}

int export_tables(const CommandLine& command) {
  if (launched_rank() != 0) return exit_done;
  if (command.tables) refuse_to_overwrite(*command.out, {*command.tables});
  io::remove_left_over(*command.out);
  io::write_atomically(*command.out, stars::to_csv(tables_of(command)));
  print(command.out->string() + "\n");
  return exit_done;
}

}  // namespace cecropia::app

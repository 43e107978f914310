// `cecropia params`, help and version: what needs no MPI.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cecropia/app/launcher.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/scan/design.hpp"
#include "cecropia/scan/resolver.hpp"

namespace cecropia::app {
namespace {

// These stages run before MPI: under mpirun every rank is here, and one of them speaks.
void print_once(const std::string& text) {
  if (launched_rank() == 0) print(text);
}

/// The base of a scan and each of its points.
void check_scan(scan::Plan plan, const std::filesystem::path& file, const CommandLine& command, RunParameters& base) {
  base.apply(plan, file.string(), command.assignments);
  scan::check_keep(plan, file.string());
  const scan::Resolver resolver(base.document);
  for (scan::Point& point : plan.points) resolver.prepare(point);
}

}  // namespace

int say(const CommandLine& command) {
  print_once(command.answer);
  return 0;
}

int list_parameters(const CommandLine& command) {
  const RunParameters parameters;
  switch (command.format) {
    case Format::markdown:
      print_once(parameters.document.markdown());
      break;
    case Format::json:
      print_once(parameters.document.json().dump(2) + "\n");
      break;
    case Format::text:
      print_once(parameters.document.text());
      break;
  }
  return 0;
}

int check_parameters(const CommandLine& command) {
  if (launched_rank() != 0) return 0;
  for (const auto& file : command.files) {
    RunParameters parameters;
    const std::string text = config::read_text(file);
    if (scan::is_scan_file(text, file.string()))
      check_scan(scan::read_plan(text, file), file, command, parameters);
    else
      parameters.apply(text, file.string(), command.assignments);
    if (command.verbosity == Verbosity::quiet) continue;
    print_once(fmt::format("{}: right\n", file.string()));
    if (command.verbosity == Verbosity::verbose)
      for (const auto& change : parameters.document.changes())
        print_once(fmt::format("  {} = {}   ({})\n", change.name, change.value, change.origin));
  }
  return 0;
}

}  // namespace cecropia::app

// `cecropia params`, help and version: what needs no MPI.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cecropia/app/launcher.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::app {
namespace {

// Standard output, complete or an error: a full disk behind a redirection must not pass for a success.
void print(const std::string& text) {
  if (launched_rank() != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw InputError({"standard output cannot be written", "standard output", "a place that takes the text",
                      "check the disk or the pipe behind it"});
}

}  // namespace

int say(const CommandLine& command) {
  print(command.answer);
  return 0;
}

int list_parameters(const CommandLine& command) {
  const RunParameters parameters;
  switch (command.format) {
    case Format::markdown:
      print(parameters.document.markdown());
      break;
    case Format::json:
      print(parameters.document.json().dump(2) + "\n");
      break;
    case Format::text:
      print(parameters.document.text());
      break;
  }
  return 0;
}

int check_parameters(const CommandLine& command) {
  if (launched_rank() != 0) return 0;
  for (const auto& file : command.files) {
    RunParameters parameters;
    parameters.apply(config::read_text(file), file.string(), command.assignments);
    if (command.verbosity == Verbosity::quiet) continue;
    print(fmt::format("{}: right\n", file.string()));
    if (command.verbosity == Verbosity::verbose)
      for (const auto& change : parameters.document.changes())
        print(fmt::format("  {} = {}   ({})\n", change.name, change.value, change.origin));
  }
  return 0;
}

}  // namespace cecropia::app

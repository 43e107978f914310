#pragma once
/// \file  The parameters of one run, from file and command line, checked.
#include <string>
#include <vector>

#include "cecropia/app/command_line.hpp"
#include "cecropia/config/document.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/scan/design.hpp"
#include "cecropia/scan/settings.hpp"

namespace cecropia::app {

/// The scan file of a command line, with the table of points that --points names in place of its own; no points at all
/// if they come through a pipe. InputError as scan::read_plan and scan::read_points.
scan::Plan read_plan(const CommandLine& command);

/// Settings and the document that reads them; they stay together, because the document refers to the settings.
struct RunParameters {
  RunParameters() = default;
  RunParameters(const RunParameters&) = delete;
  RunParameters& operator=(const RunParameters&) = delete;

  /// Applies the text of a parameter file, then the assignments of --set in order. InputError as config::Document, and
  /// where values do not fit together (scan::check).
  void apply(const std::string& text, const std::string& file_name, const std::vector<std::string>& assignments);

  /// The same for a command line, collective: one rank reads the file, all get its text. --trees is applied last. A
  /// path of trees that is not there is looked for among the data of the program (core/paths.hpp).
  void apply(const CommandLine& command, const parallel::Communicator& world);
  /// The same where all ranks have the text of the file already.
  void apply(const std::string& text, const std::string& file_name, const CommandLine& command,
             const parallel::Communicator& world);

  /// The base that the points of a scan share: its parameter file, then what the scan file sets, then the assignments.
  void apply(const scan::Plan& plan, const std::string& file_name, const std::vector<std::string>& assignments);
  /// The same for a command line, where all ranks have the plan already.
  void apply(const scan::Plan& plan, const CommandLine& command, const parallel::Communicator& world);

  scan::Settings settings;
  config::Document document{scan::document(settings)};

 private:
  void take_trees(const CommandLine& command, const parallel::Communicator& world);
};

}  // namespace cecropia::app

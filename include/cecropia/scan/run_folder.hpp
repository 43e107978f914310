#pragma once
/// \file  What one model leaves in its folder: run.h5 and run.json (docs/formats.md).
#include <filesystem>
#include <string>

#include "cecropia/config/document.hpp"
#include "cecropia/output/run_file.hpp"
#include "cecropia/scan/run_json.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"

namespace cecropia::scan {

/// Makes the folder if it is not there, and finds out whether a file can be put into it. InputError if not.
void prepare_folder(const std::filesystem::path& folder);

/// Writes a folder while a model is walked. All members but the queries are collective. Until finish() what was in the
/// folder stays. Errors as output::RunFile.
class RunFolder {
 public:
  /// `folder` is there. The others must outlive the object.
  RunFolder(const std::filesystem::path& folder, const Settings& settings, const tree::Forest& forest,
            const stars::Tables& tables, const parallel::Communicator& ranks);

  /// Hooks of run_point that write populations and galaxies.
  void write_populations(const model::Physics& physics);
  void write_level(const model::LevelView& view) { file_.write_level(view); }

  /// For checkpoints: see output::RunFile.
  void copy_levels_to(io::ParallelFile& checkpoint) { file_.copy_levels_to(checkpoint); }
  void take_levels_from(const io::SerialFile& checkpoint, std::size_t levels_done) {
    file_.take_levels_from(checkpoint, forest_, levels_done);
  }

  /// History and provenance; before the facts of the run are taken, because it takes time.
  void write_results(const config::Document& document, const PointReport& report);
  /// Both files are whole on the disk before either takes its name; run.json is the last, so that it exists only when
  /// the run is complete and never stands beside the run.h5 of another run.
  void finish(const config::Document& document, const PointReport& report, const RunFacts& facts);

  /// Which levels are written, and which of `output.redshifts` the forest does not cover.
  const output::LevelChoice& choice() const { return file_.choice(); }

 private:
  std::filesystem::path folder_;
  const Settings& settings_;
  const tree::Forest& forest_;
  const stars::Tables& tables_;
  const parallel::Communicator& ranks_;
  output::RunFile file_;
};

}  // namespace cecropia::scan

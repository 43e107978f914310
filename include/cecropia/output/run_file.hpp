#pragma once
/// \file  DIR/run.h5: history, galaxies and provenance of a run (docs/formats.md). It holds no date, host, path or
/// number of ranks, so equal runs are equal bytes.
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/io/parallel_file.hpp"
#include "cecropia/model/record.hpp"
#include "cecropia/output/fields.hpp"
#include "cecropia/output/parameters.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::output {

/// A named list of numbers, one per level.
struct Column {
  std::string name, unit, description;
  std::vector<double> values;
};

/// What one stellar population does as it ages, per solar mass formed.
struct PopulationTable {
  /// Values by metallicity and age, and `width` of them for each.
  struct Array {
    std::string name, unit, description;
    std::size_t width = 1;
    std::vector<double> values;
  };
  std::string name;  ///< of the group in /populations
  std::vector<double> metallicity, age_myr;
  std::vector<Array> arrays;
};

/// The populations of a run and what they share.
struct PopulationTables {
  double redshift = 0, m_massive_msun = 0;  ///< at which the IMF is taken; lowest mass of a star that is followed
  std::vector<std::string> fates;           ///< what the last dimension of an array of that width counts
  std::vector<PopulationTable> populations;
};

/// What determines a result. Nothing in it may depend on machine, moment, paths or ranks.
struct Provenance {
  std::string parameters_json;  ///< the resolved physics parameters, as JSON text
  std::string program_version;
  /// Content hashes of stellar tables, forest, observational tables, and of tables of one's own (0: none).
  std::uint64_t tables_hash = 0, forest_hash = 0, observations_hash = 0, own_tables_hash = 0;
};

/// Writes run.h5. All members are collective. An InputError (no room, folder not writable, unknown property) comes on
/// all ranks together; until commit() whatever was at the target stays.
class RunFile {
 public:
  static constexpr std::int64_t schema = 1;  ///< of the layout in docs/formats.md

  /// `redshift`: of the forest's levels. `resolved`: the galaxies are of a model that knows ResolvedGalaxy. `ranks`
  /// must outlive the file.
  RunFile(const parallel::Communicator& ranks, const std::filesystem::path& target, const Parameters& parameters,
          const std::vector<double>& redshift, bool resolved = false);

  /// To be called for every level in order, written or not (which galaxies stood in the level before is remembered).
  void write_level(const model::LevelView& view);
  /// `/history`, one dataset per column; all of one length. Every rank brings the same.
  void write_history(const std::vector<Column>& columns);
  /// `/populations`. Every rank brings the same.
  void write_populations(const PopulationTables& tables);
  /// `/provenance`.
  void write_provenance(const Provenance& provenance);
  /// Finishes the file and gives it its name.
  void commit();

  /// For checkpoints: the levels so far go into another file, and come back from there. Whatever the number of ranks
  /// then, the file is the same as if there had been no break. `levels_done`: of the forest, written or not.
  void copy_levels_to(io::ParallelFile& checkpoint);
  void take_levels_from(const io::SerialFile& checkpoint, const tree::Forest& forest, std::size_t levels_done);

  /// Which levels are written, and which of `output.redshifts` the forest does not cover.
  const LevelChoice& choice() const { return choice_; }

 private:
  /// A level in the file.
  struct Written {
    model::Level facts;
    std::int64_t galaxies = 0;  // of all ranks
  };
  void begin_level(io::ParallelFile& file, const Written& level) const;
  template <class Visit>
  void for_each_column(Visit visit) const;

  const parallel::Communicator& ranks_;
  Parameters parameters_;
  LevelChoice choice_;
  std::vector<const Field*> fields_;
  io::ParallelFile file_;
  std::vector<Written> written_;
  // Row in the file of each halo of this rank at the last level seen, -1 where not written; empty if the level was not.
  std::vector<std::int64_t> row_before_;
  tree::Halo first_before_ = 0;
};

/// Name of the group of a level: "/galaxies/level_007".
std::string level_group(std::size_t level);

}  // namespace cecropia::output

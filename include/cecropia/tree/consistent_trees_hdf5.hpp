#pragma once
/// \file  consistent-trees in HDF5, as uchuutools writes it: data files with one dataset per column or one table, halos
/// of a forest together; a file that links to all of them. Columns and units are those of consistent-trees ASCII. User
/// guide: docs/tree_formats.md.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::consistent_trees_hdf5 {

/// Columns as they stand in the files, rows of whole forests. Masses are Msun/h, positions comoving Mpc/h. Columns that
/// the files lack are empty: pid, phantom, main, n_progenitors.
struct Columns {
  std::vector<std::int64_t> id, descendant, upid, pid, n_progenitors;
  std::vector<double> scale, mass, x, y, z, phantom, main;
};

/// What a reader knows of the set its halos come from.
struct Frame {
  double h = 0.0;
  double box_mpc_h = 0.0;     ///< 0: not known
  std::vector<double> scale;  ///< of the levels, rising
  bool check_progenitors = true;
};

/// Scale factors that are no farther apart than consistent-trees rounds them are one level: its smallest value.
std::vector<double> levels_of(std::vector<double> scale_factors);

/// Appends rows [first, last) of `columns`, one forest, the `forest`-th of `into`. InputError, before anything is
/// appended: an id below 0, a scale factor of no level, a mass that is not positive and finite, a position that is not
/// within one box length of the box. `row_in_file` names a row of `columns`.
void append(Catalogue& into, std::uint32_t forest, const Columns& columns, std::size_t first, std::size_t last,
            const Frame& frame, const std::function<std::string(std::size_t)>& row_in_file);

/// True for an HDF5 file with ForestInfo and Forests, or one that links to such files (File0, ...), or a folder with
/// one.
bool recognise(const std::string& path);

/// The set to which the file that links to all of them leads; of data files alone the set whose first file is given, or
/// that the folder holds. Ids of halos and forests are those of consistent-trees. The mass is trees.mass_column, with
/// "auto" Mvir, for all halos. The levels are the scale factors that occur, for which the column is read once when the
/// set is opened; or those of trees.scale_factors.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::consistent_trees_hdf5

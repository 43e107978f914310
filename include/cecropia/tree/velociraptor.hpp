#pragma once
/// \file  Walkable trees of VELOCIraptor and TreeFrog (Elahi et al. 2019), HDF5: the forest files made for
/// semi-analytic models (`P.foreststats.hdf5`, `P.hdf5.0`, ...), or one file with trees and halo properties. User
/// guide: docs/tree_formats.md.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/by_snapshot.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::velociraptor {

/// Rows of one snapshot as they stand in the file; mass and position are empty where only links are wanted.
struct Columns {
  std::vector<std::int64_t> id, head, tail, host;
  std::vector<double> mass;
  std::array<std::vector<double>, 3> position;
};

/// What a unit of the file is in ours. Applied as value * factor / divisor.
struct Units {
  double mass_msun = 1.0, mass_divisor = 1.0;
  double length_cmpc = 1.0, length_divisor = 1.0;
  double box_cmpc = 0.0;  ///< 0: not known, positions are not wrapped
};

/// Appends the rows with their meaning: Head is the descendant (its own id or less than 0: none), Tail the main
/// progenitor (its own id or less than 0: none), hostHaloID the host at the same snapshot (less than 0: none). `where`
/// names file and group. InputError: an id below 0, a position outside of the box by more than one box or not finite.
/// Columns of different lengths are an InternalError.
void append_rows(const Columns& columns, const Units& units, std::uint32_t level, const std::string& where,
                 std::vector<SnapshotRow>& into);

/// True for a forest file, its statistics, a walkable tree or a raw TreeFrog graph, or a folder with one of them.
bool recognise(const std::string& path);

/// Ids are those of the file: snapshot * 10^12 + index + 1. InputError: raw graphs, walkable trees without masses,
/// files missing from the set, columns missing or of unequal length.
std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::velociraptor

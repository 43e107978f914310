#pragma once
/// \file  Merger trees that GADGET-4 makes while it runs (Springel et al. 2021), HDF5: subhalos of SUBFIND (or groups of
/// HBT), one tree after the other through all files of the set: a tree may start in one file and end in the next.
/// Cosmology, box, units and times of the snapshots are in the files. User guide: docs/trees.md.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/subhalos.hpp"

namespace cecropia::tree::gadget4 {

/// Columns of TreeHalos as they stand in the files, rows of one or several whole trees.
struct Columns {
  std::vector<std::int64_t> descendant, first_progenitor, next_progenitor, main_progenitor, first_in_group, snapshot,
      number;                         ///< SubhaloNr, in the catalogue of its snapshot
  std::vector<double> group_mass;     ///< the one chosen; empty: none is
  std::vector<double> own_mass;       ///< SubhaloMass
  std::vector<std::array<double, 3>> position;
};

/// Units of the files; 1 for 1e10 Msun/h and comoving Mpc/h.
struct Units {
  double length_mpc_h = 1.0;
  double mass_1e10_msun_h = 1.0;
};

/// Rows [first, last) of `columns`, one tree. Ids are SnapNum * 10^12 + SubhaloNr. InputError if SnapNum or SubhaloNr do
/// not make such an id; `row_in_file` names a row of `columns` for the message.
Subhalos decode(const Columns& columns, std::size_t first, std::size_t last, const Units& units,
                const std::function<std::string(std::size_t)>& row_in_file);

/// True for an HDF5 file with TreeHalos, TreeTable and TreeTimes, or a folder with one.
bool recognise(const std::string& path);

/// The set that the file belongs to, or that the folder holds. Forests are GADGET-4's trees. The mass of a central halo is
/// the group mass chosen by trees.mass_column (with "auto" the only one there is) or its own where that is 0; satellites
/// have their own, SubhaloMass. With trees.mass_column = SubhaloMass all have their own.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::gadget4

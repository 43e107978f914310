#pragma once
/// \file  Merger trees that GADGET-4 makes while it runs (Springel et al. 2021), HDF5: subhalos of SUBFIND (or groups
/// of HBT), one tree after the other through all files of the set: a tree may start in one file and end in the next.
/// Cosmology, box, units and times of the snapshots are in the files. User guide: docs/tree_formats.md.
#include <memory>
#include <string>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::gadget4 {

/// True for an HDF5 file with TreeHalos, TreeTable and TreeTimes, or a folder with one.
bool recognise(const std::string& path);

/// The set that the file belongs to, or that the folder holds. Ids are SnapNum * 10^12 + SubhaloNr. Forests are
/// GADGET-4's trees. The mass of a central halo is the group mass chosen by trees.mass_column (with "auto" the only one
/// there is) or its own where that is 0; satellites have their own, SubhaloMass. With trees.mass_column = SubhaloMass
/// all have their own.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::gadget4

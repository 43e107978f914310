#pragma once
/// \file  LHaloTree in HDF5, as Illustris, IllustrisTNG and THESAN give it: a group per tree, a dataset per property.
/// Lengths are comoving kpc/h, masses 1e10 Msun/h. Cosmology and box are not in the files. User guide:
/// docs/tree_formats.md.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::lhalo_tree_hdf5 {

/// Which snapshots the files have: first, first + step, ..., last.
struct Snapshots {
  std::int64_t first = 0, last = 0, step = 1;
  /// The place in the list of snapshots of each of `numbers` (in place): -1 for one that is not of the list.
  void to_levels(std::vector<std::int64_t>& numbers) const;
  std::int64_t count() const { return (last - first) / step + 1; }
};

/// True for an HDF5 file with Header/TreeNHalos and groups Tree0, ..., or a folder with one.
bool recognise(const std::string& path);

/// The set that the file belongs to, or that the folder holds. Forests are the trees of the files, numbered from 0
/// through all files. Ids are SnapNum * 10^12 + SubhaloNumber, or, without SubhaloNumber, the row counted through all
/// files. The mass of a central halo is the group mass chosen by trees.mass_column (with "auto" the only one there is)
/// or its own where that is 0; satellites have their own: SubhaloMass, or the sum of SubhaloMassType, or SubhaloLen
/// particles. With trees.mass_column = SubhaloMass all have their own.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::lhalo_tree_hdf5

#pragma once
/// \file  SubLink (Rodriguez-Gomez et al. 2015), the trees of Illustris and IllustrisTNG: HDF5, one row per subhalo,
/// trees one after the other, links as ids. Lengths are comoving kpc/h, masses 1e10 Msun/h. Times, cosmology and box
/// are not in the files: they come from the parameters. User guide: docs/tree_formats.md.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/subhalos.hpp"

namespace cecropia::tree::sublink {

/// Turns the links of rows [first, last), one tree, from ids (SubhaloID) into places in the tree. InputError if an id
/// occurs twice or a link leads out of the tree.
void links_to_places(SubhaloColumns& columns, const std::vector<std::int64_t>& subhalo_id, std::size_t first,
                     std::size_t last, const std::function<std::string(std::size_t)>& row_in_file);

/// True for an HDF5 file with datasets SubhaloID, DescendantID and TreeID (or a table `Tree` with such columns), or a
/// folder with one.
bool recognise(const std::string& path);

/// The set whose first file is given, or that the folder holds. Forests are SubLink's trees; their id is TreeID where
/// it rises through all files, else they are numbered from 0. Ids are SubhaloIDRaw, which is SnapNum * 10^12 +
/// SubfindID. The mass of a central halo is the group mass chosen by trees.mass_column (with "auto" the only mass there
/// is) or its own where that is 0; satellites have their own: SubhaloMass, or, without it, Mass. With trees.mass_column
/// = SubhaloMass (or Mass) all have that. Minimal trees have no positions.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::sublink

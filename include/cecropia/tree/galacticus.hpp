#pragma once
/// \file  Merger trees in the HDF5 format of Galacticus, versions 1 and 2: one self-describing file, forests as runs of
/// rows, units in the file. Also what `cecropia trees convert` and `trees grow` write (tree/galacticus_writer.hpp).
/// User guide: docs/tree_formats.md.
#include <memory>
#include <string>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree::galacticus {

/// True for an HDF5 file with the groups of either version. Throws InputError for an HDF5 file that is cut.
bool recognise(const std::string& path);

/// Opens the file. The list of forests is read, and, unless this program wrote the file, the columns of times and ids
/// once (in pieces), for the levels and to know whether the ids are unique.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::galacticus

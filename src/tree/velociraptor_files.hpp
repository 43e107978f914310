#pragma once
// Private to the reader of VELOCIraptor trees: which files there are.
#include <string>
#include <vector>

#include "cecropia/io/hdf5.hpp"

namespace cecropia::tree::velociraptor {

/// The data files of the set at `path`: a folder, the statistics of a forest file, one of its data files, or one file
/// with trees and halos. InputError: a raw graph, files missing from the set.
std::vector<io::SerialFile> open_set(const std::string& path);

}  // namespace cecropia::tree::velociraptor

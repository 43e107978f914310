#pragma once
/// \file  Where the data shipped with the program are: params/, trees/ and jobs/.
#include <filesystem>
#include <string_view>
#include <vector>

namespace cecropia {

/// Places that may hold the shipped data, in the order they are tried: $CECROPIA_DATA; the folder named in the file
/// `cecropia.data` beside the executable (written by the build, so that a build folder may lie anywhere); two folders
/// above the executable (build/bin/ inside the source); ../share/cecropia from the executable (an installation, which
/// may be moved).
std::vector<std::filesystem::path> data_places();

/// The first of data_places() that holds `relative`, e.g. "params/observations"; InputError naming all places if none
/// does.
std::filesystem::path find_data(std::string_view relative);

}  // namespace cecropia

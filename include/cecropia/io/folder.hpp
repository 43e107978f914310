#pragma once
/// \file  What is in a folder.
#include <filesystem>
#include <vector>

namespace cecropia::io {

/// The paths of all that is in `folder`, sorted; none if there is no such folder. InputError if it cannot be read to
/// its end: a list without its rest would be taken for the whole.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

}  // namespace cecropia::io

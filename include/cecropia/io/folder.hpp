#pragma once
/// \file  What is in a folder.
#include <filesystem>
#include <vector>

namespace cecropia::io {

/// All that is in `folder`, sorted by name, with the kinds that the folder itself tells; none if there is no such
/// folder. InputError if it cannot be read to its end: a list without its rest would be taken for the whole.
std::vector<std::filesystem::directory_entry> entries_of(const std::filesystem::path& folder);

}  // namespace cecropia::io

#pragma once
/// \file  The place for the output, tried before the work begins.
#include <filesystem>

namespace cecropia::app {

/// Makes the folder if it is not there and tries that files can be made in it. What it holds stays: results replace
/// those of an earlier run only when the new ones are complete. InputError if it is a file or cannot be written.
void prepare_output_folder(const std::filesystem::path& folder);

}  // namespace cecropia::app

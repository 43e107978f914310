#pragma once
/// \file  Trees that other programs made are not replaced by a conversion.
#include <filesystem>
#include <string>

namespace cecropia::tree {

/// Refuses a target of a conversion that is the source itself, or that holds trees of another program: what the model
/// does not use is not converted, so nothing could bring it back. Anything else at the target may be replaced, also
/// trees that this program wrote. Not collective. InputError with the target.
void refuse_to_replace_trees(const std::string& source, const std::filesystem::path& target);

}  // namespace cecropia::tree

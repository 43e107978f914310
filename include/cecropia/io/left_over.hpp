#pragma once
/// \file  What processes leave beside their targets when they are killed. The digits in the name of a temporary
/// (atomic_file.hpp) tell who made it: machine, process, and a count.
#include <cstddef>
#include <filesystem>

namespace cecropia::io {

/// The name of a temporary of this process beside `target`, for a file or a folder; another one each time.
std::filesystem::path temporary_beside(const std::filesystem::path& target);

/// Removes the temporaries beside `target` whose processes lived on this machine and are dead; returns how many. Others
/// may be at work beside it: theirs stay.
std::size_t remove_left_over(const std::filesystem::path& target);

}  // namespace cecropia::io

#pragma once
/// \file  The log: rank 0 talks to the user (stderr) and writes the log file; the others reach the terminal only with
/// warnings, marked with their rank. What matters is never lost and never printed a thousand times.
#include <cstddef>
#include <filesystem>

#include "cecropia/app/command_line.hpp"

namespace cecropia::app {

/// Starts (or starts again) the log of this process on stderr.
void start_log(int rank, Verbosity verbosity);

/// Rank 0 only: from now on everything, debug messages included, also goes to the end of `file`. InputError if it
/// cannot be written.
void log_to(const std::filesystem::path& file);

/// A warning that nothing keeps others out of this folder.
void warn_of_no_locks(const std::filesystem::path& folder);

/// A word about so many unfinished files that are gone; none if there were none.
void say_what_was_swept(std::size_t n);

}  // namespace cecropia::app

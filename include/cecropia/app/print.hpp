#pragma once
/// \file  Answers of the program go to standard output, everything else to the log.
#include <string>

namespace cecropia::app {

/// Writes `said` to standard output as it is printable (core/printable.hpp), complete or an InputError: a full disk
/// behind a redirection is no success.
void print(const std::string& said);

}  // namespace cecropia::app

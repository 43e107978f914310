#pragma once
/// \file  Answers of the program go to standard output, everything else to the log.
#include <string>

namespace cecropia::app {

/// Writes `text` to standard output, complete or an InputError: a full disk behind a redirection is no success.
void print(const std::string& text);

}  // namespace cecropia::app

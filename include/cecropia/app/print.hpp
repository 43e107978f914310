#pragma once
/// \file  Answers of the program go to standard output, everything else to the log.
#include <string>

namespace cecropia::app {

/// Writes `bytes` for other programs to standard output, complete or an InputError: a full disk behind a redirection is
/// no success.
void write_out(const std::string& bytes);

/// Writes `text` for people to standard output as it is printable (core/printable.hpp), as write_out.
void print(const std::string& text);

}  // namespace cecropia::app

#pragma once
/// \file  The end of a run that cannot go on: every rank ends, the message is seen once, the exit code is the right
/// one.
#include <string>

#include "cecropia/core/exit_codes.hpp"

namespace cecropia::app {

/// Says `message` and ends the job with `exit_code`. Safe before, during and after MPI, and if only this rank calls it.
[[noreturn]] void give_up(int exit_code, const std::string& message);

}  // namespace cecropia::app

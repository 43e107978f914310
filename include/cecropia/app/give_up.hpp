#pragma once
/// \file  The end of a run that cannot go on: every rank ends, the message is seen once, the exit code is the right
/// one.
#include <string>

namespace cecropia::app {

/// Exit codes of the program. 0 only on success.
inline constexpr int exit_done = 0, exit_defect = 1, exit_input = 2, exit_stopped = 3;

/// Says `message` and ends the job with `exit_code`. Safe before, during and after MPI, and if only this rank calls it.
[[noreturn]] void give_up(int exit_code, const std::string& message);

}  // namespace cecropia::app

#pragma once
/// \file  How the program ends; docs/errors.md says the same to its users.

namespace cecropia {

/// Exit codes of the program: 0 only on success; a defect of the program; what the user can repair; asked to stop.
inline constexpr int exit_done = 0, exit_defect = 1, exit_input = 2, exit_stopped = 3;

}  // namespace cecropia

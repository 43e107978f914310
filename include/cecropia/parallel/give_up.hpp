#pragma once
/// \file  The end of a run that cannot go on.
#include <string>

namespace cecropia::parallel {

/// Says `message` once, flushes the log and ends all ranks with `exit_code` (core/exit_codes.hpp). To be called by
/// main() on every rank that caught an exception: rank 0 speaks at once, the others wait half a second, so that an
/// error of all ranks is seen once and an error of one rank is seen all the same. Works before MPI_Init and after
/// MPI_Finalize too.
[[noreturn]] void give_up(int exit_code, const std::string& message);

}  // namespace cecropia::parallel

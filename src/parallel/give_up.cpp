#include "cecropia/parallel/give_up.hpp"

#include <mpi.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#ifdef CECROPIA_COVERAGE
extern "C" {
#include <gcov.h>
}
#endif

namespace cecropia::parallel {

void give_up(int exit_code, const std::string& message) {
  int started = 0, finished = 0, rank = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  const bool parallel = started != 0 && finished == 0;
  if (parallel) MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank != 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  spdlog::error("{}", message);
  spdlog::shutdown();
#ifdef CECROPIA_COVERAGE
  __gcov_dump();  // neither of the two ends below would write down which lines were run
#endif
  if (parallel) MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);  // without destructors of statics: some may be collective
}

}  // namespace cecropia::parallel

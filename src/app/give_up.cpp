#include "cecropia/app/give_up.hpp"

#include <mpi.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "cecropia/app/launcher.hpp"

namespace cecropia::app {

void give_up(int exit_code, const std::string& message) {
  int started = 0, finished = 0, rank = launched_rank(), size = 1;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  const bool parallel = started != 0 && finished == 0;
  if (parallel) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
  }
  // Most errors are found by all ranks. Rank 0 tells them; it ends the job while the others still wait here. An error
  // that only this rank has found is told when the time is over.
  if (rank != 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  if (exit_code == exit_stopped)
    spdlog::warn("{}", message);
  else
    spdlog::error("{}", message);
  spdlog::shutdown();
  if (parallel && size > 1) MPI_Abort(MPI_COMM_WORLD, exit_code);
  if (parallel) MPI_Finalize();  // a single rank waits for nobody
  std::exit(exit_code);
}

}  // namespace cecropia::app

#include "cecropia/app/give_up.hpp"

#include <mpi.h>

#include <chrono>
#include <thread>

#include "cecropia/app/launcher.hpp"
#include "cecropia/parallel/give_up.hpp"

namespace cecropia::app {

void give_up(int exit_code, const std::string& message) {
  int started = 0, finished = 0, size = 1;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  if (started == 0 && launched_rank() != 0) {
    // MPI cannot tell who we are yet, mpirun can: rank 0 speaks, and its exit ends the others while they wait here.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  } else if (started != 0 && finished == 0) {
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (size == 1) MPI_Finalize();  // nobody waits for a single rank, so it can leave without MPI_Abort's own message
  }
  parallel::give_up(exit_code, message);
}

}  // namespace cecropia::app

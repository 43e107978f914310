#include "cecropia/app/give_up.hpp"

#include <mpi.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "cecropia/app/launcher.hpp"
#include "cecropia/parallel/give_up.hpp"

namespace cecropia::app {

void give_up(int exit_code, const std::string& message) {
  using std::chrono::milliseconds;
  int started = 0, finished = 0, rank = 0, size = 1;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  if (started == 0 && launched_rank() != 0) {
    // Before MPI all ranks have read the same command line and found the same mistake. Rank 0 speaks, and mpirun ends
    // the others while they wait here. What is no mistake of the user, too little memory for example, may be the lot of
    // this rank alone: then nobody has spoken.
    std::this_thread::sleep_for(milliseconds(2000));
    if (exit_code == exit_input) std::_Exit(exit_code);
  }
  if (started != 0 && finished == 0) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (rank != 0) std::this_thread::sleep_for(milliseconds(1500));  // on a busy machine the end of a job takes a while
    if (size == 1) MPI_Finalize();  // nobody waits for a single rank, so it can leave without MPI_Abort's own message
  }
  parallel::give_up(exit_code, message);
}

}  // namespace cecropia::app

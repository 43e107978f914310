#include "cecropia/app/launcher.hpp"

#include <array>
#include <cstdlib>

namespace cecropia::app {

int launched_rank() {
  // mpirun inside a job sees the variables of SLURM too, and they are not its own: the order matters.
  constexpr std::array names{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::atoi(value);
  }
  return 0;
}

}  // namespace cecropia::app

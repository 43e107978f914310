#pragma once
/// \file  The verbs of the program, one function each. Each returns the exit code of a success and throws otherwise.
#include "cecropia/app/command_line.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::app {

// --- without MPI: these work on a login node; under mpirun rank 0 alone speaks ---
int say(const CommandLine& command);               ///< help, version
int list_parameters(const CommandLine& command);   ///< the reference of all parameters
int check_parameters(const CommandLine& command);  ///< parameter files, as a run would read them
int build_tables(const CommandLine& command);      ///< stellar tables into the cache or a file
int show_tables(const CommandLine& command);       ///< what such a file holds
int import_tables(const CommandLine& command);     ///< a published product as such a file
int export_tables(const CommandLine& command);     ///< such a file as comma-separated values

// --- on all ranks together ---
int run_model(const CommandLine& command, const parallel::Communicator& world);    ///< one model
int scan_models(const CommandLine& command, const parallel::Communicator& world);  ///< many on the same trees
int plan_run(const CommandLine& command, const parallel::Communicator& world);     ///< time and memory, foretold
int describe_trees(const CommandLine& command,
                   const parallel::Communicator& world);  ///< `trees info`, `check`, `draw`
int convert_trees(const CommandLine& command,
                  const parallel::Communicator& world);  ///< `trees convert`, `grow`

}  // namespace cecropia::app

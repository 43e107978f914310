// Cecropia: a semi-analytic model of the first billion years of galaxies, on merger trees.
// This file is the table of contents.
#include <new>

#include "cecropia/app/command_line.hpp"
#include "cecropia/app/give_up.hpp"
#include "cecropia/app/launcher.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5_handle.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/sigterm.hpp"

int main(int argc, char** argv) {
  using namespace cecropia;
  using app::Task;
  app::start_log(app::launched_rank(), app::Verbosity::normal);
  parallel::tell_of_sigterm(app::launched_rank() == 0);
  try {
    const app::CommandLine command = app::parse_command_line(argc, argv);
    app::start_log(app::launched_rank(), command.verbosity);
    switch (command.task) {  // no MPI: these work on a login node
      case Task::say:
        return app::say(command);
      case Task::list_parameters:
        return app::list_parameters(command);
      case Task::check_parameters:
        return app::check_parameters(command);
      case Task::build_tables:
        return app::build_tables(command);
      case Task::show_tables:
        return app::show_tables(command);
      case Task::import_tables:
        return app::import_tables(command);
      case Task::export_tables:
        return app::export_tables(command);
      default:
        break;
    }
    io::start_hdf5();  // before MPI, which would otherwise have it close files inside MPI_Finalize, lost ones too
    const parallel::Environment mpi(argc, argv);
    const auto world = parallel::Communicator::world();
    app::start_log(world.rank(), command.verbosity);
    switch (command.task) {
      case Task::run:
        return app::run_model(command, world);
      case Task::scan:
        return app::scan_models(command, world);
      case Task::plan:
        return app::plan_run(command, world);
      case Task::show_trees:
      case Task::check_trees:
      case Task::draw_tree:
        return app::describe_trees(command, world);
      case Task::convert_trees:
      case Task::grow_trees:
        return app::convert_trees(command, world);
      default:
        break;
    }
  } catch (const InputError& error) {
    app::give_up(exit_input, error.what());
  } catch (const std::bad_alloc&) {
    app::give_up(exit_defect, "there is not enough memory on this node; use more nodes or fewer trees");
  } catch (const std::exception& error) {
    app::give_up(exit_defect,
                 std::string(error.what()) +
                     "\n  This is a defect of cecropia. Please report it with the command line and the log.");
  }
  return exit_defect;
}

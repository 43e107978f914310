// `cecropia trees convert` and `cecropia trees grow`: trees of any source as a file.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "cecropia/app/give_up.hpp"
#include "cecropia/app/log.hpp"
#include "cecropia/app/print.hpp"
#include "cecropia/app/progress.hpp"
#include "cecropia/app/run_parameters.hpp"
#include "cecropia/app/stages.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/left_over.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/batches.hpp"
#include "cecropia/tree/galacticus_writer.hpp"
#include "cecropia/tree/keep_trees.hpp"
#include "cecropia/tree/ytree_writer.hpp"

namespace cecropia::app {

int convert_trees(const CommandLine& command, const parallel::Communicator& world) {
  const auto start = std::chrono::steady_clock::now();
  RunParameters parameters;
  parameters.apply(command, world);
  const scan::Settings& settings = parameters.settings;
  tree::Parameters trees = settings.trees;
  if (command.task == Task::grow_trees) {
    if (command.trees)
      throw InputError({"'trees grow' was given trees", "--trees", "only the parameters of section eps",
                        "use 'cecropia trees convert' for trees that are there"});
    trees.path = "eps";
    trees.format = tree::Format::automatic;
  }
  parallel::on_root(world, [&] {
    tree::refuse_to_replace_trees(trees.path, *command.out);
    say_what_was_swept(io::remove_left_over(*command.out));
  });
  const cosmology::Cosmology cosmos(settings.cosmology);
  const auto set = tree::open_batches(trees, settings.eps, cosmos, settings.seed(), world);
  tree::Conversion done;
  {
    const std::vector<double>& halos = set->predicted_halos();
    Progress progress(command.task == Task::grow_trees ? "grow" : "convert", "halos",
                      std::max(1.0, std::accumulate(halos.begin(), halos.end(), 0.0)),
                      Progress::style_for(world.rank(), command.verbosity));
    const auto write = command.to == "ytree" ? tree::ytree::write : tree::galacticus::write;
    done = write(*set, *command.out, world, [&](double n) { progress.at(n); });
  }
  if (!world.is_root()) return exit_done;
  for (const std::string& warning : set->description().warnings) spdlog::warn("{}", warning);
  for (const tree::Finding& repaired : set->repaired()) spdlog::warn("{}", tree::sentence(repaired));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  spdlog::info("{} halos in {} forests in {}, content {:016x}", done.n_halos, done.n_forests, duration(seconds),
               done.content_hash);
  print(command.out->string() + "\n");
  return exit_done;
}

}  // namespace cecropia::app

#pragma once
/// \file  What a run and a scan need before they begin, with a word in the log.
#include "cecropia/model/evolve.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/tables.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::app {

/// Version and number of ranks into the log, and at -v every value that differs from its default.
void say_what_will_run(const config::Document& document, const parallel::Communicator& world);

/// Collective. One rank builds or reads first; then the others find the file in the cache, or build the same tables in
/// memory. Large tables are read by one rank of each node and live there once.
stars::Tables load_tables(const scan::Settings& settings, const parallel::Communicator& ranks);

/// Collective. The trees for these ranks.
tree::Forest load_trees(const scan::Settings& settings, const parallel::Communicator& ranks);

/// What was loaded, into the log of this rank, with its warnings.
void say_which_trees(const tree::Forest& forest);

/// Which stars there are, who takes them, and whether their cells give back more than they take, into the log.
void say_which_stars(const model::Physics& physics, const stars::Tables& tables);

}  // namespace cecropia::app

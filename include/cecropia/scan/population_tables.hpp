#pragma once
/// \file  The stellar populations of a run as tables for run.h5.
#include "cecropia/model/evolve.hpp"
#include "cecropia/output/run_file.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::scan {

/// LIT-6 for Populations II and III of `physics` at each metallicity bin of `tables` in which their stars are born,
/// with the IMF at `redshift`; ages from 0.1 to 200 Myr in steps of 0.05 dex.
output::PopulationTables population_tables(const model::Physics& physics, const stars::Tables& tables,
                                           double m_massive_msun, double redshift);

}  // namespace cecropia::scan

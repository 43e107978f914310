#pragma once
/// \file  From the reduced sums of all levels to the results. No communication.
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/observe/observations.hpp"
#include "cecropia/observe/parameters.hpp"
#include "cecropia/observe/results.hpp"
#include "level_totals.hpp"

namespace cecropia::observe {

struct Evaluation {
  const Parameters& p;
  const Observations& observations;
  const cosmology::Cosmology& cosmology;
  double count_volume_cmpc3;
  std::vector<LevelTotals> levels;  ///< early to late
};

/// The bin of the mass-metallicity relation that holds z (the last one closed above); null where there is none.
const MzrBin* mzr_bin_at(const std::vector<MzrBin>& bins, double z);

std::vector<Column> history_of(const Evaluation& e);
/// OBS-21: the columns of relations between galaxies, level by level; NaN where there are too few.
void add_relations_by_level(const Evaluation& e, std::vector<Column>& columns);
/// SFRD, CSMD and galaxy relations, each alone, then the aspects (OBS-18).
void add_likelihoods(const Evaluation& e, Results& results);
void add_relations(const Evaluation& e, Results& results);

}  // namespace cecropia::observe

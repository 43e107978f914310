#pragma once
/// \file  A tree set read as a run would read it, for the report about it: nothing is thrown that the report can say.
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/examine.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree {

struct Inspection {
  ForestInfo info;               ///< as far as the source tells
  std::vector<Finding> repairs;  ///< what trees.repair did, before the examination
  Examination examination;       ///< empty but for findings if the reader refuses the files
};

/// Collective. Reads, repairs as trees.repair says, examines, and lets arrange() have the last word: accepted() is true
/// exactly if load() would succeed. A reader stops at what it cannot understand: then that is the only finding
/// ("unreadable"), but for a cosmology that contradicts the parameters ("cosmology"), with which reading goes on.
Inspection inspect(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                   random::Seed seed, const parallel::Communicator& ranks);

}  // namespace cecropia::tree

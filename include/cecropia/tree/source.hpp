#pragma once
/// \file  The one door to trees: whatever the source, the model gets the Forest of this rank.
#include <array>
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/tree/eps.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

enum class Format { automatic, eps, consistent_trees };
inline constexpr std::array format_names{Named<Format>{"auto", Format::automatic}, Named<Format>{"eps", Format::eps},
                                         Named<Format>{"consistent_trees", Format::consistent_trees}};

/// Where the trees come from, section "trees".
struct Parameters {
  std::string path = "eps";  ///< "eps", a tree file, or a folder of tree files
  Format format = Format::automatic;
  std::string mass_column = "Mvir";
  double cosmology_tolerance = 1e-3;
  double volume_cmpc3 = 0.0;  ///< 0: the box of the tree files
  bool check_progenitors = true;
};
/// The parameter table of section "trees".
extern const std::vector<Parameter<Parameters>> rows;

/// The format of `parameters.path`: as given, or recognised from the files themselves. Not collective. InputError: the
/// path does not exist, or its format is none of those that are known.
Format format_of(const Parameters& parameters);

/// Collective. The trees of this rank, validated and in walking order (tree/forest.hpp). Forests are shared out in
/// contiguous runs of nearly equal predicted cost; the concatenation over ranks of every level does not depend on their
/// number. Errors: InputError, the same on all ranks.
Forest load(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
            random::Seed seed, const parallel::Communicator& ranks);

}  // namespace cecropia::tree

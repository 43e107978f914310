#pragma once
/// \file  The one door to trees: whatever the source, the model gets the Forest of this rank.
#include <array>
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/eps.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

enum class Format {
  automatic,
  eps,
  consistent_trees,
  consistent_trees_hdf5,
  galacticus,
  lhalo_tree,
  lhalo_tree_hdf5,
  gadget4,
  sublink,
  ytree,
  velociraptor,
  ahf
};
inline constexpr std::array format_names{Named<Format>{"auto", Format::automatic},
                                         Named<Format>{"eps", Format::eps},
                                         Named<Format>{"consistent_trees", Format::consistent_trees},
                                         Named<Format>{"consistent_trees_hdf5", Format::consistent_trees_hdf5},
                                         Named<Format>{"galacticus", Format::galacticus},
                                         Named<Format>{"lhalo_tree", Format::lhalo_tree},
                                         Named<Format>{"lhalo_tree_hdf5", Format::lhalo_tree_hdf5},
                                         Named<Format>{"gadget4", Format::gadget4},
                                         Named<Format>{"sublink", Format::sublink},
                                         Named<Format>{"ytree", Format::ytree},
                                         Named<Format>{"velociraptor", Format::velociraptor},
                                         Named<Format>{"ahf", Format::ahf}};

/// Where the trees come from, section "trees".
struct Parameters {
  std::string path = "eps";  ///< "eps", a tree file, or a folder of tree files
  Format format = Format::automatic;
  std::string mass_column = "auto";
  std::string scale_factors;  ///< a text file, for formats that do not tell the times of their snapshots
  double cosmology_tolerance = 1e-3;
  double box_cmpc = 0.0;      ///< 0: as the tree files say
  double volume_cmpc3 = 0.0;  ///< 0: the box
  bool check_progenitors = true;
  std::vector<std::string> repair;  ///< names of tree/repair.hpp
  double particle_mass_msun = 0.0;  ///< 0: as the tree files say, or not known
};
/// The parameter table of section "trees".
extern const std::vector<Parameter<Parameters>> rows;

/// The format of `parameters.path`: as given, or recognised from the files themselves. Not collective. InputError: the
/// path does not exist, or its format is none of those that are known.
Format format_of(const Parameters& parameters);

/// Collective. The halos of this rank's forests as the source has them, neither validated nor ordered nor repaired.
/// Fills what the source knows of `info`. Errors: InputError, the same on all ranks.
Catalogue read_unrepaired(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                          random::Seed seed, const parallel::Communicator& ranks, ForestInfo& info);

/// Collective. The same with the repairs that trees.repair names; each is a sentence in info.warnings.
Catalogue read_catalogue(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                         random::Seed seed, const parallel::Communicator& ranks, ForestInfo& info);

/// Collective. The trees of this rank, validated and in walking order (tree/forest.hpp). Forests are shared out in
/// contiguous runs of nearly equal predicted cost; the concatenation over ranks of every level does not depend on their
/// number. Errors: InputError, the same on all ranks.
Forest load(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
            random::Seed seed, const parallel::Communicator& ranks);

}  // namespace cecropia::tree

#pragma once
/// \file  The models of galaxies that can be walked through a forest.
#include <memory>

#include "cecropia/bathtub/parameters.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/disc/kernels.hpp"
#include "cecropia/disc/parameters.hpp"
#include "cecropia/model/evolve.hpp"
#include "cecropia/model/galaxy_model.hpp"
#include "cecropia/model/parameters.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/space/surroundings.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::model {

/// Liu et al. (2025), star by star. All arguments must outlive the model.
std::unique_ptr<GalaxyModel> asloth_galaxies(const tree::Forest& forest, const Physics& physics,
                                             space::Surroundings& surroundings);

/// Toyouchi et al. (2025), discs of rings with dust: docs/theory/disc.md. `forest` and `cosmos` must outlive the model.
std::unique_ptr<GalaxyModel> disc_galaxies(const tree::Forest& forest, const cosmology::Cosmology& cosmos,
                                           const Parameters& walked, const disc::Parameters& p,
                                           const disc::Ejecta& ejecta, random::Seed seed);

/// Li et al. (2025), one reservoir: docs/theory/bathtub.md. `forest` and `cosmos` must outlive the model.
std::unique_ptr<GalaxyModel> bathtub_galaxies(const tree::Forest& forest, const cosmology::Cosmology& cosmos,
                                              const Parameters& walked, const bathtub::Parameters& p);

}  // namespace cecropia::model

#pragma once
/// \file  Surroundings for tests of one or a few halos: the same everywhere, pristine and neutral unless tables say
/// otherwise.
#include "cecropia/space/surroundings.hpp"

namespace cecropia::made {

inline space::Surroundings uniform_surroundings(const cosmology::Cosmology& cosmos, random::Seed seed,
                                                space::Parameters tables = {},
                                                const parallel::Communicator& ranks = parallel::Communicator::self()) {
  space::AllParameters p;
  p.surroundings = std::move(tables);
  p.surroundings.metals = space::MetalSource::uniform;
  p.surroundings.ionisation = space::Ionisation::uniform;
  return space::Surroundings(p, cosmos, 0.0, seed, ranks);
}

}  // namespace cecropia::made

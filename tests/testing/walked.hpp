#pragma once
/// \file  A whole walk kept in memory: all galaxies of all levels, for tests that compare walks.
#include <vector>

#include "cecropia/model/walk.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::made {

struct Walked {
  model::WalkResult result;
  std::vector<std::vector<model::Galaxy>> levels;
  std::vector<model::LevelSums> sums;  ///< by level
};

/// On one rank, with the stellar tables that are built from closed formulae at their defaults.
inline Walked walked(const scan::Settings& s, const tree::Forest& forest) {
  static const stars::Tables tables = stars::build({});
  const cosmology::Cosmology cosmos(s.cosmology);
  const model::Physics physics(s.physics, s.model, cosmos, tables, stars::ImfModel(s.stars.imf_ii()),
                               stars::ImfModel(s.stars.imf_iii()), s.stars.m_massive_msun, forest.age_myr.back(),
                               s.seed());
  space::Surroundings around(s.space, cosmos, forest.info.box_cmpc, s.seed(), parallel::Communicator::self());
  Walked w;
  w.result = model::walk(
      forest, physics, around, parallel::Communicator::self(),
      [&](const model::LevelView& v) {
        w.levels.emplace_back(v.galaxies.begin(), v.galaxies.end());
        w.sums.push_back(v.sums);
      },
      [](std::size_t, std::size_t) { return false; });
  return w;
}

}  // namespace cecropia::made

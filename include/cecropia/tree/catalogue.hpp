#pragma once
/// \file  What a tree source delivers: halos of whole forests as columns, in our units (no h), in any order. The rest of
/// the room turns it into a Forest: validate -> insert halos at skipped levels -> order.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Halos of this rank. All columns have one entry per halo except where noted.
struct Catalogue {
  std::vector<double> redshift;            ///< of the levels, falling (level 0 first); equal on all ranks
  std::vector<std::int64_t> id;            ///< unique over the whole tree set, >= 0
  std::vector<std::int64_t> descendant_id; ///< -1 at a root
  std::vector<std::int64_t> host_id;       ///< most massive host at the same level; -1 for a central
  std::vector<std::uint32_t> level;
  std::vector<double> m_vir_msun;
  std::vector<std::array<float, 3>> position_cmpc;  ///< empty where there are no positions
  std::vector<std::uint8_t> flags;         ///< Forest::is_phantom, ...
  std::vector<std::uint32_t> forest;       ///< index into the per-forest columns; halos of a forest are all on one rank

  // per forest of this rank, in canonical order (rank r's forests come before rank r+1's)
  std::vector<std::int64_t> forest_id;
  std::vector<double> weight_per_cmpc3;

  std::size_t n_halos() const { return id.size(); }
};

/// Turns a validated catalogue into the level-ordered Forest of this rank (walking order of tree/forest.hpp): halos are
/// inserted where a descendant skips levels (log-linear in mass, linear in position with the periodic box), hosts that
/// are absent become no_halo only where validate() said so. `info` is completed (content_hash: collective over ranks).
/// Implemented in src/tree/arrange.cpp.
Forest arrange(const Catalogue& catalogue, const ForestInfo& info);

}  // namespace cecropia::tree

#pragma once
/// \file  What a galaxy does to the space around it, as it travels between ranks.
#include <array>
#include <cstdint>

#include "cecropia/core/elements.hpp"

namespace cecropia::space {

/// A galaxy at the end of a level, seen from outside. Plain record, single precision: it is exchanged once per level.
struct Source {
  std::int64_t halo_id = 0;                        ///< canonical order of all sources
  std::int64_t descendant_id = -1;                 ///< the halo whose own it is at the next level
  std::int64_t host_descendant_id = -1;            ///< satellites: the halo that their host becomes; -1 for centrals
  double weight_per_cmpc3 = 0;                     ///< number density it stands for
  std::array<float, 3> position_cmpc{};            ///< in the periodic box; not used without one
  float bubble_radius_cmpc = 0;                    ///< 0: no bubble
  float region_radius_cmpc = 0;                    ///< of the ionised region; 0: none
  std::array<float, n_metals> bubble_fractions{};  ///< mass fractions of metals in the bubble (BUB-4)
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.halo_id, self.descendant_id, self.host_descendant_id, self.weight_per_cmpc3, self.position_cmpc,
            self.bubble_radius_cmpc, self.region_radius_cmpc, self.bubble_fractions);
  }
};

/// What is kept of a bubble beside its place and size.
struct BubbleContent {
  std::int64_t owner = -1, host = -1;  ///< descendant_id and host_descendant_id of its source
  std::array<float, n_metals> fractions{};
  /// BOX-2: of a progenitor of this halo, or of a satellite of one?
  bool is_own_of(std::int64_t halo_id) const { return owner == halo_id || host == halo_id; }
};
inline BubbleContent content_of(const Source& s) { return {s.descendant_id, s.host_descendant_id, s.bubble_fractions}; }

}  // namespace cecropia::space

#pragma once
/// \file  Which metallicity bin of the tables new stars belong to. Theory manual: docs/theory/stars.md, STA-17.
#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "cecropia/stars/edges.hpp"

namespace cecropia::stars {

/// STA-17: metallicities up to this are those of Population III: the log-midpoint between the bins 1e-6 and 1e-4.
inline constexpr double z_pop_iii_max = 1e-5;

/// STA-17: nearest neighbour in log Z, within the bins of the population. A value: who looks up bins in a loop keeps a
/// copy of its own.
class MetallicityLookup {
 public:
  MetallicityLookup() : MetallicityLookup(std::vector<double>{1.0}) {}
  /// `z_grid`: positive and ascending, at least one.
  explicit MetallicityLookup(const std::vector<double>& z_grid);

  /// The nearest bin: log-midpoints; Z = 0 and below the first midpoint -> 0.
  std::size_t nearest(double z) const { return cells_.cell_of(z); }
  /// The bin of new stars.
  std::size_t bin(double z, bool is_pop_iii) const {
    const std::size_t i = is_pop_iii ? 1 : 0;
    return std::clamp(nearest(z), lowest_[i], highest_[i]);
  }
  std::size_t first_pop_ii_bin() const { return lowest_[0]; }   ///< bin 1, if there is one
  std::size_t last_pop_iii_bin() const { return highest_[1]; }  ///< the last one with Z <= 1e-5, at least bin 0

 private:
  Edges cells_;
  std::array<std::size_t, 2> lowest_{}, highest_{};  // of Population II, of Population III
};

}  // namespace cecropia::stars

#pragma once
// Forests by number of halos: for what describes a set and what examines it.
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/examine.hpp"

namespace cecropia::tree {

class ForestSizes {
 public:
  void add(std::int64_t forest_id, std::int64_t n_halos);
  /// All forests of a rank: `forest` holds the forest of each halo, an index into `forest_id`.
  template <class Ids, class Column>
  void add_all(const Ids& forest_id, const Column& forest) {
    std::vector<std::int64_t> size(forest_id.size(), 0);
    for (const std::uint32_t f : forest) ++size[f];
    for (std::size_t f = 0; f < size.size(); ++f) add(forest_id[f], size[f]);
  }
  /// Collective: from here on the forests of all ranks.
  void join(const parallel::Communicator& ranks);

  std::int64_t largest() const { return largest_; }  ///< halos of the largest forest; 0 if there is none
  /// Of the largest forests the smallest id; -1 if there are no halos.
  std::int64_t id_of_largest() const { return largest_ > 0 ? id_of_largest_ : -1; }
  std::vector<SizeClass> classes() const;  ///< powers of ten that have a forest

 private:
  static constexpr std::int64_t no_id = std::numeric_limits<std::int64_t>::max();
  static constexpr std::size_t decades = 19;       // of a 64-bit number
  std::array<std::int64_t, 2 * decades> table_{};  // by decade: forests, halos
  std::int64_t largest_ = 0, id_of_largest_ = no_id;
};

}  // namespace cecropia::tree

#pragma once
/// \file  From a halo's id to its place: open addressing, no node per entry, never iterated over.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Finds halos by id. Holds up to 2^32 - 2 entries.
class IdIndex {
 public:
  /// Forgets everything and makes room for `n` ids.
  void reset(std::size_t n) {
    const std::size_t wanted = std::bit_ceil(n * 2 + 2);
    shift_ = 64 - std::countr_zero(wanted);
    slots_.assign(wanted, Slot{});
  }
  /// The place of an earlier entry with this id, or no_halo after the new one was added.
  Halo insert(std::int64_t id, Halo place) {
    for (std::size_t i = home(id);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].place == no_halo) {
        slots_[i] = {id, place};
        return no_halo;
      }
      if (slots_[i].id == id) return slots_[i].place;
    }
  }
  /// The place of `id`; no_halo if it was never added.
  Halo find(std::int64_t id) const {
    if (slots_.empty()) return no_halo;
    for (std::size_t i = home(id);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].place == no_halo) return no_halo;
      if (slots_[i].id == id) return slots_[i].place;
    }
  }

 private:
  struct Slot {
    std::int64_t id = 0;
    Halo place = no_halo;
  };
  // Fibonacci hashing: consecutive ids, the usual case, spread evenly.
  std::size_t home(std::int64_t id) const {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15u) >> shift_);
  }
  std::vector<Slot> slots_;
  int shift_ = 64;
};

}  // namespace cecropia::tree

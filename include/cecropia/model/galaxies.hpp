#pragma once
/// \file  The galaxies of two levels: slots into a pool. A halo that never held baryons costs 24 bytes per level here;
/// the state of a galaxy moves from the main progenitor to its descendant and is never copied.
#include <memory>
#include <vector>

#include "cecropia/core/archive.hpp"
#include "cecropia/model/baryons.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::model {

/// What every halo of a level carries, with or without a galaxy.
struct HaloState {
  std::uint32_t slot = no_slot;  ///< galaxy, if any
  std::int64_t branch_id = -1;   ///< id of the leaf of the main branch
  double m_peak_msun = 0;        ///< largest mass of the halo and all its progenitors
};

/// The states of the previous and the current level, and the pool behind them.
class Galaxies {
 public:
  explicit Galaxies(const RingTimes& times) : times_(times) {}

  /// Makes the current level the previous one and opens a new one of n halos, the first of which has index `first`.
  void open(tree::Halo first, tree::Halo n);
  HaloState& current(tree::Halo h) { return current_[h - current_first_]; }
  HaloState& previous(tree::Halo h) { return previous_[h - previous_first_]; }

  Baryons& at(std::uint32_t slot) { return pool_[slot]; }
  Clocks* clocks_of(const Baryons& b) { return b.clocks == no_slot ? nullptr : clocks_[b.clocks].get(); }

  std::uint32_t acquire();                       ///< a fresh, empty galaxy
  void release(std::uint32_t slot);              ///< ends it; its clocks go back to the pool
  void give_clocks(Baryons& b);                  ///< if it has none
  void retire_clocks(Baryons& b, double t_myr);  ///< if nothing is alive and nothing was formed lately
  /// `from` joins `into` and ends.
  void join(std::uint32_t into, std::uint32_t from);

  /// For checkpoints: a halo of the current level with its galaxy; read into an empty one.
  void save(tree::Halo h, ByteWriter& archive);
  void restore(tree::Halo h, ByteReader& archive);

  std::size_t n_in_use() const { return pool_.size() - free_.size(); }
  std::size_t n_clocks() const { return clocks_.size(); }

 private:
  const RingTimes times_;
  std::vector<HaloState> previous_, current_;
  tree::Halo previous_first_ = 0, current_first_ = 0;
  std::vector<Baryons> pool_;
  std::vector<std::uint32_t> free_;
  std::vector<std::unique_ptr<Clocks>> clocks_;
  std::vector<std::uint32_t> free_clocks_;
};

}  // namespace cecropia::model

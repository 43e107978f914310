#include "cecropia/model/galaxies.hpp"

namespace cecropia::model {

void Galaxies::open(tree::Halo first, tree::Halo n) {
  previous_.swap(current_);
  previous_first_ = current_first_;
  current_.assign(n, HaloState{});
  current_first_ = first;
}

std::uint32_t Galaxies::acquire() {
  if (!free_.empty()) {
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    pool_[slot] = Baryons{};
    return slot;
  }
  pool_.emplace_back();
  return static_cast<std::uint32_t>(pool_.size() - 1);
}

void Galaxies::give_clocks(Baryons& b) {
  if (b.clocks != no_slot) return;
  if (!free_clocks_.empty()) {
    b.clocks = free_clocks_.back();
    free_clocks_.pop_back();
    clocks_[b.clocks]->clear();
    return;
  }
  clocks_.push_back(std::make_unique<Clocks>(times_));
  b.clocks = static_cast<std::uint32_t>(clocks_.size() - 1);
}

void Galaxies::release(std::uint32_t slot) {
  if (pool_[slot].clocks != no_slot) free_clocks_.push_back(pool_[slot].clocks);
  pool_[slot] = Baryons{};
  free_.push_back(slot);
}

void Galaxies::retire_clocks(Baryons& b, double t_myr) {
  const Clocks* clocks = clocks_of(b);
  if (clocks == nullptr || clocks->alive_after(t_myr) || !clocks->history.idle_at(t_myr)) return;
  free_clocks_.push_back(b.clocks);
  b.clocks = no_slot;
}

void Galaxies::join(std::uint32_t into, std::uint32_t from) {
  Baryons& a = pool_[into];
  Baryons& b = pool_[from];
  merge(a, b);
  if (a.clocks == no_slot) {
    std::swap(a.clocks, b.clocks);
  } else if (b.clocks != no_slot) {
    clocks_[a.clocks]->merge(*clocks_[b.clocks]);
  }
  release(from);
}

void Galaxies::save(tree::Halo h, ByteWriter& archive) {
  const HaloState& halo = current(h);
  archive(halo.branch_id, halo.m_peak_msun, halo.slot != no_slot);
  if (halo.slot == no_slot) return;
  const Baryons& b = at(halo.slot);
  const Clocks* clocks = clocks_of(b);
  archive(b, clocks != nullptr);
  if (clocks != nullptr) archive(*clocks);
}

void Galaxies::restore(tree::Halo h, ByteReader& archive) {
  HaloState& halo = current(h);
  bool has_galaxy = false, has_clocks = false;
  archive(halo.branch_id, halo.m_peak_msun, has_galaxy);
  if (!has_galaxy) return;
  halo.slot = acquire();
  Baryons& b = at(halo.slot);
  archive(b, has_clocks);
  if (!has_clocks) return;
  give_clocks(b);
  archive(*clocks_of(b));
}

}  // namespace cecropia::model

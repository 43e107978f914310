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

}  // namespace cecropia::model

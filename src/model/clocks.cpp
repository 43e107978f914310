#include "cecropia/model/clocks.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::model {
namespace {

void accumulate(DeathSlot& a, const DeathSlot& b) {
  a.e_1e51_erg += b.e_1e51_erg;
  a.returned_msun += b.returned_msun;
  a.q_ii += b.q_ii;
  a.q_iii += b.q_iii;
  for (std::size_t e = 0; e < n_metals; ++e) a.metals_msun[e] += b.metals_msun[e];
  a.ccsn += b.ccsn;
  a.pisn += b.pisn;
}

}  // namespace

Calendar::Calendar(double spacing_myr, double longest_life_myr, double longest_step_myr) : spacing_(spacing_myr) {
  std::size_t n = 64;
  while (static_cast<double>(n) < (longest_life_myr + longest_step_myr) / spacing_myr + 4.0) n *= 2;
  mask_ = n - 1;
  slots_.resize(n);
}

void Calendar::add(const stars::Kind& kind, double count, double t_birth_myr, double t_now_myr, bool is_pop_iii) {
  const auto k = static_cast<std::int64_t>((t_birth_myr + static_cast<double>(kind.lifetime_myr)) / spacing_ + 0.5);
  const auto now = static_cast<std::int64_t>(t_now_myr / spacing_);
  if (k <= now || k - now > static_cast<std::int64_t>(mask_))
    throw InternalError("a star dies before its birth or outlives the calendar of stellar deaths");
  const auto n = static_cast<float>(count);
  DeathSlot& s = slot(k);
  s.e_1e51_erg += n * kind.e_sn_1e51_erg;
  s.returned_msun += n * kind.m_loss_msun;
  (is_pop_iii ? s.q_iii : s.q_ii) += n * kind.q_1e48_per_s;
  for (std::size_t e = 0; e < n_metals; ++e) s.metals_msun[e] += n * kind.ejecta_msun[e];
  if (kind.fate == stars::Fate::ccsn || kind.fate == stars::Fate::ecsn) s.ccsn += n;
  if (kind.fate == stars::Fate::pisn) s.pisn += n;
  last_ = std::max(last_, k);
}

DeathSlot Calendar::take(double from_myr, double to_myr) {
  DeathSlot sum;
  const auto first = static_cast<std::int64_t>(std::floor(from_myr / spacing_)) + 1;
  const auto end = std::min(static_cast<std::int64_t>(std::floor(to_myr / spacing_)), last_);
  for (std::int64_t k = first; k <= end; ++k) {
    DeathSlot& s = slot(k);
    accumulate(sum, s);
    s = DeathSlot{};
  }
  return sum;
}

void Calendar::merge(const Calendar& other) {
  for (std::size_t i = 0; i < slots_.size(); ++i) accumulate(slots_[i], other.slots_[i]);
  last_ = std::max(last_, other.last_);
}

std::array<double, 2> Calendar::photons_after(double t_myr) const {
  std::array<double, 2> q{};
  for (auto k = static_cast<std::int64_t>(std::floor(t_myr / spacing_)) + 1; k <= last_; ++k) {
    const DeathSlot& s = slots_[static_cast<std::size_t>(k) & mask_];
    q[0] += static_cast<double>(s.q_ii);
    q[1] += static_cast<double>(s.q_iii);
  }
  return q;
}

void Calendar::clear() {
  std::fill(slots_.begin(), slots_.end(), DeathSlot{});
  last_ = -1;
}

void History::advance(std::int64_t slot) {
  if (slot <= now_) return;
  const auto first = [this, slot](std::int64_t n) { return std::max({now_ + 1, slot - n + 1, std::int64_t{0}}); };
  for (std::int64_t k = first(n_long); k <= slot; ++k) formed_[static_cast<std::size_t>(k % n_long)] = 0;
  for (std::int64_t k = first(n_short); k <= slot; ++k) {
    massive_[static_cast<std::size_t>(k % n_short)] = 0;
    oxygen_[static_cast<std::size_t>(k % n_short)] = 0;
  }
  now_ = slot;
}

void History::add(double t_myr, double formed_msun, double massive_msun, double oxygen_msun) {
  const auto slot = static_cast<std::int64_t>(t_myr);
  advance(slot);
  formed_[static_cast<std::size_t>(slot % n_long)] += static_cast<float>(formed_msun);
  massive_[static_cast<std::size_t>(slot % n_short)] += static_cast<float>(massive_msun);
  oxygen_[static_cast<std::size_t>(slot % n_short)] += static_cast<float>(oxygen_msun);
}

void History::merge(const History& other) {
  if (other.now_ < 0) return;
  History late = other;
  const std::int64_t now = std::max(std::max(now_, late.now_), std::int64_t{0});
  advance(now);
  late.advance(now);
  for (std::size_t i = 0; i < n_long; ++i) formed_[i] += late.formed_[i];
  for (std::size_t i = 0; i < n_short; ++i) {
    massive_[i] += late.massive_[i];
    oxygen_[i] += late.oxygen_[i];
  }
}

History::Recent History::recent(double t_myr) const {
  Recent r{};
  // Slot k holds [k, k+1). Slots later than now_ are empty, slots before now_ - n_long + 1 are overwritten.
  const auto overlap = [t_myr](std::int64_t k, double window) {
    return std::clamp(static_cast<double>(k) + 1.0 - (t_myr - window), 0.0, 1.0);
  };
  for (std::int64_t k = std::max(std::int64_t{0}, now_ - n_long + 1); k <= now_; ++k)
    r.formed_100_msun += overlap(k, 100.0) * static_cast<double>(formed_[static_cast<std::size_t>(k % n_long)]);
  for (std::int64_t k = std::max(std::int64_t{0}, now_ - n_short + 1); k <= now_; ++k) {
    const double w = overlap(k, 10.0);
    const auto i = static_cast<std::size_t>(k % n_short);
    r.formed_10_msun += w * static_cast<double>(formed_[static_cast<std::size_t>(k % n_long)]);
    r.massive_10_msun += w * static_cast<double>(massive_[i]);
    r.oxygen_10_msun += w * static_cast<double>(oxygen_[i]);
  }
  return r;
}

}  // namespace cecropia::model

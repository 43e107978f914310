#include "cecropia/model/clocks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cecropia/core/error.hpp"

namespace cecropia::model {
namespace {

void count_up(std::uint32_t& stars, std::int64_t more) {
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (more > most - stars)
    throw InputError({"more than 4294967295 massive stars of one galaxy die at one time", "the walk",
                      "fewer than 4e9 massive stars formed per Myr in a galaxy, some 3e5 Msun/yr",
                      "let star_formation.cap_steps be true, or lower star_formation.eta_ii, eta_iii or accuracy"});
  stars += static_cast<std::uint32_t>(more);
}

}  // namespace

void DeathSlot::add(const stars::Kind& kind, std::int64_t count, bool is_pop_iii) {
  const auto n = static_cast<float>(count);
  e_1e51_erg += n * kind.e_sn_1e51_erg;
  returned_msun += n * kind.m_loss_msun;
  (is_pop_iii ? q_iii : q_ii) += n * kind.q_1e48_per_s;
  for (std::size_t e = 0; e < n_metals; ++e) metals_msun[e] += n * kind.ejecta_msun[e];
  if (kind.fate == stars::Fate::ccsn || kind.fate == stars::Fate::ecsn) count_up(ccsn, count);
  if (kind.fate == stars::Fate::pisn) count_up(pisn, count);
}

void DeathSlot::add(const DeathSlot& other) {
  e_1e51_erg += other.e_1e51_erg;
  returned_msun += other.returned_msun;
  q_ii += other.q_ii;
  q_iii += other.q_iii;
  for (std::size_t e = 0; e < n_metals; ++e) metals_msun[e] += other.metals_msun[e];
  count_up(ccsn, other.ccsn);
  count_up(pisn, other.pisn);
}

void LightSlot::add(const stars::Kind& kind, std::int64_t count, bool is_pop_iii) {
  const auto n = static_cast<float>(count);
  (is_pop_iii ? q_lw_iii : q_lw_ii) += n * kind.q_lw_1e48_per_s;
  (is_pop_iii ? l_uv_iii : l_uv_ii) += n * kind.l_uv_1e20_erg_s_hz;
  switch (kind.fate) {
    case stars::Fate::wd:
      return count_up(wd, count);
    case stars::Fate::ppisn:
      return count_up(ppisn, count);
    case stars::Fate::fsn:
      return count_up(fsn, count);
    case stars::Fate::dbh:
      return count_up(dbh, count);
    case stars::Fate::ecsn:
    case stars::Fate::ccsn:
    case stars::Fate::pisn:
      return;  // in DeathSlot
  }
}

void LightSlot::add(const LightSlot& other) {
  q_lw_ii += other.q_lw_ii;
  q_lw_iii += other.q_lw_iii;
  l_uv_ii += other.l_uv_ii;
  l_uv_iii += other.l_uv_iii;
  count_up(wd, other.wd);
  count_up(ppisn, other.ppisn);
  count_up(fsn, other.fsn);
  count_up(dbh, other.dbh);
}

template <class Slot>
DeathRing<Slot>::DeathRing(double spacing_myr, double longest_life_myr, double longest_step_myr)
    : spacing_(spacing_myr) {
  std::size_t n = 64;
  while (static_cast<double>(n) < (longest_life_myr + longest_step_myr) / spacing_myr + 4.0) n *= 2;
  mask_ = n - 1;
  slots_.resize(n);
}

template <class Slot>
void DeathRing<Slot>::add(const stars::Kind& kind, std::int64_t count, double t_birth_myr, double t_now_myr,
                          bool is_pop_iii) {
  const auto k = static_cast<std::int64_t>((t_birth_myr + static_cast<double>(kind.lifetime_myr)) / spacing_ + 0.5);
  const auto now = static_cast<std::int64_t>(t_now_myr / spacing_);
  if (k <= now || k - now > static_cast<std::int64_t>(mask_))
    throw InternalError("a star dies before its birth or outlives the calendar of stellar deaths");
  slot(k).add(kind, count, is_pop_iii);
  last_ = std::max(last_, k);
}

template <class Slot>
Slot DeathRing<Slot>::take(double from_myr, double to_myr) {
  Slot sum;
  const auto first = static_cast<std::int64_t>(std::floor(from_myr / spacing_)) + 1;
  const auto end = std::min(static_cast<std::int64_t>(std::floor(to_myr / spacing_)), last_);
  for (std::int64_t k = first; k <= end; ++k) {
    Slot& s = slot(k);
    sum.add(s);
    s = Slot{};
  }
  return sum;
}

template <class Slot>
void DeathRing<Slot>::merge(const DeathRing& other) {
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].add(other.slots_[i]);
  last_ = std::max(last_, other.last_);
}

template <class Slot>
void DeathRing<Slot>::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  last_ = -1;
}

template class DeathRing<DeathSlot>;
template class DeathRing<LightSlot>;

std::array<double, 2> photons_after(const Calendar& calendar, double t_myr) {
  std::array<double, 2> q{};
  calendar.for_each_after(t_myr, [&q](const DeathSlot& s) {
    q[0] += static_cast<double>(s.q_ii);
    q[1] += static_cast<double>(s.q_iii);
  });
  return q;
}

Light light_after(const LightCalendar& calendar, double t_myr) {
  Light sum;
  calendar.for_each_after(t_myr, [&sum](const LightSlot& s) {
    sum.q_lw_ii += static_cast<double>(s.q_lw_ii);
    sum.q_lw_iii += static_cast<double>(s.q_lw_iii);
    sum.l_uv_ii += static_cast<double>(s.l_uv_ii);
    sum.l_uv_iii += static_cast<double>(s.l_uv_iii);
  });
  return sum;
}

void Clocks::merge(const Clocks& other) {
  calendar.merge(other.calendar);
  light.merge(other.light);
  history.merge(other.history);
}

void Clocks::clear() {
  calendar.clear();
  light.clear();
  history = History{};
}

std::int64_t Clocks::stars_after(double t_myr) const {
  std::int64_t n = 0;
  calendar.for_each_after(t_myr, [&n](const DeathSlot& s) { n += s.stars(); });
  light.for_each_after(t_myr, [&n](const LightSlot& s) { n += s.stars(); });
  return n;
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

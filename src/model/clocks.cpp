#include "cecropia/model/clocks.hpp"

#include <algorithm>
#include <cmath>

namespace cecropia::model {

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
    sum.q_ion_ii += s.q_ion_ii;
    sum.q_ion_iii += s.q_ion_iii;
    sum.q_lw_ii += s.q_lw_ii;
    sum.q_lw_iii += s.q_lw_iii;
    sum.l_uv_ii += s.l_uv_ii;
    sum.l_uv_iii += s.l_uv_iii;
  });
  return sum;
}

void Clocks::add(std::span<const Born> born, double t_birth_myr, double t_now_myr, bool is_pop_iii) {
  calendar.add(born, t_birth_myr, t_now_myr, is_pop_iii);
  light.add(born, t_birth_myr, t_now_myr, is_pop_iii);
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
  calendar.for_each_after(t_myr, [&n](const DeathSlot& s) { n += s.died().all(); });
  light.for_each_after(t_myr, [&n](const LightSlot& s) { n += s.died().all(); });
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
  const auto first = [this, t_myr](std::int64_t n, double window) {
    return std::max({std::int64_t{0}, now_ - n + 1, static_cast<std::int64_t>(t_myr - window)});
  };
  const auto overlap = [t_myr](std::int64_t k, double window) {
    return std::clamp(static_cast<double>(k) + 1.0 - (t_myr - window), 0.0, 1.0);
  };
  for (std::int64_t k = first(n_long, 100.0); k <= now_; ++k)
    r.formed_100_msun += overlap(k, 100.0) * static_cast<double>(formed_[static_cast<std::size_t>(k % n_long)]);
  for (std::int64_t k = first(n_short, 10.0); k <= now_; ++k) {
    const double w = overlap(k, 10.0);
    const auto i = static_cast<std::size_t>(k % n_short);
    r.formed_10_msun += w * static_cast<double>(formed_[static_cast<std::size_t>(k % n_long)]);
    r.massive_10_msun += w * static_cast<double>(massive_[i]);
    r.oxygen_10_msun += w * static_cast<double>(oxygen_[i]);
  }
  return r;
}

}  // namespace cecropia::model

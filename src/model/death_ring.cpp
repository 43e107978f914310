#include "cecropia/model/death_ring.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/model/death_slots.hpp"

namespace cecropia::model {

LevelTimes::LevelTimes(std::vector<double> age_myr)
    : age_(std::move(age_myr)), n_(static_cast<std::int64_t>(age_.size())) {
  const double end = age_.empty() ? 0.0 : age_.back();
  age_.push_back(std::numeric_limits<double>::infinity());
  for (std::int64_t level = 0; static_cast<double>(first_.size()) <= end; first_.push_back(level))
    while (at(level) < static_cast<double>(first_.size())) ++level;
  n_first_ = static_cast<std::int64_t>(first_.size());
}

double LevelDates::most_ahead(double longest_life_myr, double) const {
  std::int64_t most = 0;
  for (std::int64_t level = 0; level < times_->n(); ++level)
    most = std::max(most, of_death(times_->at(level) + longest_life_myr) - level);
  return static_cast<double>(most + 2);
}

template <class Slot, class Dates>
DeathRing<Slot, Dates>::DeathRing(const Dates& dates, double longest_life_myr, double longest_step_myr)
    : dates_(dates) {
  std::size_t n = 1;
  while (static_cast<double>(n) < dates.most_ahead(longest_life_myr, longest_step_myr)) n *= 2;
  mask_ = n - 1;
  slots_.resize(n);
}

template <class Slot, class Dates>
void DeathRing<Slot, Dates>::refuse_date() {
  throw InternalError("a star dies before its birth or outlives the ring of stellar deaths");
}

template <class Slot, class Dates>
Slot DeathRing<Slot, Dates>::take(double from_myr, double to_myr) {
  Slot sum;
  bool fits = true;
  const std::int64_t end = std::min(dates_.passed(to_myr), last_);
  for (std::int64_t k = dates_.passed(from_myr) + 1; k <= end; ++k) {
    Slot& s = slot(k);
    fits &= sum.add(s);
    s = Slot{};
  }
  if (!fits) Slot::refuse();
  return sum;
}

template <class Slot, class Dates>
void DeathRing<Slot, Dates>::merge(const DeathRing& other) {
  bool fits = true;
  for (std::size_t i = 0; i < slots_.size(); ++i) fits &= slots_[i].add(other.slots_[i]);
  if (!fits) Slot::refuse();
  last_ = std::max(last_, other.last_);
}

template <class Slot, class Dates>
void DeathRing<Slot, Dates>::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  last_ = -1;
}

template class DeathRing<DeathSlot, EvenDates>;
template class DeathRing<LightSlot, LevelDates>;

}  // namespace cecropia::model

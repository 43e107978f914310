#pragma once
/// \file  The deaths to come of the stars of one galaxy. Slots are tied to absolute cosmic time, so that the rings of
/// merging galaxies add slot by slot.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "cecropia/stars/population.hpp"

namespace cecropia::model {

using Born = stars::Population::Born;  ///< a number of stars of one kind

/// Dates that are multiples of a spacing [Myr]. A star dies at the one nearest to its own time, so that lifetimes are
/// unbiased.
class EvenDates {
 public:
  EvenDates(double spacing_myr) : spacing_(spacing_myr) {}  // NOLINT(google-explicit-constructor): a spacing is dates
  std::int64_t of_death(double t_myr) const {
    return static_cast<std::int64_t>(in_spacings(t_myr) + 0.5);  // NOLINT(bugprone-incorrect-roundings): never below 0
  }
  std::int64_t passed(double t_myr) const { return static_cast<std::int64_t>(std::floor(in_spacings(t_myr))); }
  double time_myr(std::int64_t date) const { return static_cast<double>(date) * spacing_; }
  /// From a death to its date.
  double wait_myr(std::int64_t date, double t_death_myr) const { return time_myr(date) - t_death_myr; }
  /// Number of dates from the beginning of a step in which a star is born to its death, at most.
  double most_ahead(double longest_life_myr, double longest_step_myr) const {
    return (longest_life_myr + longest_step_myr) / spacing_ + 4.0;
  }

 private:
  /// Nearly always they are 1 Myr apart, and a division costs as much as half of all else.
  double in_spacings(double t_myr) const { return spacing_ == 1.0 ? t_myr : t_myr / spacing_; }
  double spacing_;
};

/// The times of the levels of a forest. Shared by all galaxies.
class LevelTimes {
 public:
  explicit LevelTimes(std::vector<double> age_myr);  ///< rising
  std::int64_t n() const { return n_; }
  double at(std::int64_t level) const { return age_[static_cast<std::size_t>(level)]; }
  /// First level at t or later; n() if there is none.
  std::int64_t not_before(double t_myr) const {
    const auto whole = static_cast<std::int64_t>(t_myr);
    if (whole >= n_first_) return n_;
    std::int64_t level = first_[static_cast<std::size_t>(whole)];
    while (at(level) < t_myr) ++level;
    return level;
  }

 private:
  std::vector<double> age_;          // and infinity
  std::vector<std::int64_t> first_;  // of each whole Myr: first level not before it
  std::int64_t n_, n_first_;
};

/// Dates that are the levels of a forest. A star dies at the first level at or after its own time: whoever looks at
/// levels only sees its true lifetime. What outlives the last level has the date LevelTimes::n().
class LevelDates {
 public:
  explicit LevelDates(const LevelTimes& times) : times_(&times) {}
  std::int64_t of_death(double t_myr) const { return times_->not_before(t_myr); }
  std::int64_t passed(double t_myr) const {
    const std::int64_t level = times_->not_before(t_myr);
    return times_->at(level) == t_myr ? level : level - 1;
  }
  double time_myr(std::int64_t date) const { return date < 0 ? -1.0 : times_->at(date); }
  /// From a death to its date; 0 for what outlives the last level, whose date never comes.
  double wait_myr(std::int64_t date, double t_death_myr) const {
    return date < times_->n() ? times_->at(date) - t_death_myr : 0.0;
  }
  double most_ahead(double longest_life_myr, double longest_step_myr) const;  ///< steps end at levels

 private:
  const LevelTimes* times_;
};

/// DTH-1: a ring of dates. Merging and dying cost one slot each, whatever the number of stars. What a slot adds up is
/// the slot's own affair; `Dates` says which date a time of death belongs to. Instantiated in src/model/death_ring.cpp.
template <class Slot, class Dates>
class DeathRing {
 public:
  /// Ring long enough for lives of `longest_life_myr` and steps of `longest_step_myr`. A later death, or one that is
  /// not after the birth (dates too far apart for the shortest lives), is an InternalError.
  DeathRing(const Dates& dates, double longest_life_myr, double longest_step_myr);
  /// Stars born at `t_birth_myr` in a step that began at `t_now_myr` (so far nothing after it was taken). InputError if
  /// a slot cannot hold so many stars.
  void add(std::span<const Born> born, double t_birth_myr, double t_now_myr, bool is_pop_iii) {
    const Dates dates = dates_;
    const std::int64_t passed = dates.passed(t_now_myr);
    std::int64_t last = last_;
    for (const auto& [kind, count] : born) {
      const double t_death_myr = t_birth_myr + static_cast<double>(kind->lifetime_myr);
      const std::int64_t k = dates.of_death(t_death_myr);
      if (static_cast<std::uint64_t>(k - passed - 1) >= mask_) refuse_date();  // not within 1 and mask_ of `passed`
      if (!slot(k).add(*kind, count, dates.wait_myr(k, t_death_myr), is_pop_iii)) Slot::refuse();
      last = std::max(last, k);
    }
    last_ = last;
  }
  std::int64_t passed(double t_myr) const { return dates_.passed(t_myr); }  ///< the last date at or before t
  /// Everything that dies in (from, to]; those slots are empty afterwards.
  Slot take(double from_myr, double to_myr);
  void merge(const DeathRing& other);
  /// True if a star of the ring dies later than t.
  bool alive_after(double t_myr) const { return dates_.time_myr(last_) > t_myr; }
  /// visit(slot) for the dates later than t, in order of time.
  template <class Visit>
  void for_each_after(double t_myr, Visit visit) const {
    for (std::int64_t k = dates_.passed(t_myr) + 1; k <= last_; ++k) visit(slots_[static_cast<std::size_t>(k) & mask_]);
  }
  void clear();
  /// For checkpoints: the slots that hold something. Read into an empty ring of the same size (InternalError if not).
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.last_);
    std::uint32_t n = 0, place = 0;
    if constexpr (Archive::reads) {
      archive(n);
      for (; n > 0; --n) {
        archive(place);
        if (place >= self.slots_.size()) refuse_date();
        archive(self.slots_[place]);
      }
    } else {
      for (const Slot& s : self.slots_) n += s == Slot{} ? 0 : 1;
      archive(n);
      for (const Slot& s : self.slots_) {
        if (!(s == Slot{})) archive(place, s);
        ++place;
      }
    }
  }

 private:
  [[noreturn]] static void refuse_date();
  Slot& slot(std::int64_t k) { return slots_[static_cast<std::size_t>(k) & mask_]; }
  Dates dates_;
  std::size_t mask_;
  std::int64_t last_ = -1;  // date of the latest death
  std::vector<Slot> slots_;
};

}  // namespace cecropia::model

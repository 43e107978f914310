#pragma once
/// \file  What a galaxy remembers in time: the deaths to come and the stars formed lately. Slots are tied to absolute
/// cosmic time, so that the clocks of merging galaxies add slot by slot.
#include <array>
#include <cstdint>
#include <span>

#include "cecropia/model/death_ring.hpp"
#include "cecropia/model/death_slots.hpp"

namespace cecropia::model {

/// Deaths at the multiples of `model.calendar_myr`, as the baryon cycle feels them.
using Calendar = DeathRing<DeathSlot, EvenDates>;
/// Deaths at levels, as observers see them: some slots instead of a hundred, and no rounding of lifetimes.
using LightCalendar = DeathRing<LightSlot, LevelDates>;
extern template class DeathRing<DeathSlot, EvenDates>;
extern template class DeathRing<LightSlot, LevelDates>;

/// HEA-1: ionising photons that heat the gas, of the stars that die later than t by the calendar [1e48 s^-1]:
/// {Population II, Population III}.
std::array<double, 2> photons_after(const Calendar& calendar, double t_myr);

/// LIT-1: light of the stars that die later than t, in the units of LightSlot.
struct Light {
  double q_ion_ii = 0, q_ion_iii = 0, q_lw_ii = 0, q_lw_iii = 0, l_uv_ii = 0, l_uv_iii = 0;
};
Light light_after(const LightCalendar& calendar, double t_myr);

/// Stars formed in slots of 1 Myr: the trailing windows of 10 and 100 Myr (HIS-1).
class History {
 public:
  void add(double t_myr, double formed_msun, double massive_msun, double oxygen_msun);
  void merge(const History& other);
  struct Recent {
    double formed_10_msun, formed_100_msun, massive_10_msun, oxygen_10_msun;
  };
  /// Sums over (t - 10, t] and (t - 100, t]; the oldest slot counts in proportion to its overlap.
  Recent recent(double t_myr) const;
  /// True if nothing was formed within 101 Myr before t.
  bool idle_at(double t_myr) const { return static_cast<double>(now_) + 102.0 < t_myr; }
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.now_, self.formed_, self.massive_, self.oxygen_);
  }

 private:
  static constexpr std::int64_t n_long = 128, n_short = 16;
  void advance(std::int64_t slot);
  std::int64_t now_ = -1000;  // latest slot written; negative: none
  std::array<float, n_long> formed_{};
  std::array<float, n_short> massive_{}, oxygen_{};
};

/// What the rings of a galaxy have to hold; see DeathRing. `levels` must outlive them.
struct RingTimes {
  double calendar_spacing_myr = 1.0, longest_life_myr = 0.0, longest_step_myr = 0.0;
  const LevelTimes& levels;
};

struct Clocks {
  explicit Clocks(const RingTimes& t)
      : calendar(t.calendar_spacing_myr, t.longest_life_myr, t.longest_step_myr),
        light(LevelDates(t.levels), t.longest_life_myr, t.longest_step_myr) {}

  Calendar calendar;    ///< what the baryon cycle needs
  LightCalendar light;  ///< what observers ask for
  History history;

  /// Stars born at `t_birth_myr` in a step that began at `t_now_myr`.
  void add(std::span<const Born> born, double t_birth_myr, double t_now_myr, bool is_pop_iii);
  void merge(const Clocks& other);
  void clear();
  bool alive_after(double t_myr) const { return calendar.alive_after(t_myr) || light.alive_after(t_myr); }
  /// For checkpoints; read into empty clocks of the same forest and parameters.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.calendar, self.light, self.history);
  }
  /// LIT-4: stars that die later than t; each is counted by one of the two rings.
  std::int64_t stars_after(double t_myr) const;
};

}  // namespace cecropia::model

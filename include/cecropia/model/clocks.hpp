#pragma once
/// \file  What a galaxy remembers in time: the deaths to come and the stars formed lately. Slots are tied to absolute
/// cosmic time, so that the clocks of merging galaxies add slot by slot.
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/stars/population.hpp"

namespace cecropia::model {

/// What the baryon cycle needs of the stars that die at one grid time. One cache line. Single precision: each entry is
/// a source term; what is conserved is what is moved from here, in double. Stars are counted exactly.
struct alignas(64) DeathSlot {
  float e_1e51_erg = 0, returned_msun = 0, q_ii = 0, q_iii = 0;  ///< q in 1e48 s^-1
  std::array<float, n_metals> metals_msun{};
  std::uint32_t ccsn = 0, pisn = 0;  ///< stars; ccsn with electron capture

  /// `count` stars of `kind`.
  void add(const stars::Kind& kind, std::int64_t count, bool is_pop_iii);
  void add(const DeathSlot& other);
  std::int64_t stars() const { return std::int64_t{ccsn} + pisn; }
};
static_assert(sizeof(DeathSlot) == 64);

/// What only observers ask of the stars that die at one grid time: light besides the ionising one, and all fates that
/// DeathSlot does not count. Half a cache line.
struct alignas(32) LightSlot {
  float q_lw_ii = 0, q_lw_iii = 0;                    ///< Lyman-Werner photons [1e48 s^-1]
  float l_uv_ii = 0, l_uv_iii = 0;                    ///< luminosity at 1500 Angstrom [1e20 erg/s/Hz]
  std::uint32_t wd = 0, ppisn = 0, fsn = 0, dbh = 0;  ///< stars

  void add(const stars::Kind& kind, std::int64_t count, bool is_pop_iii);
  void add(const LightSlot& other);
  std::int64_t stars() const { return std::int64_t{wd} + ppisn + fsn + dbh; }
};
static_assert(sizeof(LightSlot) == 32);

/// DTH-1: a ring of grid times k * spacing; a star dies at the grid time nearest to its own time of death, so lifetimes
/// are unbiased and merging and dying cost one slot each, whatever the number of stars. Instantiated for both slots.
template <class Slot>
class DeathRing {
 public:
  /// Ring long enough for lives of `longest_life_myr` and steps of `longest_step_myr`. A later death, or one that is
  /// not after the birth (spacing too coarse for the shortest lives), is an InternalError.
  DeathRing(double spacing_myr, double longest_life_myr, double longest_step_myr);
  /// `count` stars of `kind`, born at `t_birth_myr` in a step that began at `t_now_myr` (so far nothing after it was
  /// taken). InputError if more than 4294967295 stars would die at one grid time.
  void add(const stars::Kind& kind, std::int64_t count, double t_birth_myr, double t_now_myr, bool is_pop_iii);
  /// Everything that dies in (from, to]; those slots are empty afterwards.
  Slot take(double from_myr, double to_myr);
  void merge(const DeathRing& other);
  /// True if a star of the ring dies later than t.
  bool alive_after(double t_myr) const { return static_cast<double>(last_) * spacing_ > t_myr; }
  /// visit(slot) for the grid times later than t, in order of time.
  template <class Visit>
  void for_each_after(double t_myr, Visit visit) const {
    for (auto k = static_cast<std::int64_t>(std::floor(t_myr / spacing_)) + 1; k <= last_; ++k)
      visit(slots_[static_cast<std::size_t>(k) & mask_]);
  }
  void clear();

 private:
  Slot& slot(std::int64_t k) { return slots_[static_cast<std::size_t>(k) & mask_]; }
  double spacing_;
  std::size_t mask_;
  std::int64_t last_ = -1;  // grid time of the latest death
  std::vector<Slot> slots_;
};
extern template class DeathRing<DeathSlot>;
extern template class DeathRing<LightSlot>;
using Calendar = DeathRing<DeathSlot>;
using LightCalendar = DeathRing<LightSlot>;

/// HEA-1: ionising photons of the stars that die later than t [1e48 s^-1]: {Population II, Population III}.
std::array<double, 2> photons_after(const Calendar& calendar, double t_myr);

/// LIT-1: light of the stars that die later than t, in the units of LightSlot.
struct Light {
  double q_lw_ii = 0, q_lw_iii = 0, l_uv_ii = 0, l_uv_iii = 0;
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

 private:
  static constexpr std::int64_t n_long = 128, n_short = 16;
  void advance(std::int64_t slot);
  std::int64_t now_ = -1000;  // latest slot written; negative: none
  std::array<float, n_long> formed_{};
  std::array<float, n_short> massive_{}, oxygen_{};
};

/// What the rings of a galaxy have to hold [Myr]; see DeathRing.
struct RingTimes {
  double calendar_spacing = 1.0, light_spacing = 1.0, longest_life = 0.0, longest_step = 0.0;
};

struct Clocks {
  explicit Clocks(const RingTimes& t)
      : calendar(t.calendar_spacing, t.longest_life, t.longest_step),
        light(t.light_spacing, t.longest_life, t.longest_step) {}

  Calendar calendar;    ///< what the baryon cycle needs
  LightCalendar light;  ///< what observers ask for
  History history;

  void merge(const Clocks& other);
  void clear();
  bool alive_after(double t_myr) const { return calendar.alive_after(t_myr) || light.alive_after(t_myr); }
  /// LIT-4: stars that die later than t; each is counted by one of the two rings.
  std::int64_t stars_after(double t_myr) const;
};

}  // namespace cecropia::model

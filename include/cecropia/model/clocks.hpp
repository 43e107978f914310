#pragma once
/// \file  What a galaxy remembers in time: the deaths to come and the stars formed lately. Slots are tied to absolute
/// cosmic time, so that the clocks of merging galaxies add slot by slot.
#include <array>
#include <cstdint>
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/stars/population.hpp"

namespace cecropia::model {

/// Sums over the stars that die at one grid time. One cache line. Single precision: each entry is a source term; what
/// is conserved is what is moved from here, in double.
struct alignas(64) DeathSlot {
  float e_1e51_erg = 0, returned_msun = 0, q_ii = 0, q_iii = 0;  ///< q in 1e48 s^-1
  std::array<float, n_metals> metals_msun{};
  float ccsn = 0, pisn = 0;
};
static_assert(sizeof(DeathSlot) == 64);

/// DTH-1: a ring of grid times k * spacing; a star dies at the grid time nearest to its own time of death, so lifetimes
/// are unbiased and merging and dying cost one slot each, whatever the number of stars.
class Calendar {
 public:
  /// Ring long enough for lives of `longest_life_myr` and steps of `longest_step_myr`. A later death, or one that is
  /// not after the birth (spacing too coarse for the shortest lives), is an InternalError.
  Calendar(double spacing_myr, double longest_life_myr, double longest_step_myr);
  /// `count` stars of `kind`, born at `t_birth_myr` in a step that began at `t_now_myr` (so far nothing after it was
  /// taken).
  void add(const stars::Kind& kind, double count, double t_birth_myr, double t_now_myr, bool is_pop_iii);
  /// Everything that dies in (from, to]; those slots are empty afterwards.
  DeathSlot take(double from_myr, double to_myr);
  void merge(const Calendar& other);
  /// True if a star of the calendar dies later than t.
  bool alive_after(double t_myr) const { return static_cast<double>(last_) * spacing_ > t_myr; }
  /// Photon rates of the stars that die later than t [1e48 s^-1]: {Population II, Population III}.
  std::array<double, 2> photons_after(double t_myr) const;
  void clear();

 private:
  DeathSlot& slot(std::int64_t k) { return slots_[static_cast<std::size_t>(k) & mask_]; }
  double spacing_;
  std::size_t mask_;
  std::int64_t last_ = -1;  // grid time of the latest death
  std::vector<DeathSlot> slots_;
};

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

struct Clocks {
  Calendar calendar;
  History history;
};

}  // namespace cecropia::model

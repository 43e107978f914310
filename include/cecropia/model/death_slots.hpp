#pragma once
/// \file  What is added up over the stars that die at one date: one slot for the baryon cycle, one for observers.
#include <array>
#include <cstddef>
#include <cstdint>

#include "cecropia/core/elements.hpp"
#include "cecropia/stars/population.hpp"

namespace cecropia::model {

/// Massive stars that died, by fate; ccsn with electron capture.
struct FateCount {
  std::int64_t wd = 0, ccsn = 0, ppisn = 0, pisn = 0, fsn = 0, dbh = 0;
  std::int64_t pisn_iii = 0;  ///< of pisn: stars of Population III
  std::int64_t all() const { return wd + ccsn + ppisn + pisn + fsn + dbh; }
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.wd, self.ccsn, self.ppisn, self.pisn, self.fsn, self.dbh, self.pisn_iii);
  }
  FateCount& operator+=(const FateCount& other) {
    wd += other.wd;
    ccsn += other.ccsn;
    ppisn += other.ppisn;
    pisn += other.pisn;
    fsn += other.fsn;
    dbh += other.dbh;
    pisn_iii += other.pisn_iii;
    return *this;
  }
};

/// What the baryon cycle needs. One cache line. Single precision: each entry is a source term; what is conserved is
/// what is moved from here, in double. Stars are counted exactly.
struct alignas(64) DeathSlot {
  float e_1e51_erg = 0, returned_msun = 0;  ///< these and the metals in the order of stars::Kind: added four at a time
  std::array<float, n_metals> metals_msun{};
  float q_ii = 0, q_iii = 0;  ///< 1e48 s^-1
  std::uint32_t ccsn = 0;     ///< stars, with electron capture

  /// `count` stars of `kind`; how long before the date they die is not kept. False if the counter or the count was
  /// above 2^31 already.
  bool add(const stars::Kind& kind, std::int64_t count, double before_date_myr, bool is_pop_iii);
  bool add(const DeathSlot& other);
  bool operator==(const DeathSlot&) const = default;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.e_1e51_erg, self.returned_msun, self.q_ii, self.q_iii, self.metals_msun, self.ccsn);
  }
  FateCount died() const { return {.ccsn = ccsn}; }
  [[noreturn]] static void refuse();  ///< InputError: too many stars
};
static_assert(sizeof(DeathSlot) == 64);

/// What observers and ionised regions ask: light, and the fates that DeathSlot does not count. Nearly two cache lines:
/// there are fewer of these than of DeathSlot, and counters of 32 bits would not do, because the last date takes
/// whatever outlives the forest.
struct LightSlot {
  double q_ion_ii = 0, q_ion_iii = 0;                          ///< H-ionising photons [1e48 s^-1]
  double unlit_ii = 0, unlit_iii = 0;                          ///< these times the Myr between death and date
  double q_lw_ii = 0, q_lw_iii = 0;                            ///< Lyman-Werner photons [1e48 s^-1]
  double l_uv_ii = 0, l_uv_iii = 0;                            ///< luminosity at 1500 Angstrom [1e20 erg/s/Hz]
  std::int64_t wd = 0, ppisn = 0, pisn = 0, fsn = 0, dbh = 0;  ///< stars
  std::int64_t pisn_iii = 0;                                   ///< of pisn: Population III

  /// `count` stars of `kind` that die `before_date_myr` before the date of the slot. True.
  bool add(const stars::Kind& kind, std::int64_t count, double before_date_myr, bool is_pop_iii);
  bool add(const LightSlot& other);  ///< true
  bool operator==(const LightSlot&) const = default;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.q_ion_ii, self.q_ion_iii, self.unlit_ii, self.unlit_iii, self.q_lw_ii, self.q_lw_iii, self.l_uv_ii,
            self.l_uv_iii, self.wd, self.ppisn, self.pisn, self.fsn, self.dbh, self.pisn_iii);
  }
  FateCount died() const {
    return {.wd = wd, .ppisn = ppisn, .pisn = pisn, .fsn = fsn, .dbh = dbh, .pisn_iii = pisn_iii};
  }
  [[noreturn]] static void refuse();  ///< InternalError: it never is
};
static_assert(sizeof(LightSlot) == 112);

/// All bits in the counter of a fate, none in the others. Read from memory, because which fate comes next cannot be
/// predicted and a wrong guess costs more than all the rest.
struct CountedFates {
  std::int64_t wd = 0, ppisn = 0, pisn = 0, fsn = 0, dbh = 0;
  std::uint32_t ccsn = 0;
};
inline constexpr std::array<CountedFates, stars::fate_names.size()> counted_fates = [] {
  std::array<CountedFates, stars::fate_names.size()> table{};
  const auto of = [&table](stars::Fate fate) -> CountedFates& { return table[static_cast<std::size_t>(fate)]; };
  of(stars::Fate::ecsn).ccsn = of(stars::Fate::ccsn).ccsn = 0xffffffffu;
  of(stars::Fate::wd).wd = of(stars::Fate::ppisn).ppisn = of(stars::Fate::pisn).pisn = -1;
  of(stars::Fate::fsn).fsn = of(stars::Fate::dbh).dbh = -1;
  return table;
}();

// Everything is read before anything is written, so that the compiler can take several numbers at a time.

inline bool DeathSlot::add(const stars::Kind& kind, std::int64_t count, double, bool is_pop_iii) {
  const auto n = static_cast<float>(count);
  const bool fits = (static_cast<std::uint64_t>(count) | ccsn) < 0x80000000u;
  const float e_sn = e_1e51_erg + n * kind.e_sn_1e51_erg, returned = returned_msun + n * kind.m_loss_msun;
  std::array<float, n_metals> metals;
  for (std::size_t e = 0; e < n_metals; ++e) metals[e] = metals_msun[e] + n * kind.ejecta_msun[e];
  e_1e51_erg = e_sn;
  returned_msun = returned;
  metals_msun = metals;
  (is_pop_iii ? q_iii : q_ii) += n * kind.q_1e48_per_s;
  const CountedFates& counted = counted_fates[static_cast<std::size_t>(kind.fate)];
  ccsn += static_cast<std::uint32_t>(count) & counted.ccsn;
  return fits;
}

inline bool DeathSlot::add(const DeathSlot& other) {
  const bool fits = (ccsn | other.ccsn) < 0x80000000u;
  e_1e51_erg += other.e_1e51_erg;
  returned_msun += other.returned_msun;
  q_ii += other.q_ii;
  q_iii += other.q_iii;
  for (std::size_t e = 0; e < n_metals; ++e) metals_msun[e] += other.metals_msun[e];
  ccsn += other.ccsn;
  return fits;
}

inline bool LightSlot::add(const stars::Kind& kind, std::int64_t count, double before_date_myr, bool is_pop_iii) {
  const auto n = static_cast<double>(count);
  const double q_ion = n * static_cast<double>(kind.q_1e48_per_s);
  (is_pop_iii ? q_ion_iii : q_ion_ii) += q_ion;
  (is_pop_iii ? unlit_iii : unlit_ii) += q_ion * before_date_myr;
  (is_pop_iii ? q_lw_iii : q_lw_ii) += n * static_cast<double>(kind.q_lw_1e48_per_s);
  (is_pop_iii ? l_uv_iii : l_uv_ii) += n * static_cast<double>(kind.l_uv_1e20_erg_s_hz);
  const CountedFates& counted = counted_fates[static_cast<std::size_t>(kind.fate)];
  const std::int64_t w = wd + (count & counted.wd), pp = ppisn + (count & counted.ppisn);
  const std::int64_t p = pisn + (count & counted.pisn);
  const std::int64_t f = fsn + (count & counted.fsn), d = dbh + (count & counted.dbh);
  const std::int64_t p_iii = pisn_iii + (count & counted.pisn & -std::int64_t{is_pop_iii});
  wd = w;
  ppisn = pp;
  pisn = p;
  fsn = f;
  dbh = d;
  pisn_iii = p_iii;
  return true;
}

inline bool LightSlot::add(const LightSlot& other) {
  q_ion_ii += other.q_ion_ii;
  q_ion_iii += other.q_ion_iii;
  unlit_ii += other.unlit_ii;
  unlit_iii += other.unlit_iii;
  q_lw_ii += other.q_lw_ii;
  q_lw_iii += other.q_lw_iii;
  l_uv_ii += other.l_uv_ii;
  l_uv_iii += other.l_uv_iii;
  wd += other.wd;
  ppisn += other.ppisn;
  pisn += other.pisn;
  fsn += other.fsn;
  dbh += other.dbh;
  pisn_iii += other.pisn_iii;
  return true;
}

}  // namespace cecropia::model

#pragma once
/// \file  The state of one galaxy between levels.
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "cecropia/model/clocks.hpp"
#include "cecropia/model/type_ia_clock.hpp"
#include "cecropia/physics/merged_gas.hpp"
#include "cecropia/physics/update.hpp"
#include "cecropia/space/bubble.hpp"

namespace cecropia::model {

inline constexpr std::uint32_t no_slot = 0xffffffffu;

/// BUB-2: parts of a level for which what drives a bubble is kept apart: those of 20 Myr are long for young bubbles.
inline constexpr std::size_t n_level_parts = 4;
/// The part of the level from t0 to t1 that holds t.
inline std::size_t level_part(double t_myr, double t0_myr, double t1_myr) {
  constexpr double n = static_cast<double>(n_level_parts);
  return static_cast<std::size_t>(std::clamp(n * (t_myr - t0_myr) / (t1_myr - t0_myr), 0.0, n - 1.0));
}

/// What happened to a galaxy during the current level.
struct StepSums {
  double formed_msun = 0, formed_iii_msun = 0, accreted_msun = 0, returned_msun = 0;
  double igm_metals_msun = 0, made_metals_msun = 0;  ///< all metals: from the IGM, from dying stars and Type Ia
  double ia = 0;
  std::array<double, n_level_parts> e_sn_1e51_erg{};  ///< of all supernovae, by part of the level
  std::array<double, n_level_parts> out_msun{};       ///< gas blown out, by part of the level
  std::int64_t born = 0;                              ///< massive stars
  FateCount died;                                     ///< massive stars
};

/// Gas, metals, stars and memory of one galaxy. Its clocks live in a pool while stars are young.
struct Baryons {
  physics::Reservoirs mass;
  physics::MetalStore metals;
  double star_iii_msun = 0;
  double birth_metals_msun = 0;  ///< metals the stars were drawn with (with the mixing offset), for the report
  double first_stars_myr = std::numeric_limits<double>::infinity();  ///< cosmic age when its first stars formed
  std::int64_t branch_id = -1;  ///< leaf of the main branch: key of draws that outlast a level
  std::uint32_t clocks = no_slot;
  bool exploded = false;         ///< a supernova has exploded in this halo's history
  bool starts_as_pop2 = false;   ///< SFR-3 option first_pop2
  bool mixing_exploded = false;  ///< `exploded` when mixing_factor was drawn
  std::int64_t mixing_interval = -1;
  double mixing_factor = 1.0;     ///< 10^dlogZ of that interval
  physics::MergedGas merged_gas;  ///< of the last merger that counts
  double merged_gas_draw = 0.0;   ///< of that interval
  TypeIaClock type_ia;
  space::Bubble bubble;      ///< blown by its outflows
  double ionised_cmpc3 = 0;  ///< comoving volume of the region that it keeps ionised
  StepSums step;

  /// For checkpoints: all but the step, which begins anew with every level, and the clocks, which live elsewhere.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.mass, self.metals, self.star_iii_msun, self.birth_metals_msun, self.first_stars_myr, self.branch_id,
            self.exploded, self.starts_as_pop2, self.mixing_exploded, self.mixing_interval, self.mixing_factor,
            self.merged_gas, self.merged_gas_draw, self.type_ia, self.bubble, self.ionised_cmpc3);
  }

  bool has_baryons() const { return mass.hot + mass.cold + mass.star + mass.out > 0.0; }
};

/// MIX-2, before the two are merged at `now_myr`: their gas stays apart for `merger_myr`. Of this merger and those
/// before it that have not mixed, in either galaxy, the one that differs in the most gas counts (CHOICE).
void keep_apart(Baryons& into, const Baryons& other, double now_myr, double merger_myr);

/// MRG-1, MRG-3: adds `other` to `into` (a merger): reservoirs, metals, populations, bubble and ionised region; the
/// branch stays that of `into`. Clocks are merged by the caller, who owns the pool.
void merge(Baryons& into, const Baryons& other);

}  // namespace cecropia::model

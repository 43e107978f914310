#pragma once
/// \file  The end of a sub-step: mass and metals move between reservoirs. Theory: docs/theory/baryon_cycle.md, UPD-1,
/// UPD-2. Nothing is assigned; what leaves one reservoir enters another, so the budget closes to rounding.
#include <algorithm>

#include "cecropia/core/elements.hpp"

namespace cecropia::physics {

/// Reservoirs of one galaxy [Msun]. `star` is the mass ever formed (Liu+25, footnote 3).
struct Reservoirs {
  double hot = 0, cold = 0, star = 0, out = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.hot, self.cold, self.star, self.out);
  }
};

/// What moves in one sub-step [Msun].
struct Flows {
  double accreted = 0;               ///< IGM -> hot
  double condensed = 0;              ///< hot -> cold
  double formed = 0;                 ///< cold -> star
  double heated = 0;                 ///< cold -> hot (atomic cooling) or cold -> out (minihalo)
  double out_hot = 0, out_cold = 0;  ///< -> out
  double returned = 0;               ///< dying massive stars -> hot
  bool minihalo = false;             ///< T_vir <= 1e4 K
};

/// UPD-1 (Liu+25 eqs. 1): all reservoirs stay >= 0 if the flows respect the limits of OUT-5.
inline Reservoirs updated(const Reservoirs& r, const Flows& f) {
  const double to_hot = f.minihalo ? 0.0 : f.heated, to_out = f.minihalo ? f.heated : 0.0;
  Reservoirs n;
  n.hot = std::max(0.0, (r.hot - f.condensed) + (f.accreted + to_hot) - f.out_hot) + f.returned;
  n.cold = std::max(0.0, r.cold - f.formed - f.heated - f.out_cold) + f.condensed;
  n.star = r.star + f.formed;
  n.out = r.out + (f.out_hot + f.out_cold + to_out);
  return n;
}

/// Metals of one galaxy [Msun] by element.
struct MetalStore {
  Metals gas{};  ///< hot and cold together: one composition
  Metals out{};
  Metals locked{};  ///< in stars, at the mean composition of the gas
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.gas, self.out, self.locked);
  }
};

/// UPD-2 (Liu+25 eqs. 8-9): `added` (dying stars, Type Ia, IGM) joins the gas, then gas, outflow and new stars share
/// the metals in proportion to their masses after the step. gas_after = hot + cold, out_step includes photo-evaporated
/// gas.
inline void share_metals(MetalStore& m, const Metals& added, double gas_after_msun, double out_step_msun,
                         double formed_msun) {
  const double total = gas_after_msun + out_step_msun + formed_msun;
  if (!(total > 0.0)) {  // no mass to hold them: they stay with the (empty) gas until mass arrives
    for (std::size_t e = 0; e < n_metals; ++e) m.gas[e] += added[e];
    return;
  }
  const double to_out = out_step_msun / total, to_stars = formed_msun / total;
  for (std::size_t e = 0; e < n_metals; ++e) {
    const double all = m.gas[e] + added[e];
    const double out = all * to_out, stars = all * to_stars;
    m.out[e] += out;
    m.locked[e] += stars;
    m.gas[e] = std::max(0.0, all - out - stars);  // without gas, what is left is rounding
  }
}

}  // namespace cecropia::physics

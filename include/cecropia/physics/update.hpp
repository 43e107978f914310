#pragma once
/// \file  The end of a sub-step: mass and metals move between reservoirs. Theory: docs/theory/baryon_cycle.md, UPD-1,
/// UPD-2. Nothing is assigned; what leaves one reservoir enters another, so the budget closes to rounding.
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
Reservoirs updated(const Reservoirs& r, const Flows& f);

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
void share_metals(MetalStore& m, const Metals& added, double gas_after_msun, double out_step_msun, double formed_msun);

}  // namespace cecropia::physics

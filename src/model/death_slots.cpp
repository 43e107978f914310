#include "cecropia/model/death_slots.hpp"

#include "cecropia/core/error.hpp"

namespace cecropia::model {

void DeathSlot::refuse() {
  throw InputError({"more than 2e9 massive stars of one galaxy die at one time", "the walk",
                    "fewer than 2e9 massive stars formed per Myr in a galaxy, some 2e5 Msun/yr",
                    "let star_formation.cap_steps be true, or lower star_formation.eta_ii, eta_iii or accuracy"});
}

void LightSlot::refuse() { throw InternalError("64 bits do not hold the stars of a galaxy"); }

}  // namespace cecropia::model

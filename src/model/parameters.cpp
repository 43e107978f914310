#include "cecropia/model/parameters.hpp"

namespace cecropia::model {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::mass_in_step, mass_in_step_names>(
        "mass_in_step",
        "Halo mass during a level: log-interpolated from the main progenitor, or the new level's mass at "
        "mid-step redshift throughout.",
        "STP-1, CHOICE"),
    number<&Parameters::calendar_myr>("calendar_myr", "Myr", "Stars die at the nearest multiple of this time.",
                                      "DTH-1, CHOICE", 0.05, 1.5)};

}  // namespace cecropia::model

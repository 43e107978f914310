#include "cecropia/model/parameters.hpp"

namespace cecropia::model {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::mass_in_step, mass_in_step_names>(
        "mass_in_step",
        "Halo structure during a level: linear in time between those of the main progenitor and of the new "
        "mass (CHOICE), or that of the new mass at mid-step redshift throughout.",
        "STP-1, CHOICE"),
    number<&Parameters::calendar_myr>("calendar_myr", "Myr", "Stars die at the nearest multiple of this time.",
                                      "DTH-1, CHOICE", 0.05, 1.5)};

}  // namespace cecropia::model

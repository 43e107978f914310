#include "cecropia/model/parameters.hpp"

namespace cecropia::model {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::galaxies, galaxy_kind_names>(
        "galaxies",
        "What grows in the halos: galaxies of Liu et al. (2025), star by star; discs of rings with dust (section "
        "disc); "
        "or one reservoir of gas each (section bathtub). { \"model\": \"disc\" } is short for it.",
        "docs/theory"),
    number<&Parameters::m_halo_min_msun>(
        "m_halo_min_msun", "Msun",
        "A halo gets a disc or a bathtub when it has this mass; below, matter is smooth growth of what it falls into.",
        "HAL-11, CHOICE", 1.0, 1e15),
    choice<&Parameters::first_mass, first_mass_names>("first_mass",
                                                      "What the mass of a halo brings when its disc or bathtub begins: "
                                                      "its gas, within the first step, or nothing, so "
                                                      "that only what the halo grows from then on comes in.",
                                                      "HAL-11, CHOICE"),
    number<&Parameters::max_step_myr>("max_step_myr", "Myr", "Longest step of discs and bathtubs; steps are equal.",
                                      "HAL-11, CHOICE", 1e-3, 100.0),
    choice<&Parameters::mass_in_step, mass_in_step_names>(
        "mass_in_step",
        "Halo structure during a level: linear in time between those of the main progenitor and of the new "
        "mass (CHOICE), or that of the new mass at mid-step redshift throughout.",
        "STP-1, CHOICE"),
    number<&Parameters::calendar_myr>("calendar_myr", "Myr", "Stars die at the nearest multiple of this time.",
                                      "DTH-1, CHOICE", 0.05, 1.5)};

}  // namespace cecropia::model

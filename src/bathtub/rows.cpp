#include "cecropia/bathtub/rows.hpp"

namespace cecropia::bathtub {

const std::vector<Parameter<Parameters>> rows{
    number<&Parameters::star_formation_per_myr>("star_formation_per_myr", "Myr^-1",
                                                "Part of the gas that becomes stars per time (eps_SF).",
                                                "BTH-3, Li+25 section 6.2", 0.0, 10.0),
    number<&Parameters::mass_loading>("mass_loading", "-",
                                      "Outflow over star formation in halos of m_loading_msun (eta_0); 0: no outflow.",
                                      "BTH-4, Li+25 section 6.2", 0.0, 1e4),
    number<&Parameters::m_loading_msun>("m_loading_msun", "Msun",
                                        "Halo mass with that mass loading (the paper prints 1e10, which misses its own "
                                        "figure).",
                                        "BTH-4, CHOICE", 1e6, 1e16),
    number<&Parameters::loading_slope>("loading_slope", "-",
                                       "Mass loading falls with this power of halo mass (beta): 0 constant, 1/3 "
                                       "momentum, 2/3 energy, 1 strong wind.",
                                       "BTH-4, Li+25 section 6.2", -5.0, 5.0),
    number<&Parameters::outflow_power>("outflow_power", "-",
                                       "Outflow rises with this power of star formation (lambda).",
                                       "BTH-5, Li+25 section 6.2", 1.0, 5.0),
    choice<&Parameters::loading_mass, loading_mass_names>(
        "loading_mass",
        "Which mass sets the mass loading: that of the halo, or of the halo in which galaxies of this "
        "stellar mass live.",
        "BTH-4"),
    number<&Parameters::locked_fraction>("locked_fraction", "-",
                                         "Part of the stars formed that does not come back (mu).",
                                         "BTH-6, Li+25 section 6.2", 1e-3, 1.0),
    number<&Parameters::yield>("yield", "-", "New metals over the mass locked up (y).", "BTH-7, Li+25 section 6.2", 0.0,
                               0.5),
    number<&Parameters::inflow_metallicity>("inflow_metallicity", "-", "Metal mass fraction of the inflow (Z_in).",
                                            "BTH-7, Li+25 section 6.2", 0.0, 0.1),
    number<&Parameters::m_gas_begin_msun>("m_gas_begin_msun", "Msun", "Gas that a galaxy begins with, without metals.",
                                          "BTH-13, Li+25 section 6.2", 0.0, 1e12),
    number<&Parameters::m_star_begin_msun>("m_star_begin_msun", "Msun", "Stars that a galaxy begins with.",
                                           "BTH-13, Li+25 section 6.2", 0.0, 1e12)};

}  // namespace cecropia::bathtub

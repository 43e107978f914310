#include "cecropia/disc/rows.hpp"

namespace cecropia::disc {

const std::vector<Parameter<Inflow>> inflow_rows{
    flag<&Inflow::suppressed>("suppressed", "Massive halos take in less gas than their share.",
                              "DSC-3, Toyouchi+25 eq. 13"),
    number<&Inflow::m_suppression_msun>("m_suppression_msun", "Msun", "Halo mass at which half of the gas comes in.",
                                        "DSC-3, Toyouchi+25 table 1", 1e6, 1e18),
    number<&Inflow::angular_momentum_ratio>("angular_momentum_ratio", "-",
                                            "Specific angular momentum of the inflow over that of the halo (f_s).",
                                            "DSC-4, Toyouchi+25 table 1", 1e-3, 100.0),
    number<&Inflow::spin>("spin", "-", "Spin parameter of halos, or its median.", "DSC-4, Toyouchi+25 table 1", 1e-4,
                          1.0),
    number<&Inflow::spin_scatter>(
        "spin_scatter", "-", "Scatter of the natural logarithm of the spin from halo to halo; 0: one spin for all.",
        "DSC-1, CHOICE", 0.0, 2.0)};

const std::vector<Parameter<Cycle>> cycle_rows{
    number<&Cycle::boost>("boost", "-", "Factor on the Kennicutt-Schmidt law (F_b).", "DSC-6, Toyouchi+25 table 1", 0.0,
                          1e4),
    choice<&Cycle::loading, loading_law_names>("loading",
                                               "What decides how much gas leaves: a double power law in halo mass, or "
                                               "the energy of supernovae as in Liu et al. (2025), section feedback.",
                                               "DSC-7, DSC-27"),
    number<&Cycle::mass_loading>("mass_loading", "-",
                                 "Outflow over star formation in halos of m_loading_msun (eta_0); 0: no outflow.",
                                 "DSC-7, Toyouchi+25 table 1", 0.0, 1e4),
    number<&Cycle::m_loading_msun>("m_loading_msun", "Msun", "Halo mass with the mass loading mass_loading.",
                                   "DSC-7, Toyouchi+25 table 1", 1e6, 1e16),
    number<&Cycle::energy_1e51_erg_per_msun>("energy_1e51_erg_per_msun", "1e51 erg Msun^-1",
                                             "Energy of the supernovae of 1 Msun of stars; for loading = energy.",
                                             "DSC-27, CHOICE", 0.0, 1.0),
    flag<&Cycle::weak_feedback>("weak_feedback",
                                "Dense gas forms stars faster and loses less (the weak-feedback variant).",
                                "DSC-8, Toyouchi+25 section 5.3"),
    number<&Cycle::weak_boost>("weak_boost", "-", "Boost at high surface density (F_b,0).",
                               "DSC-8, Toyouchi+25 section 5.3", 1.0, 1e4),
    number<&Cycle::weak_msun_pc2>("weak_msun_pc2", "Msun pc^-2", "Surface density of gas at which that begins.",
                                  "DSC-8, Toyouchi+25 section 5.3", 1.0, 1e8)};

const std::vector<Parameter<Stars>> stars_rows{
    choice<&Stars::massive_ejecta, massive_ejecta_names>(
        "massive_ejecta",
        "What stars above 40 Msun, for which no yields are printed, return: nothing, as much as one of "
        "40 Msun, or in proportion to their mass.",
        "DSC-10, CHOICE"),
    text<&Stars::yields_file>("yields_file",
                              "Table of yields of single stars (docs/tables.md); empty: params/yields of the program.",
                              "DSC-10"),
    number<&Stars::imf_floor_zsun>("imf_floor_zsun", "-",
                                   "The initial mass function is that of at least this metallicity, over solar (0.02).",
                                   "IMF-9, CHOICE", 1e-6, 1.0)};

const std::vector<Parameter<Dust>> dust_rows{
    number<&Dust::per_supernova_msun>("per_supernova_msun", "Msun", "Dust that a supernova leaves (y_d).",
                                      "DSC-17, Toyouchi+25 table 1", 0.0, 10.0),
    number<&Dust::cold_fraction>("cold_fraction", "-",
                                 "Part of the gas in which grains grow; they are destroyed in the rest (X_c).",
                                 "DSC-17, Toyouchi+25 table 1", 0.0, 1.0),
    number<&Dust::destruction_efficiency>("destruction_efficiency", "-", "Of a shock (epsilon).",
                                          "DSC-17, Toyouchi+25 table 1", 0.0, 1.0),
    number<&Dust::swept_msun>("swept_msun", "Msun", "Gas that one supernova shocks enough to destroy dust.",
                              "DSC-17, Toyouchi+25 table 1", 0.0, 1e6),
    number<&Dust::accretion_myr>("accretion_myr", "Myr", "Growth time of grains at solar metallicity (tau_0).",
                                 "DSC-17, Toyouchi+25 table 1", 0.01, 1e6)};

const std::vector<Parameter<Mesh>> mesh_rows{
    integer<&Mesh::n_rings>("n_rings", "-", "Number of rings.", "DSC-5, Toyouchi+25 section 2.1", 1, 10000),
    number<&Mesh::r_min_pc>("r_min_pc", "pc", "Inner edge of the rings.", "DSC-5, Toyouchi+25 section 2.1", 1e-3, 1e3),
    number<&Mesh::r_max_pc>("r_max_pc", "pc", "Outer edge of the rings.", "DSC-5, Toyouchi+25 section 2.1", 1e2, 1e7)};

const std::vector<Parameter<Sight>> sight_rows{
    number<&Sight::depth_factor>("depth_factor", "-", "Factor on the optical depth of the dust.", "DSC-21", 0.0, 1e3),
    number<&Sight::displacement>("displacement", "-",
                                 "Dust reaches this many times farther out than it was made (chi_d).",
                                 "DSC-21, Toyouchi+25 section 5", 1e-2, 1e3),
    choice<&Sight::geometry, geometry_names>(
        "geometry", "Dust and stars mixed in a slab, or all dust before a part of the stars.", "DSC-21, DSC-22"),
    number<&Sight::covering>("covering", "-", "That part of the stars; for geometry = cover (f_c).",
                             "DSC-22, Toyouchi+25 section 5", 0.0, 1.0),
    number<&Sight::grain_radius_um>("grain_radius_um", "micron", "Radius of large grains; 0: dust as in the Milky Way.",
                                    "DSC-23", 0.0, 100.0),
    flag<&Sight::two_faces>("two_faces", "Dust absorbs from both faces, as it radiates (the paper: from one).",
                            "DSC-24")};

}  // namespace cecropia::disc

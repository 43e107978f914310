#include "cecropia/stars/parameters.hpp"

namespace cecropia::stars {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::tables, model_names>(
        "tables", "Stellar model: standard (role of PARSEC v2.0) or hartwig2022 (older yields and energies).",
        "STA-16, STA-20"),
    text<&Parameters::table_file>(
        "table_file", "File of stellar tables to read; empty: build them, or take them from the cache.", "STA-16"),
    number<&Parameters::f_mix>("f_mix", "-",
                               "Mixing of fallback matter in core-collapse supernovae: 0 layered, 1 mixed.",
                               "STA-13; CHOICE, calibrated on the yields of Liu et al. (2025)", 0, 1),
    number<&Parameters::x_he_shell_cc>("x_he_shell_cc", "-",
                                       "Metal fraction made in the ejected helium shell of core-collapse supernovae.",
                                       "STA-13; CHOICE, calibrated on the yields of Liu et al. (2025)", 0, 1),
    number<&Parameters::x_he_shell_pp>(
        "x_he_shell_pp", "-", "Metal fraction made in the helium shell ejected by pulsational pair instability.",
        "STA-14; CHOICE, calibrated on the yields of Liu et al. (2025)", 0, 1),
    number<&Parameters::m_wd_max_msun>("m_wd_max_msun", "Msun", "Initial mass below which stars leave white dwarfs.",
                                       "STA-7; Liu et al. (2025)", 8, 20),
    number<&Parameters::m_ecsn_max_msun>("m_ecsn_max_msun", "Msun",
                                         "Initial mass below which cores collapse by electron capture.",
                                         "STA-7; Liu et al. (2025)", 8, 20),
    number<&Parameters::m_he_ppisn_msun>("m_he_ppisn_msun", "Msun",
                                         "Helium core where pulsational pair instability begins.",
                                         "STA-7; Spera & Mapelli (2017)", 20, 300),
    number<&Parameters::m_he_pisn_msun>("m_he_pisn_msun", "Msun", "Helium core where pair instability begins.",
                                        "STA-7; Spera & Mapelli (2017)", 20, 300),
    number<&Parameters::m_he_dbh_msun>("m_he_dbh_msun", "Msun", "Helium core where direct collapse begins.",
                                       "STA-7; Spera & Mapelli (2017)", 20, 300),
    number<&Parameters::e_ccsn_1e51_erg>("e_ccsn_1e51_erg", "1e51 erg",
                                         "Energy of a core-collapse or electron-capture supernova.",
                                         "STA-7; Liu et al. (2025)", 0, 100),
    number<&Parameters::e_ppisn_1e51_erg>("e_ppisn_1e51_erg", "1e51 erg",
                                          "Energy of a pulsational pair-instability supernova.",
                                          "STA-7; Liu et al. (2025)", 0, 100),
    number<&Parameters::e_pisn_1e51_erg>("e_pisn_1e51_erg", "1e51 erg", "Energy of a pair-instability supernova.",
                                         "STA-7; Liu et al. (2025)", 0, 200),
    number<&Parameters::imf2_min_msun>("imf2_min_msun", "Msun", "Lower limit of the Population II IMF (Kroupa).",
                                       "IMF-2; Liu et al. (2025)", 1e-3, 5),
    number<&Parameters::imf2_max_msun>("imf2_max_msun", "Msun", "Upper limit of the Population II IMF.",
                                       "IMF-2; Liu et al. (2025), best fit", 20, 600),
    number<&Parameters::imf3_min_msun>("imf3_min_msun", "Msun", "Lower limit of the Population III IMF.",
                                       "IMF-2; Liu et al. (2025), table 1", 0.1, 500),
    number<&Parameters::imf3_max_msun>("imf3_max_msun", "Msun", "Upper limit of the Population III IMF.",
                                       "IMF-2; Liu et al. (2025), table 1", 10, 600),
    number<&Parameters::imf3_slope>("imf3_slope", "-", "Slope of the Population III IMF, dN/dm ~ m^-slope.",
                                    "IMF-2; Liu et al. (2025), table 1", -3, 5),
    number<&Parameters::m_massive_msun>("m_massive_msun", "Msun",
                                        "Stars above are drawn one by one and die; those below only add mass.",
                                        "IMF-4; Liu et al. (2025), section 2.3", 2, 15)};

}  // namespace cecropia::stars

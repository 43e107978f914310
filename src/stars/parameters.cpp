#include "cecropia/stars/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::tables, model_names>("tables",
                                             "Stellar model: standard (role of PARSEC v2.0), hartwig2022 (older yields "
                                             "and energies), or the latter with the "
                                             "yields of kobayashi2006 or nomoto2013 at all metallicities.",
                                             "STA-16, STA-20, STA-28"),
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
    choice<&Parameters::remnant, remnant_names>("remnant", "Fallback in core collapse: delayed or rapid explosion.",
                                                "STA-9, STA-25; Fryer et al. (2012), Liu et al. (2025) have delayed"),
    choice<&Parameters::ppisn_energy, ppisn_energy_names>(
        "ppisn_energy",
        "Energy of pulsational pair-instability supernovae: fixed (e_ppisn_1e51_erg) or woosley2017 (by helium core).",
        "STA-7, STA-26; Liu et al. (2025) have fixed"),
    number<&Parameters::wind_scale>("wind_scale", "-",
                                    "Factor on ln(m / final mass) of stars above m_wd_max_msun; 0: no winds.",
                                    "STA-27; CHOICE", 0, largest_wind_scale),
    choice<&Parameters::imf2_form, imf_form_names>("imf2_form", "Form of the Population II IMF.",
                                                   "IMF-2, IMF-7 to IMF-10; Liu et al. (2025)"),
    number<&Parameters::imf2_min_msun>("imf2_min_msun", "Msun",
                                       "Lower limit of the Population II IMF (not of chon2024 and table).",
                                       "IMF-2; Liu et al. (2025)", 1e-3, 5),
    number<&Parameters::imf2_max_msun>(
        "imf2_max_msun", "Msun",
        "Upper limit of the Population II IMF (not of table, and not with imf2_max_values_msun).",
        "IMF-2; Liu et al. (2025), best fit", 20, 600),
    number<&Parameters::imf2_slope>("imf2_slope", "-",
                                    "Slope of the Population II IMF, dN/dm ~ m^-slope; for the form power_law.",
                                    "IMF-2; Salpeter (1955)", -3, 5),
    numbers<&Parameters::imf2_breaks_msun>(
        "imf2_breaks_msun", "Msun",
        "Masses where the slope of the Population II IMF changes, ascending; for the form broken_power_law.", "IMF-7",
        1e-3, 600),
    numbers<&Parameters::imf2_slopes>(
        "imf2_slopes", "-",
        "Slopes of the pieces of the Population II IMF, one more than breaks; for the form broken_power_law.", "IMF-7",
        -5, 10),
    number<&Parameters::imf2_chon_m_min_msun>(
        "imf2_chon_m_min_msun", "Msun", "Lower limit and lower scale of the Population II IMF; for the form chon2024.",
        "IMF-9; Toyouchi et al. (2025)", 1e-3, 5),
    number<&Parameters::imf2_chon_floor_zsun>(
        "imf2_chon_floor_zsun", "-",
        "Metallicity over 0.02 below which the Population II IMF changes no more; for the form chon2024.",
        "IMF-9; CHOICE", 1e-8, 1),
    text<&Parameters::imf2_file>("imf2_file", "File with the nodes of the Population II IMF; for the form table.",
                                 "IMF-10"),
    numbers<&Parameters::imf2_max_metallicity>(
        "imf2_max_metallicity", "-",
        "Metallicities (mass fractions, ascending) at which imf2_max_values_msun are given; empty: no dependence.",
        "IMF-11", 1e-12, 0.1),
    numbers<&Parameters::imf2_max_redshift>(
        "imf2_max_redshift", "-",
        "Redshifts (ascending) at which imf2_max_values_msun are given; empty: no dependence.", "IMF-11", 0, 1000),
    numbers<&Parameters::imf2_max_values_msun>(
        "imf2_max_values_msun", "Msun", "Upper limits of the Population II IMF at these metallicities or redshifts.",
        "IMF-11", 20, 600),
    choice<&Parameters::imf3_form, imf_form_names>("imf3_form", "Form of the Population III IMF.",
                                                   "IMF-2, IMF-7 to IMF-10; Liu et al. (2025)"),
    number<&Parameters::imf3_min_msun>("imf3_min_msun", "Msun",
                                       "Lower limit of the Population III IMF (not of chon2024 and table).",
                                       "IMF-2; Liu et al. (2025), table 1", 0.1, 500),
    number<&Parameters::imf3_max_msun>(
        "imf3_max_msun", "Msun",
        "Upper limit of the Population III IMF (not of table, and not with imf3_max_values_msun).",
        "IMF-2; Liu et al. (2025), table 1", 10, 600),
    number<&Parameters::imf3_slope>("imf3_slope", "-",
                                    "Slope of the Population III IMF, dN/dm ~ m^-slope; for the form power_law.",
                                    "IMF-2; Liu et al. (2025), table 1", -3, 5),
    numbers<&Parameters::imf3_breaks_msun>(
        "imf3_breaks_msun", "Msun",
        "Masses where the slope of the Population III IMF changes, ascending; for the form broken_power_law.", "IMF-7",
        1e-3, 600),
    numbers<&Parameters::imf3_slopes>(
        "imf3_slopes", "-",
        "Slopes of the pieces of the Population III IMF, one more than breaks; for the form broken_power_law.", "IMF-7",
        -5, 10),
    number<&Parameters::imf3_chon_m_min_msun>(
        "imf3_chon_m_min_msun", "Msun", "Lower limit and lower scale of the Population III IMF; for the form chon2024.",
        "IMF-9; Toyouchi et al. (2025)", 1e-3, 5),
    number<&Parameters::imf3_chon_floor_zsun>(
        "imf3_chon_floor_zsun", "-",
        "Metallicity over 0.02 below which the Population III IMF changes no more; for the form chon2024.",
        "IMF-9; CHOICE", 1e-8, 1),
    text<&Parameters::imf3_file>("imf3_file", "File with the nodes of the Population III IMF; for the form table.",
                                 "IMF-10"),
    numbers<&Parameters::imf3_max_metallicity>(
        "imf3_max_metallicity", "-",
        "Metallicities (mass fractions, ascending) at which imf3_max_values_msun are given; empty: no dependence.",
        "IMF-11", 1e-12, 0.1),
    numbers<&Parameters::imf3_max_redshift>(
        "imf3_max_redshift", "-",
        "Redshifts (ascending) at which imf3_max_values_msun are given; empty: no dependence.", "IMF-11", 0, 1000),
    numbers<&Parameters::imf3_max_values_msun>(
        "imf3_max_values_msun", "Msun", "Upper limits of the Population III IMF at these metallicities or redshifts.",
        "IMF-11", 10, 600),
    number<&Parameters::m_massive_msun>("m_massive_msun", "Msun",
                                        "Stars above are drawn one by one and die; those below only add mass.",
                                        "IMF-4; Liu et al. (2025), section 2.3", 2, 15)};

std::vector<Parameter<Parameters>> builder_rows() {
  std::vector<Parameter<Parameters>> found;
  for (const Parameter<Parameters>& row : rows)
    if (row.key.substr(0, 3) != "imf" && row.key != "tables" && row.key != "table_file" && row.key != "m_massive_msun")
      found.push_back(row);
  return found;
}

void check_tables(const Parameters& p) {
  const bool from_file = !p.table_file.empty();
  const char* chosen = from_file ? "table_file" : p.tables != Model::standard ? "tables" : "ppisn_energy";
  const auto refuse = [chosen](std::string_view key, const char* expected) {
    throw InputError(
        {fmt::format("parameter 'stars.{}' was changed, but has no effect with the chosen stars.{}", key, chosen),
         fmt::format("parameters stars.{} and stars.{}", key, chosen), expected,
         "remove it, or choose the tables that it is for"});
  };
  if (from_file && p.tables != Model::standard)
    refuse("tables", "one of the two: the stars come from the file, or from a model");
  const Parameters untouched;
  for (const Parameter<Parameters>& row : rows) {
    if (row.key == "table_file" || row.key == "tables" || row.load(p) == row.load(untouched)) continue;
    Parameters changed;
    row.store(changed, row.load(p));
    if (describe(changed.builder()) == describe(BuilderParameters{})) continue;  // not the builder's
    if (from_file || p.tables != Model::standard)
      refuse(row.key, "changes of what these tables depend on: they come without free parameters");
    if (row.key == "e_ppisn_1e51_erg" && p.ppisn_energy != PpisnEnergy::fixed)
      refuse(row.key, "an energy only where energies are fixed");
  }
}

ImfParameters Parameters::imf_ii() const {
  return {.keys = "stars.imf2",
          .form = imf2_form,
          .m_min_msun = imf2_min_msun,
          .m_max_msun = imf2_max_msun,
          .slope = imf2_slope,
          .breaks_msun = imf2_breaks_msun,
          .slopes = imf2_slopes,
          .chon_m_min_msun = imf2_chon_m_min_msun,
          .chon_floor_zsun = imf2_chon_floor_zsun,
          .file = imf2_file,
          .max_metallicity = imf2_max_metallicity,
          .max_redshift = imf2_max_redshift,
          .max_values_msun = imf2_max_values_msun};
}

ImfParameters Parameters::imf_iii() const {
  return {.keys = "stars.imf3",
          .form = imf3_form,
          .m_min_msun = imf3_min_msun,
          .m_max_msun = imf3_max_msun,
          .slope = imf3_slope,
          .breaks_msun = imf3_breaks_msun,
          .slopes = imf3_slopes,
          .chon_m_min_msun = imf3_chon_m_min_msun,
          .chon_floor_zsun = imf3_chon_floor_zsun,
          .file = imf3_file,
          .max_metallicity = imf3_max_metallicity,
          .max_redshift = imf3_max_redshift,
          .max_values_msun = imf3_max_values_msun};
}

namespace {

std::string_view name_of(ImfForm form) {
  return std::find_if(imf_form_names.begin(), imf_form_names.end(), [form](const auto& n) { return n.value == form; })
      ->name;
}

/// A row that was changed in vain is more likely a mistake than a wish.
void refuse_vain_changes(const ImfParameters& p, const ImfParameters& untouched) {
  const bool table = p.form == ImfForm::table, chon = p.form == ImfForm::chon, listed = !p.max_values_msun.empty();
  const auto must_have_effect = [&](const char* key, bool changed, bool has_effect) {
    if (!changed || has_effect) return;
    throw InputError({fmt::format("parameter '{}_{}' was changed, but has no effect with the form {}{}", p.keys, key,
                                  name_of(p.form), listed ? " and a list of upper limits" : ""),
                      fmt::format("parameters {0}_{1} and {0}_form", p.keys, key),
                      "changes of what the form of the IMF depends on",
                      "remove it, or choose the form that it is for"});
  };
  must_have_effect("min_msun", p.m_min_msun != untouched.m_min_msun, !table && !chon);
  must_have_effect("max_msun", p.m_max_msun != untouched.m_max_msun, !table && !listed);
  must_have_effect("slope", p.slope != untouched.slope, p.form == ImfForm::power_law);
  must_have_effect("breaks_msun", !p.breaks_msun.empty(), p.form == ImfForm::broken_power_law);
  must_have_effect("slopes", !p.slopes.empty(), p.form == ImfForm::broken_power_law);
  must_have_effect("chon_m_min_msun", p.chon_m_min_msun != untouched.chon_m_min_msun, chon);
  must_have_effect("chon_floor_zsun", p.chon_floor_zsun != untouched.chon_floor_zsun, chon);
  must_have_effect("file", !p.file.empty(), table);
}

}  // namespace

void check_imfs(const Parameters& parameters) {
  const Parameters untouched;
  for (const auto& [p, before] :
       {std::pair(parameters.imf_ii(), untouched.imf_ii()), std::pair(parameters.imf_iii(), untouched.imf_iii())}) {
    refuse_vain_changes(p, before);
    if (p.form == ImfForm::table && !p.file.empty()) continue;  // its limits are in the file
    ImfModel(p).require_massive_stars(parameters.m_massive_msun);
  }
}

}  // namespace cecropia::stars

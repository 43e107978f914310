#pragma once
/// \file  Section `stars` of the parameter file: which stellar tables, and the initial mass functions of both
/// populations. Theory manual: docs/theory/stars.md, docs/theory/imf.md.
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/imf_model.hpp"

namespace cecropia::stars {

struct Parameters {
  Model tables = BuilderParameters{}.model;
  std::string table_file;  ///< "" = build (or take from the cache)
  double f_mix = BuilderParameters{}.f_mix;
  double x_he_shell_cc = BuilderParameters{}.x_he_shell_cc;
  double x_he_shell_pp = BuilderParameters{}.x_he_shell_pp;
  double m_wd_max_msun = BuilderParameters{}.m_wd_max_msun;
  double m_ecsn_max_msun = BuilderParameters{}.m_ecsn_max_msun;
  double m_he_ppisn_msun = BuilderParameters{}.m_he_ppisn_msun;
  double m_he_pisn_msun = BuilderParameters{}.m_he_pisn_msun;
  double m_he_dbh_msun = BuilderParameters{}.m_he_dbh_msun;
  double e_ccsn_1e51_erg = BuilderParameters{}.e_ccsn_1e51_erg;
  double e_ppisn_1e51_erg = BuilderParameters{}.e_ppisn_1e51_erg;
  double e_pisn_1e51_erg = BuilderParameters{}.e_pisn_1e51_erg;
  RemnantModel remnant = BuilderParameters{}.remnant;
  PpisnEnergy ppisn_energy = BuilderParameters{}.ppisn_energy;
  double wind_scale = BuilderParameters{}.wind_scale;
  ImfForm imf2_form = ImfForm::kroupa;
  double imf2_min_msun = 0.01;
  double imf2_max_msun = 250.0;
  double imf2_slope = salpeter_slope;
  std::vector<double> imf2_breaks_msun, imf2_slopes;
  double imf2_chon_m_min_msun = ImfParameters{}.chon_m_min_msun;
  double imf2_chon_floor_zsun = ImfParameters{}.chon_floor_zsun;
  std::string imf2_file;
  std::vector<double> imf2_max_metallicity, imf2_max_redshift, imf2_max_values_msun;
  ImfForm imf3_form = ImfForm::power_law;
  double imf3_min_msun = 13.6;
  double imf3_max_msun = 197.0;
  double imf3_slope = 1.77;
  std::vector<double> imf3_breaks_msun, imf3_slopes;
  double imf3_chon_m_min_msun = ImfParameters{}.chon_m_min_msun;
  double imf3_chon_floor_zsun = ImfParameters{}.chon_floor_zsun;
  std::string imf3_file;
  std::vector<double> imf3_max_metallicity, imf3_max_redshift, imf3_max_values_msun;
  double m_massive_msun = 5.0;

  /// What the builder of tables needs of it.
  BuilderParameters builder() const {
    return {.model = tables,
            .f_mix = f_mix,
            .x_he_shell_cc = x_he_shell_cc,
            .x_he_shell_pp = x_he_shell_pp,
            .m_wd_max_msun = m_wd_max_msun,
            .m_ecsn_max_msun = m_ecsn_max_msun,
            .m_he_ppisn_msun = m_he_ppisn_msun,
            .m_he_pisn_msun = m_he_pisn_msun,
            .m_he_dbh_msun = m_he_dbh_msun,
            .e_ccsn_1e51_erg = e_ccsn_1e51_erg,
            .e_ppisn_1e51_erg = e_ppisn_1e51_erg,
            .e_pisn_1e51_erg = e_pisn_1e51_erg,
            .remnant = remnant,
            .ppisn_energy = ppisn_energy,
            .wind_scale = wind_scale};
  }
  ImfParameters imf_ii() const;   ///< of Population II
  ImfParameters imf_iii() const;  ///< of Population III
};

extern const std::vector<Parameter<Parameters>> rows;
/// Those of `rows` that an import can use: what becomes of stars, not which tables or IMFs a run takes.
std::vector<Parameter<Parameters>> builder_rows();

/// InputError where a row of the builder was changed that has no effect on the tables that the parameters ask for:
/// older models and files have no free parameters, and e_ppisn_1e51_erg is for energies that are fixed.
void check_tables(const Parameters& parameters);
/// InputError where the rows imf2_* or imf3_* do not fit together: a row that was changed but has no effect with the
/// chosen form, and whatever ImfModel refuses. The file of a tabulated IMF is not opened.
void check_imfs(const Parameters& parameters);

}  // namespace cecropia::stars

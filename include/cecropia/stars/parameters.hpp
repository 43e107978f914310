#pragma once
/// \file  Section `stars` of the parameter file: which stellar tables, and the initial mass functions of both
/// populations. Theory manual: docs/theory/stars.md, docs/theory/imf.md.
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/imf.hpp"

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
  double imf2_min_msun = 0.01;
  double imf2_max_msun = 250.0;
  double imf3_min_msun = 13.6;
  double imf3_max_msun = 197.0;
  double imf3_slope = 1.77;
  double m_massive_msun = 5.0;

  /// What the builder of tables needs of it.
  BuilderParameters builder() const {
    return {tables,          f_mix,          x_he_shell_cc, x_he_shell_pp,   m_wd_max_msun,    m_ecsn_max_msun,
            m_he_ppisn_msun, m_he_pisn_msun, m_he_dbh_msun, e_ccsn_1e51_erg, e_ppisn_1e51_erg, e_pisn_1e51_erg};
  }
  Imf imf_ii() const { return Imf::kroupa(imf2_min_msun, imf2_max_msun); }
  Imf imf_iii() const { return Imf::power_law(imf3_min_msun, imf3_max_msun, imf3_slope); }
};

extern const std::vector<Parameter<Parameters>> rows;

}  // namespace cecropia::stars

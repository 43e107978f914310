#pragma once
/// \file  What a published product says about stars, before it becomes tables: only what stands in it, each number with
/// the place where it stands.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// What becomes of a star's mass; in a product it is there together or not at all.
struct End {
  Fate fate = Fate::wd;
  double m_rem_baryonic_msun = 0;
  Elements wind_msun{}, sn_msun{};  ///< gross
  double wind_new_metals_msun = 0, sn_new_metals_msun = 0;
};

/// One star of a product; what the product does not say is empty.
struct ProductStar {
  double z = 0, m_msun = 0;
  std::string where;           ///< "file.dat, row 12"
  std::string lifetime_where;  ///< "file.dat, row 12, column 'lifetime_myr'"
  /// Where quantities stand, by the names that their columns have in CSV; what is not listed stands at `where`.
  std::map<std::string, std::string> places;
  bool columns_have_names = false;  ///< CSV: every column has the name of its quantity
  std::string place_of(const std::string& quantity) const {
    const auto found = places.find(quantity);
    if (found != places.end()) return found->second;
    return columns_have_names ? where + ", column '" + quantity + "'" : where;
  }
  std::optional<double> lifetime_myr, log10_q_per_s, log10_q_lw_per_s, log10_l_uv_erg_s_hz;
  std::optional<double> m_fin_msun, m_he_msun, m_co_msun, f_fallback, m_rem_gravitational_msun, e_sn_erg;
  std::optional<End> end;
  /// Half units of the last printed digits of all numbers in the mass budget, added up [Msun].
  double printed_precision_msun = 0;
};

struct Product {
  std::string format;              ///< "parsec", ...
  std::string source;              ///< one line for the tables' `source`
  std::vector<std::string> files;  ///< in the order they were read
  /// Of the same, "sevn/0004/mass.dat | 0123456789abcdef": name as given and below, XXH3 (64 bit) of the content.
  std::vector<std::string> contents;
  std::vector<ProductStar> stars;
  std::vector<std::string> notes;  ///< what the user has to know about all of it, one sentence each
};

}  // namespace cecropia::stars

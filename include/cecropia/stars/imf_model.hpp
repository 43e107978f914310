#pragma once
/// \file  An IMF that may depend on the metallicity and the redshift at birth. Theory manual: docs/theory/imf.md, IMF-7
/// to IMF-11.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/stars/imf.hpp"
#include "cecropia/stars/imf_table.hpp"

namespace cecropia::stars {

enum class ImfForm { kroupa, chabrier, salpeter, power_law, broken_power_law, log_flat, chon, table };
inline constexpr std::array<Named<ImfForm>, 8> imf_form_names{{{"kroupa2001", ImfForm::kroupa},
                                                               {"chabrier2003", ImfForm::chabrier},
                                                               {"salpeter1955", ImfForm::salpeter},
                                                               {"power_law", ImfForm::power_law},
                                                               {"broken_power_law", ImfForm::broken_power_law},
                                                               {"log_flat", ImfForm::log_flat},
                                                               {"chon2024", ImfForm::chon},
                                                               {"table", ImfForm::table}}};

/// What the IMF of one population is made from: the rows stars.imf2_* or stars.imf3_*.
struct ImfParameters {
  std::string keys = "stars.imf2";  ///< first part of the names of the rows, for messages
  ImfForm form = ImfForm::kroupa;
  double m_min_msun = 0.01, m_max_msun = 250.0;
  double slope = salpeter_slope;            ///< power_law
  std::vector<double> breaks_msun, slopes;  ///< broken_power_law: inner breaks, one slope more
  double chon_m_min_msun = 0.04;            ///< chon2024: lower limit and lower scale
  double chon_floor_zsun = 1e-4;            ///< chon2024: metallicity below which nothing changes, over 0.02
  std::string file;                         ///< table
  std::vector<double> max_metallicity;      ///< nodes of the upper limit in metallicity, ascending, or
  std::vector<double> max_redshift;         ///< nodes in redshift, ascending; both empty: m_max everywhere
  std::vector<double> max_values_msun;      ///< upper limit at the nodes
};

/// IMF-11: which stars form at a metallicity and a redshift.
class ImfModel {
 public:
  /// An IMF that depends on nothing.
  ImfModel(const Imf& imf);  // NOLINT(google-explicit-constructor): an Imf is the simplest model
  /// From parameters; `table_text` is the content of the file for form `table`, else unused. InputError that names the
  /// rows if they do not fit together: limits in the wrong order, lists of different lengths or not ascending, nodes in
  /// metallicity and in redshift, no file; and the faults of parse_imf.
  explicit ImfModel(const ImfParameters& parameters, std::string_view table_text = {});

  /// The IMF of stars born at metallicity z_metal (mass fraction, >= 0) and `redshift`. The upper limit is linear in
  /// log10 of the metallicity or in redshift between its nodes, constant outside.
  Imf at(double z_metal, double redshift) const;
  double m_max_msun(double z_metal, double redshift) const;
  double lowest_m_max_msun() const;   ///< of all metallicities and redshifts
  double highest_m_max_msun() const;  ///< of all metallicities and redshifts
  /// InputError if at some metallicity or redshift no star is above `m_massive_msun`.
  void require_massive_stars(double m_massive_msun) const;
  bool depends_on_metallicity() const;
  bool depends_on_redshift() const { return !p_.max_redshift.empty(); }
  /// Redshifts that divide bins in which the upper limit changes by at most `step` of itself (CHOICE: 2 %, the width of
  /// a mass cell of the stellar tables), ascending; empty if nothing depends on redshift.
  std::vector<double> redshift_edges(double step = 0.02) const;
  /// Hash of the numbers of the file; 0 without a file.
  std::uint64_t table_hash() const { return table_.m_msun.empty() ? 0 : table_.content_hash(); }

 private:
  void check_limits() const;
  Imf with_limit(double z_metal, double m_max_msun) const;

  ImfParameters p_;
  ImfTable table_;
  std::vector<Imf> fixed_;  // one, if the model was made from an Imf
};

}  // namespace cecropia::stars

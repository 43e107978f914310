#pragma once
/// \file  A user's own data: one row of index.csv in the folder of the observations, and the file that it names. The
/// page for users is docs/observations.md, the equation OBS-19.
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::observe {

inline constexpr const char* index_file = "index.csv";

/// What a row is for: to enter L_all, to be compared and reported beside it, or to be drawn only.
enum class Use { likelihood, report, figure };
inline constexpr std::array use_names{Named<Use>{"likelihood", Use::likelihood}, Named<Use>{"report", Use::report},
                                      Named<Use>{"figure", Use::figure}};

/// A quantity that has no column of its own, but one for each bin of magnitude that a file asks for (OBS-20).
inline constexpr const char* luminosity_function = "uvlf";
inline constexpr const char* luminosity_function_unit = "mag^-1 cMpc^-3";

/// Absolute AB magnitudes at 1500 Angstrom from m_uv_ab - width_mag/2 to m_uv_ab + width_mag/2, without the upper end.
struct MagnitudeBin {
  double m_uv_ab = 0, width_mag = 1;
  double brightest() const { return m_uv_ab - 0.5 * width_mag; }
  double faintest() const { return m_uv_ab + 0.5 * width_mag; }
  auto operator<=>(const MagnitudeBin&) const = default;
};

/// One measurement of a column of the history.
struct TermPoint {
  double z = 0, value = 0;        ///< in the unit of the column, or log10 of that
  double err_lo = 0, err_hi = 0;  ///< positive distances, as the value
  double window_myr = 0;          ///< time before z over which the measurement is a mean [Myr]; 0: the column as it is
  std::optional<MagnitudeBin> bin;  ///< of a luminosity function
  std::string reference;
};

/// A row of the index with its file.
struct Term {
  std::string name;      ///< of its likelihood and its comparison in the output
  std::string file;      ///< in the folder of the index
  std::string quantity;  ///< column of the history that is compared, or luminosity_function
  /// Column of the history that counts its galaxies [cMpc^-3] (OBS-9), or luminosity_function: those of the bin; empty:
  /// no count.
  std::string abundance;
  Use use = Use::figure;
  std::string where;  ///< file and line of the row

  // Of rows that are compared:
  bool in_log10 = false;          ///< values are decimal logarithms, errors are in dex
  std::string unit, unit_where;   ///< of the value (under the logarithm), and where that is said
  std::vector<TermPoint> points;  ///< in the order of the file
};

/// Rows of an index whose text was read from `path`; files are not looked at. InputError with file and line for an
/// unknown use, a name that cannot be one or is taken, and a file that is not in the folder itself.
std::vector<Term> terms_of_index(const std::string& path, const std::string& text);

/// The bins that files ask for, the brightest first, each once.
std::vector<MagnitudeBin> magnitude_bins(const std::vector<Term>& terms);
/// Name of a bin's column of the history.
std::string column_of(const MagnitudeBin& bin);

/// Fills in what the term's file, whose text was read from `path`, holds. InputError with file and line.
void add_points(Term& term, const std::string& path, const std::string& text);

}  // namespace cecropia::observe

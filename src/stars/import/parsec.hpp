#pragma once
/// \file  PARSEC v2.0 products of very massive stars (Costa et al. 2025): ejecta of winds and of the whole life, a file
/// each per metallicity; ionising photons and tracks, a file each per star. Columns go by their names.
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/stars/product.hpp"
#include "text.hpp"

namespace cecropia::stars::parsec {

/// True if files with the names of such products are in the folder or below.
bool is_mine(const std::filesystem::path& folder);

/// One row of a file of ejecta.
struct EjectaRow {
  std::size_t row = 0;
  text::Printed m;
  std::optional<text::Printed> m_fin, m_he, m_co, m_rem, m_bar;
  std::string fate;  ///< as it stands there; "" without such a column
  std::vector<text::Printed> isotope;
};
struct EjectaFile {
  std::string file;
  std::vector<std::string> isotopes;     ///< names of the columns
  std::vector<Slot> slots;               ///< of the same
  std::map<double, EjectaRow> rows;      ///< by initial mass [Msun]
  std::vector<std::string> ignored;      ///< columns that are neither a known quantity nor look like an isotope
  std::optional<double> initial_metals;  ///< mass fraction of metals in the header's initial composition
};
/// The entry of a map by mass whose key is within 1e-3 of m (print and file names round), the nearest one; or the end.
template <class Map>
auto near_mass(Map& map, double m) -> decltype(map.begin()) {
  constexpr double same = 1e-3;
  auto best = map.end();
  for (auto it = map.lower_bound(m * (1.0 - same)); it != map.end() && it->first <= m * (1.0 + same); ++it)
    if (best == map.end() || std::abs(it->first - m) < std::abs(best->first - m)) best = it;
  return best;
}

/// A file of ejecta. InputError with row and column: unknown column, cut line, negative or undefined number, a mass
/// twice.
EjectaFile parse_ejecta(const std::string& file, std::string_view text);

/// Photons of one star, averages over its life.
struct Photons {
  double life_myr = 0;  ///< last age
  double q_per_s = 0;
  std::optional<double> q_lw_per_s;  ///< 11.2-13.6 eV
  std::string q_column, lw_column;   ///< names of the columns
};
/// A file of photon rates through the life of a star of mass m and metallicity z, which tell years from Myr where the
/// header does not. `life_myr`: to the end of the track, if that is known. InputError as above.
Photons parse_photons(const std::string& file, std::string_view text, double m_msun, double z,
                      std::optional<double> life_myr);

/// Last age [Myr] in a file of a track. InputError as above.
double parse_track_life_myr(const std::string& file, std::string_view text, double m_msun, double z);

/// The stars of one metallicity. InputError where the two files do not fit together.
std::vector<ProductStar> stars_of(double z, const EjectaFile& winds, const EjectaFile& total);

/// All of it.
Product read(const std::vector<std::filesystem::path>& paths);

}  // namespace cecropia::stars::parsec

#pragma once
/// \file  Stellar-population tables: what one star of mass m and metallicity Z does in its life and at its end.
/// Theory manual: docs/theory/stars.md, STA-16 and STA-17.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/parallel/node_array.hpp"
#include "cecropia/stars/edges.hpp"
#include "cecropia/stars/metallicity_lookup.hpp"

namespace cecropia::stars {

enum class Fate : std::uint8_t { wd, ecsn, ccsn, fsn, ppisn, pisn, dbh };
inline constexpr std::array<std::string_view, 7> fate_names{"WD", "ECSN", "CCSN", "FSN", "PPISN", "PISN", "DBH"};

/// One star. Masses in Msun; `wind` and `sn` are gross ejecta (they include the star's own initial metals).
struct Star {
  double z = 0, m_msun = 0, lifetime_myr = 0, log10_q_per_s = 0;  ///< q: lifetime-averaged H-ionising photon rate
  double log10_q_lw_per_s = 0;     ///< lifetime-averaged rate of Lyman-Werner photons, 11.2-13.6 eV
  double log10_l_uv_erg_s_hz = 0;  ///< lifetime-averaged luminosity at 1500 Angstrom per frequency
  double m_fin_msun = 0, m_he_msun = 0, m_co_msun = 0, f_fallback = 0;
  double m_rem_baryonic_msun = 0, m_rem_gravitational_msun = 0, e_sn_erg = 0;
  double wind_new_metals_msun = 0, sn_new_metals_msun = 0;
  Fate fate = Fate::wd;
  std::array<double, n_slots> wind_msun{}, sn_msun{};

  double wind_metals_msun() const;  ///< sum of slots C ... Oth
  double sn_metals_msun() const;
  double m_loss_msun() const { return m_msun - m_rem_baryonic_msun; }
};

/// The tables: one Star per (metallicity, mass), metallicity-major. Nearest neighbour in linear mass and in log10 Z
/// (Liu et al. 2025, section 2.4, footnote 17).
class Tables {
 public:
  Tables() = default;
  /// Grids ascending; stars.size() == z.size() * m.size(). Throws InputError (place and remedy) if they are not.
  Tables(std::vector<double> z_grid, std::vector<double> m_grid_msun, std::vector<Star> stars, std::string source);
  /// The same with stars that may live once per node (stars/node_tables.hpp).
  static Tables with(parallel::NodeArray<Star> stars, std::vector<double> z_grid, std::vector<double> m_grid_msun,
                     std::string source);

  const std::vector<double>& z_grid() const { return z_; }
  const std::vector<double>& m_grid_msun() const { return m_; }
  std::size_t n_z() const { return z_.size(); }
  std::size_t n_m() const { return m_.size(); }
  const Star& at(std::size_t i_z, std::size_t i_m) const { return stars_[i_z * m_.size() + i_m]; }
  /// Log-midpoints; Z = 0 and below the first midpoint -> 0.
  std::size_t nearest_z(double z) const { return metallicities_.nearest(z); }
  std::size_t nearest_m(double m_msun) const { return m_cells_.cell_of(m_msun); }
  const Star& nearest(double m_msun, double z) const { return at(nearest_z(z), nearest_m(m_msun)); }
  /// Edges of the mass cells (n_m + 1 values): the masses for which a node is the nearest neighbour, so that the first
  /// edge is 0 and the last infinity.
  const std::vector<double>& m_edges_msun() const { return edges_; }
  const MetallicityLookup& metallicities() const { return metallicities_; }
  const std::string& source() const { return source_; }
  const parallel::NodeArray<Star>& stars() const { return stars_; }  ///< in the order of at()
  std::uint64_t content_hash() const;                                ///< xxHash (XXH3, 64 bit) of the canonical columns

 private:
  void check_and_make_edges();
  std::vector<double> z_, m_, edges_;
  MetallicityLookup metallicities_;
  Edges m_cells_;
  parallel::NodeArray<Star> stars_;
  std::string source_;
};

/// STA-17: Population II stars are never below this bin (bin 1, if there is one).
inline std::size_t first_pop_ii_bin(const Tables& tables) { return tables.metallicities().first_pop_ii_bin(); }
/// STA-17: Population III stars are never above this bin: the last one with Z <= 1e-5, at least bin 0.
inline std::size_t last_pop_iii_bin(const Tables& tables) { return tables.metallicities().last_pop_iii_bin(); }
/// STA-17: metallicity bin for new stars of metallicity z: the nearest, within the bins of the population.
inline std::size_t metallicity_bin(const Tables& tables, double z, bool is_pop_iii) {
  return tables.metallicities().bin(z, is_pop_iii);
}

}  // namespace cecropia::stars

#pragma once
/// \file  A stellar population ready to be drawn from: an IMF over the cells of the stellar tables.
/// Theory manual: docs/theory/imf.md, IMF-4 to IMF-6.
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "cecropia/random/stream.hpp"
#include "cecropia/stars/imf.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// What the walk needs of one star, or of the mean star of a group of cells with one fate. Single precision: these are
/// amounts per star; what is added up is kept in double or in exact counts.
struct Kind {
  float mass_msun, lifetime_myr;
  float q_1e48_per_s;        ///< H-ionising photons, lifetime average [1e48 s^-1]
  float q_lw_1e48_per_s;     ///< Lyman-Werner photons, lifetime average [1e48 s^-1]
  float l_uv_1e20_erg_s_hz;  ///< luminosity at 1500 Angstrom, lifetime average [1e20 erg/s/Hz]
  float e_sn_1e51_erg;
  float m_loss_msun;                        ///< everything returned at death (winds and ejecta)
  std::array<float, n_metals> ejecta_msun;  ///< wind + supernova, carried metals (core/elements.hpp)
  Fate fate;
};

/// Metallicity bins of the tables, `first` to `last`; the default is all of them.
struct MetallicityBins {
  std::size_t first = 0, last = std::numeric_limits<std::size_t>::max();
};

/// One IMF on one set of tables. Cells are the tables' own mass cells cut by the limits of the IMF and by `m_massive`
/// (5 Msun). A star drawn from a cell lives and ends as the table's star of that cell (nearest neighbour, Liu et al.
/// 2025) and takes the cell's IMF-mean mass out of the gas, so that the expectation of mass, number, photons, energy
/// and every yield equals the IMF integral over nearest neighbours. Groups join neighbouring cells of equal fate at
/// every metallicity to at most 0.05 dex; they serve large numbers of stars. The mean star of a group has the group's
/// mean of every amount and of the lifetime, and the ionising rate that gives the mean number of photons over that
/// lifetime.
class Population {
 public:
  /// IMF-4. Throws InputError if the IMF has no star above `m_massive_msun`. Only stars of the metallicity `bins` are
  /// kept and may be asked for; their indices stay those of the tables.
  Population(const Tables& tables, const Imf& imf, double m_massive_msun = 5.0, MetallicityBins bins = {});

  std::size_t n_z() const { return cell_kind_.size() / n_cells(); }  ///< metallicity bins kept
  std::size_t first_z() const { return first_z_; }                   ///< the lowest of them
  std::size_t n_cells() const { return cell_number_.size(); }
  std::size_t n_groups() const { return group_number_.size(); }
  double massive_number_per_msun() const { return number_; }  ///< expected stars above m_massive per Msun formed
  double low_mass_fraction() const { return low_mass_; }      ///< mass fraction below m_massive
  const Kind& cell(std::size_t i_z, std::size_t i) const { return cell_kind_[(i_z - first_z_) * n_cells() + i]; }
  const Kind& group(std::size_t i_z, std::size_t i) const { return group_kind_[(i_z - first_z_) * n_groups() + i]; }
  double cell_number_per_msun(std::size_t i) const { return cell_number_[i]; }
  double group_number_per_msun(std::size_t i) const { return group_number_[i]; }
  double cell_mass_msun(std::size_t i) const { return cell_mass_[i]; }  ///< IMF-mean mass of the cell, any metallicity
  double group_mass_msun(std::size_t i) const { return group_mass_[i]; }
  /// H-ionising photons of the stars formed, while all of them live [1e48 s^-1 Msun^-1].
  double photons_1e48_per_s_msun(std::size_t i_z) const { return photons_[i_z - first_z_]; }
  std::pair<double, double> life_range_myr() const;       ///< shortest and longest life of any star [Myr]
  std::size_t first_cell() const { return first_cell_; }  ///< mass index in the tables of cell 0
  const Imf& imf() const { return imf_; }
  /// Expected number of massive stars up to which `sample` draws all of them star by star. Above, the lighter groups
  /// are drawn group by group and the heavy, rare stars still one by one.
  double star_by_star_limit() const { return stars_per_group * static_cast<double>(n_groups()); }

  /// `count` stars of kind `kind` were born. A kind may appear more than once.
  struct Born {
    const Kind* kind;
    std::int64_t count;
  };
  /// IMF-5: Poisson sampling of `expected_msun` (>= 0) of star formation at metallicity bin i_z, not exceeding
  /// `available_msun`. If more was drawn, stars are dropped in random order until the rest fits (IMF-6), the low-mass
  /// part last; nothing is carried over. `born` is overwritten; returns the mass actually formed [Msun], low-mass part
  /// included. Cost is proportional to the smaller of the number of stars and the number of groups.
  double sample(double expected_msun, double available_msun, std::size_t i_z, random::Stream& stream,
                std::vector<Born>& born) const;

 private:
  /// A star of the tail costs about twice as much as the Poisson deviate of a group, which is mostly zero there
  /// (sampler_benchmark).
  static constexpr double stars_per_group = 0.5;

  void make_cells(const Tables& tables, double m_low_msun);
  void make_groups(const Tables& tables, double m_low_msun);
  void make_tails();
  std::size_t first_rare_group(double expected_msun) const;
  double drop_stars(double available_msun, double massive_msun, std::size_t i_z, random::Stream& stream,
                    std::vector<Born>& born) const;
  double mass_of(const Kind* kind, std::size_t i_z) const;

  Imf imf_;
  std::size_t first_z_ = 0, last_z_ = 0, first_cell_ = 0;
  double number_ = 0, low_mass_ = 0;
  std::vector<double> cell_number_, cell_mass_, group_number_, group_mass_, photons_;
  std::vector<Kind> cell_kind_, group_kind_;
  /// All cells from a group on: their number per Msun and an alias table (Vose 1991) to draw one of them.
  struct Tail {
    double number = 0;
    struct Column {
      double cut;
      std::array<std::uint32_t, 2> cells;  // below and above the cut
    };
    std::vector<Column> columns;
    std::size_t draw(random::Stream& stream) const;
  };
  Tail make_tail(std::size_t first_cell) const;
  std::vector<std::size_t> group_start_;  // first cell of each group, and n_cells
  std::vector<Tail> tail_;                // from each group on
  std::vector<double> tail_crowding_;     // tail_.number / (groups in the tail), made to fall
};

}  // namespace cecropia::stars

#pragma once
/// \file  Lifetimes, ejecta, and what a population returns as it ages. Theory manual: docs/theory/disc.md, DSC-9 to
/// DSC-12. Masses in Msun, ages in Myr, metallicities as mass fractions.
#include <cstddef>
#include <span>
#include <vector>

#include "cecropia/disc/parameters.hpp"
#include "cecropia/stars/yield_rows.hpp"

namespace cecropia::disc {

/// Limits of the initial mass function (IMF-9), and the masses that end as supernovae that make and destroy dust.
inline constexpr double imf_min_msun = 0.04, imf_max_msun = 150.0;
inline constexpr double supernova_min_msun = 10.0, supernova_max_msun = 40.0;

/// DSC-9: lifetime of a star [Myr], mass > 0; falls with mass everywhere below 150 Msun.
double lifetime_fit_myr(double m_msun);
/// DSC-9 solved for the mass [Msun] between the limits of the IMF; the nearer limit for ages outside.
double mass_at_lifetime_msun(double age_myr);

/// DSC-10, DSC-11: what a star gives back at its end, linear in mass and in metallicity between the stars of a table.
class Ejecta {
 public:
  /// Explosions above 1e51 erg (pair instability) are left out. InputError with `source`, the name of the table, for a
  /// metallicity without a star above 10 Msun that explodes, for two stars of one metallicity and mass, or for
  /// no star.
  Ejecta(std::span<const stars::YieldRow> rows, MassiveEjecta massive, const std::string& source = "table of yields");

  /// DSC-10: initial mass minus remnant; 0 below the lightest star of the table, which outlives the universe.
  double returned_msun(double m_msun, double z) const;
  /// DSC-11: metals that the star made and its explosion ejects; 0 at 10 Msun and below.
  double new_metals_msun(double m_msun, double z) const;
  /// Masses [Msun], ascending, between which both amounts are straight lines at every metallicity.
  const std::vector<double>& bends_msun() const { return bends_msun_; }

 private:
  struct AtMetallicity {
    double z;
    std::vector<double> m_msun, returned_msun, m_exploding_msun, new_metals_msun;
  };
  template <class Amount>
  double between_metallicities(double m_msun, double z, Amount amount) const;

  std::vector<AtMetallicity> tables_;
  std::vector<double> bends_msun_{supernova_min_msun, supernova_max_msun};
  MassiveEjecta massive_;
};

/// DSC-12: what 1 Msun of stars returns in each step of its age, on a grid of log metallicity; between two rows of the
/// grid a mixture of both. Ages count from the end of the step in which the stars formed.
class Kernels {
 public:
  /// Tables for `n_ages` steps of `step_myr`. Takes about 0.1 s for 1000 ages.
  Kernels(const Ejecta& ejecta, const Stars& p, double step_myr, std::size_t n_ages);

  double step_myr() const { return step_myr_; }
  std::size_t n_ages() const { return n_ages_; }
  /// No supernova is older than this many steps: new_metals() and supernovae() have as many entries.
  std::size_t n_supernova_ages() const { return n_supernova_ages_; }

  /// Two neighbouring rows of the grid and the weight of the upper one.
  struct Between {
    std::size_t lower, upper;
    double upper_weight;
  };
  Between at(double z) const;

  std::span<const double> returned(std::size_t row) const { return part(returned_, row, n_ages_); }
  std::span<const double> new_metals(std::size_t row) const { return part(new_metals_, row, n_supernova_ages_); }
  std::span<const double> supernovae(std::size_t row) const { return part(supernovae_, row, n_supernova_ages_); }

  /// Returned mass, new metals [Msun] and supernovae of 1 Msun of stars of metallicity z in its first `n` steps.
  struct Sum {
    double returned = 0.0, new_metals = 0.0, supernovae = 0.0;
  };
  Sum until(double z, std::size_t n) const;

 private:
  static std::span<const double> part(const std::vector<double>& all, std::size_t row, std::size_t length) {
    return std::span<const double>(all).subspan(row * length, length);
  }
  double step_myr_, log10_floor_, row_dex_ = 0.0;
  std::size_t n_ages_, n_supernova_ages_, n_rows_ = 0;
  std::vector<double> returned_, new_metals_, supernovae_;
};

}  // namespace cecropia::disc

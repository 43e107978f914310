#pragma once
/// \file  Rates of the merger-tree algorithm of Parkinson, Cole & Helly (2008): how often a halo splits when it is
/// followed back in time, and how much of its mass it gained in pieces below the resolution. Theory manual:
/// docs/theory/eps.md. delta = delta_c / D(z) is the clock; it rises with redshift. sigma is sigma(M) at z = 0.
#include <vector>

#include "cecropia/cosmology/power.hpp"
#include "cecropia/math/hermite.hpp"

namespace cecropia::tree {

/// G0, gamma_1, gamma_2: the correction of the extended Press-Schechter rate that was fitted to N-body trees.
struct EpsCalibration {
  double g0 = 0.57, g1 = 0.38, g2 = -0.01;
};

/// EPS-2: J(u) = int_0^u (1 + 1/x^2)^(g1/2) dx as a table in ln u (relative accuracy 1e-9). g1 < 1, u > 0.
class UnresolvedIntegral {
 public:
  explicit UnresolvedIntegral(double g1);
  double operator()(double u) const;
  /// w J(1/w), which is smooth and tends to 1 as w -> 0 (u -> infinity, a halo at the resolution); w >= 0.
  double scaled(double w) const { return w < w_last ? scaled_(w) : w * (*this)(1.0 / w); }

 private:
  static constexpr double w_last = 32.0;
  math::HermiteTable ln_j_;    ///< of ln u
  math::HermiteTable scaled_;  ///< of w
};

/// EPS-1: progenitors of mass q M per unit q and unit delta of a halo of mass M at delta; 0 < q <= 1/2.
double progenitor_rate(const cosmology::Variance& variance, const EpsCalibration& calibration, double m_msun, double q,
                       double delta);

/// EPS-2: fraction of the mass gained per unit delta in pieces below m_resolution_msun < m_msun.
double unresolved_rate(const cosmology::Variance& variance, const EpsCalibration& calibration,
                       const UnresolvedIntegral& j, double m_msun, double m_resolution_msun, double delta);

/// What one step back in time needs, as a table in ln(M / M_res) for one mass resolution. The factor delta^g2, common
/// to all rates, is left out. Building costs about 0.5 us per entry, 16 entries per factor of two in mass. `variance`
/// and `j` must outlive the table.
class SplitTable {
 public:
  SplitTable(const cosmology::Variance& variance, const EpsCalibration& calibration, const UnresolvedIntegral& j,
             double m_resolution_msun, double m_max_msun, double eps1);

  /// EPS-3 at one mass.
  struct Rates {
    double step_limit;   ///< largest step in delta over which the rates may be taken as constant
    double split_bound;  ///< upper bound of the number of resolved splits per unit delta; 0 below 2 M_res
    double unresolved;   ///< fraction of mass per unit delta gained below the resolution
  };
  Rates at(double ln_m_over_resolution) const;

  /// EPS-3: a trial mass ratio from the bound with a uniform number in [0, 1), and the probability with which it is
  /// accepted. M > 2 M_res. An acceptance above one means a broken bound: InternalError.
  struct Trial {
    double q, acceptance;
  };
  Trial trial(double ln_m_over_resolution, double uniform) const;

  double m_resolution_msun() const { return m_resolution_msun_; }
  double m_max_msun() const { return m_max_msun_; }
  /// Whether this table serves a tree with that resolution and root mass.
  bool serves(double m_resolution, double m_root) const {
    return m_resolution == m_resolution_msun_ && m_root <= m_max_msun_;
  }

 private:
  struct Row {
    double step_limit, split_bound, eta;
    double sigma, variance_gap,
        unresolved_factor;  ///< gap: sigma^2(M_res) - sigma^2(M); factor: sqrt(2/pi) G0 sigma^-g2
  };
  /// sigma(M) at a row's mass and what the rate needs of it.
  struct RowVariance {
    double sigma, alpha, ln_sigma;
  };
  Row make_row(std::size_t row, const std::vector<RowVariance>& variances, double eps1) const;
  Row row_at(double ln_m_over_resolution) const;

  const cosmology::Variance* variance_;
  const UnresolvedIntegral* j_;
  EpsCalibration calibration_;
  double m_resolution_msun_, m_max_msun_, ln_m_resolution_;
  std::vector<Row> rows_;
};

}  // namespace cecropia::tree

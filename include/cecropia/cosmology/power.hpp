#pragma once
/// \file  Linear variance of the density field and halo mass functions. Theory manual: docs/theory/cosmology.md.
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/math/hermite.hpp"

namespace cecropia::cosmology {

/// sigma(M) at z = 0 (top-hat, Eisenstein & Hu 1998 no-wiggle transfer function, normalised to sigma_8) as a table in
/// ln M with cubic interpolation: sigma and alpha = -dln sigma/dln M in a few ns. Valid for 1e3 <= M/Msun <= 1e16.
class Variance {
 public:
  /// `box_mpc_h` > 0 removes the modes a periodic box of that side lacks: P(k) = 0 for k < 2 pi / L;
  /// the normalisation stays that of the full spectrum. Building the table takes about 0.1 s.
  explicit Variance(const Cosmology& c, double box_mpc_h = 0.0);
  double sigma(double m_msun) const;  ///< PWR-2
  double alpha(double m_msun) const;  ///< PWR-2: -dln sigma / dln M, the derivative of the same interpolant
  /// PWR-2: both for the price of one.
  void sigma_and_alpha(double ln_m_msun, double& sigma, double& alpha) const;
  const Cosmology& cosmology() const { return c_; }

 private:
  Cosmology c_;
  math::HermiteTable ln_sigma_;  ///< of ln M
};

/// PWR-1: transfer function of Eisenstein & Hu (1998), their no-wiggle form; k in h/Mpc, k > 0.
double transfer_no_wiggle(const Cosmology& c, double k_h_mpc);

/// Linear overdensity at which a sphere has collapsed (Einstein-de Sitter; its weak dependence on Omega_m is
/// neglected).
inline constexpr double delta_collapse = 1.686;

/// PWR-3: dn/dlog10 M [cMpc^-3 dex^-1] of Sheth & Tormen (1999), a = 0.707, p = 0.3, A = 0.3222.
double sheth_tormen(const Variance& v, double m_msun, double z);
/// PWR-4: the same of Press & Schechter (1974), for reference in plots.
double press_schechter(const Variance& v, double m_msun, double z);

}  // namespace cecropia::cosmology

#pragma once
/// \file  The background: times, distances, densities, linear growth. Theory manual: docs/theory/cosmology.md.
#include <array>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::cosmology {

/// What counts as the edge of a halo: a mean density of Delta times the critical (or 200 times the mean) density.
enum class Overdensity { bryan_norman, mean_200, critical_200 };
inline constexpr std::array overdensity_names{Named<Overdensity>{"bryan_norman", Overdensity::bryan_norman},
                                              Named<Overdensity>{"200m", Overdensity::mean_200},
                                              Named<Overdensity>{"200c", Overdensity::critical_200}};

/// Flat LCDM, Planck 2016 as in Liu et al. (2025), footnote 19.
struct Parameters {
  double omega_m = 0.3089, omega_b = 0.0486, h = 0.6774, sigma_8 = 0.8159, n_s = 0.9667, t_cmb_k = 2.7255;
  double hydrogen_fraction = 0.76;
  Overdensity overdensity = Overdensity::bryan_norman;
  double concentration_z_cap =
      12.5;  ///< the Correa et al. (2015) fit is evaluated at min(z, cap); it breaks above 12.5
};
/// The parameter table of section "cosmology".
extern const std::vector<Parameter<Parameters>> rows;

/// Flat LCDM without radiation (t is 0.3 % high at z = 6, 1.2 % at z = 30). Redshifts are valid for z > -1.
class Cosmology {
 public:
  /// Throws InputError where the parameters make no universe (omega_b > omega_m or omega_m outside (0, 1)).
  explicit Cosmology(const Parameters& parameters = {});
  const Parameters& parameters() const { return p_; }

  double omega_lambda() const { return 1.0 - p_.omega_m; }
  double baryon_fraction() const { return p_.omega_b / p_.omega_m; }
  double e2(double z) const;                      ///< COS-1: (H/H0)^2
  double hubble_per_s(double z) const;            ///< COS-1: H(z) [s^-1]
  double age_myr(double z) const;                 ///< COS-2: time since the big bang [Myr]
  double redshift_at(double age_myr) const;       ///< COS-2 solved for z; age > 0 [Myr]
  double comoving_distance_cmpc(double z) const;  ///< COS-3: line of sight [cMpc], by quadrature
  double growth(double z) const;                  ///< COS-4: linear growth, D(0) = 1, by quadrature (about 1 us)
  double rho_crit0_g_cm3() const;                 ///< COS-5: critical density today [g/cm^3]
  double rho_m0_g_cm3() const;                    ///< COS-5: mean matter density today [g/cm^3]
  double rho_b0_g_cm3() const;                    ///< COS-5: mean baryon density today [g/cm^3]
  double rho_b0_msun_ckpc3() const;               ///< COS-5: mean baryon density today [Msun/ckpc^3]
  double rho_m0_msun_cmpc3() const;               ///< COS-5: mean matter density [Msun/cMpc^3]
  double n_h0_per_cm3() const;                    ///< COS-6: mean comoving hydrogen density [cm^-3]
  double omega_m_at(double z) const;              ///< COS-1: matter density over critical density at z

 private:
  double growing_mode(double z) const;
  Parameters p_;
  double h0_per_s_ = 0.0, growing_mode_today_ = 1.0;
};

}  // namespace cecropia::cosmology

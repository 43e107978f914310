#pragma once
/// \file  The background: times, distances, densities, linear growth. Theory manual: COS-1 to COS-6.
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::cosmology {

enum class Overdensity { bryan_norman, mean_200, critical_200 };
inline constexpr std::array overdensity_names{Named<Overdensity>{"bryan_norman", Overdensity::bryan_norman},
                                              Named<Overdensity>{"200m", Overdensity::mean_200},
                                              Named<Overdensity>{"200c", Overdensity::critical_200}};

/// Flat LCDM, Planck 2016 as in Liu et al. (2025), footnote 19.
struct Parameters {
  double omega_m = 0.3089, omega_b = 0.0486, h = 0.6774, sigma_8 = 0.8159, n_s = 0.9667, t_cmb_k = 2.7255;
  double hydrogen_fraction = 0.76;
  Overdensity overdensity = Overdensity::bryan_norman;
  double concentration_z_cap = 12.5;  ///< the Correa et al. (2015) fit is evaluated at min(z, cap); it breaks above 12.5
};
extern const std::vector<Parameter<Parameters>> rows;

/// Flat LCDM without radiation (t is 0.3 % high at z = 6, 1.2 % at z = 30).
class Cosmology {
 public:
  explicit Cosmology(const Parameters& parameters = {});
  const Parameters& parameters() const { return p_; }

  double omega_lambda() const { return 1.0 - p_.omega_m; }
  double baryon_fraction() const { return p_.omega_b / p_.omega_m; }
  double e2(double z) const;                       ///< COS-1: (H/H0)^2
  double hubble_per_s(double z) const;             ///< H(z) [s^-1]
  double age_myr(double z) const;                  ///< COS-2: time since the big bang [Myr]
  double redshift_at(double age_myr) const;        ///< inverse of COS-2
  double comoving_distance_cmpc(double z) const;   ///< COS-3
  double growth(double z) const;                   ///< COS-4: linear growth, D(0) = 1
  double rho_crit0_g_cm3() const;
  double rho_m0_g_cm3() const;
  double rho_b0_g_cm3() const;
  double rho_m0_msun_cmpc3() const;
  double n_h0_per_cm3() const;                     ///< mean comoving hydrogen density
  double omega_m_at(double z) const;

 private:
  Parameters p_;
  double h0_per_s_ = 0.0;
};

}  // namespace cecropia::cosmology

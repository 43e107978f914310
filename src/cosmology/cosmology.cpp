#include "cecropia/cosmology/cosmology.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::cosmology {

namespace k = constants;
using P = Parameters;

const std::vector<Parameter<Parameters>> rows{
    number<&P::omega_m>("omega_m", "-", "Matter density today over the critical density; the universe is flat.",
                        "COS-1; Planck 2016 (Liu et al. 2025, footnote 19)", 0.01, 0.999),
    number<&P::omega_b>("omega_b", "-", "Baryon density today over the critical density; below omega_m.",
                        "COS-5; Planck 2016 (Liu et al. 2025, footnote 19)", 1e-4, 0.5),
    number<&P::h>("h", "-", "Hubble constant in units of 100 km/s/Mpc.",
                  "COS-1; Planck 2016 (Liu et al. 2025, footnote 19)", 0.3, 1.5),
    number<&P::sigma_8>("sigma_8", "-", "Linear rms fluctuation today in spheres of 8 Mpc/h.",
                        "PWR-2; Planck 2016 (MEM)", 0.1, 3.0),
    number<&P::n_s>("n_s", "-", "Slope of the primordial power spectrum.", "PWR-2; Planck 2016 (MEM)", 0.5, 1.5),
    number<&P::t_cmb_k>("t_cmb_k", "K", "Temperature of the microwave background today.", "PWR-1; Fixsen (2009) (MEM)",
                        0.1, 10.0),
    number<&P::hydrogen_fraction>("hydrogen_fraction", "-", "Mass fraction of hydrogen in primordial gas.",
                                  "COS-6; CHOICE", 0.1, 1.0),
    choice<&P::overdensity, overdensity_names>(
        "overdensity", "Edge of a halo: Bryan & Norman (1998), 200 times the mean or 200 times the critical density.",
        "HAL-1; CHOICE"),
    number<&P::concentration_z_cap>("concentration_z_cap", "-",
                                    "The concentration fit is evaluated at min(z, this); it breaks above 12.5.",
                                    "HAL-5; CHOICE", 0.0, 1000.0)};

namespace {

/// Smooth integrands only: 61 points reach the rounding limit, the depth is for extreme parameters.
template <class F>
double integrate(F f, double a, double b) {
  return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(f, a, b, 8, 1e-13);
}

}  // namespace

Cosmology::Cosmology(const Parameters& parameters) : p_(parameters) {
  if (!(p_.omega_m > 0.0 && p_.omega_m < 1.0) || !(p_.omega_b > 0.0 && p_.omega_b < p_.omega_m) || !(p_.h > 0.0))
    throw InputError(
        {"the densities omega_m = " + std::to_string(p_.omega_m) + ", omega_b = " + std::to_string(p_.omega_b) +
             ", h = " + std::to_string(p_.h) + " make no flat universe",
         "parameters 'cosmology.*'", "0 < omega_b < omega_m < 1 and h > 0",
         "set cosmology.omega_m = 0.3089, cosmology.omega_b = 0.0486, cosmology.h = 0.6774 (Planck 2016)"});
  h0_per_s_ = p_.h * 100.0 * k::km_cm / k::mpc_cm;
  growing_mode_today_ = growing_mode(0.0);
}

double Cosmology::e2(double z) const { return p_.omega_m * (1.0 + z) * (1.0 + z) * (1.0 + z) + omega_lambda(); }

double Cosmology::hubble_per_s(double z) const { return h0_per_s_ * std::sqrt(e2(z)); }

double Cosmology::omega_m_at(double z) const { return p_.omega_m * (1.0 + z) * (1.0 + z) * (1.0 + z) / e2(z); }

double Cosmology::age_myr(double z) const {
  const double root = std::sqrt(omega_lambda());
  return 2.0 / (3.0 * h0_per_s_ * root) * std::asinh(root / std::sqrt(p_.omega_m) * std::pow(1.0 + z, -1.5)) / k::myr_s;
}

double Cosmology::redshift_at(double age_myr) const {
  const double root = std::sqrt(omega_lambda());
  const double s = std::sinh(1.5 * h0_per_s_ * root * age_myr * k::myr_s);
  return std::pow(root / std::sqrt(p_.omega_m) / s, 2.0 / 3.0) - 1.0;
}

double Cosmology::comoving_distance_cmpc(double z) const {
  // With u = (1+z)^-1/2 the integrand of c dz / H is analytic on the whole interval.
  const auto f = [&](double u) { return 2.0 / std::sqrt(p_.omega_m + omega_lambda() * u * u * u * u * u * u); };
  return k::c_cm_s / h0_per_s_ / k::mpc_cm * integrate(f, 1.0 / std::sqrt(1.0 + z), 1.0);
}

double Cosmology::growing_mode(double z) const {
  // Heath (1977): H(a) int_0^a da' / (a' H(a'))^3; with a' = u^2 the integrand is analytic at u = 0.
  const auto f = [&](double u) {
    const double u2 = u * u;
    return 2.0 * u2 * u2 * std::pow(p_.omega_m + omega_lambda() * u2 * u2 * u2, -1.5);
  };
  return std::sqrt(e2(z)) * integrate(f, 0.0, 1.0 / std::sqrt(1.0 + z));
}

double Cosmology::growth(double z) const { return growing_mode(z) / growing_mode_today_; }

double Cosmology::rho_crit0_g_cm3() const { return 3.0 * h0_per_s_ * h0_per_s_ / (8.0 * k::pi * k::g_cgs); }
double Cosmology::rho_m0_g_cm3() const { return p_.omega_m * rho_crit0_g_cm3(); }
double Cosmology::rho_b0_g_cm3() const { return p_.omega_b * rho_crit0_g_cm3(); }
double Cosmology::rho_b0_msun_ckpc3() const { return rho_b0_g_cm3() * (k::kpc_cm * k::kpc_cm * k::kpc_cm / k::msun_g); }
double Cosmology::rho_m0_msun_cmpc3() const { return rho_m0_g_cm3() * (k::mpc_cm * k::mpc_cm * k::mpc_cm / k::msun_g); }
double Cosmology::n_h0_per_cm3() const { return p_.hydrogen_fraction * rho_b0_g_cm3() / k::m_h_g; }

}  // namespace cecropia::cosmology

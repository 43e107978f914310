#include "cecropia/disc/history.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/halo.hpp"

namespace cecropia::disc {
namespace {

// DSC-1
constexpr double pivot_msun = 1e12, rate_msun_myr = 46.1e6, mass_power = 1.1, redshift_slope = 1.11;

}  // namespace

double mean_growth_msun_myr(const cosmology::Cosmology& c, double m_halo_msun, double z) {
  return rate_msun_myr * std::pow(m_halo_msun / pivot_msun, mass_power) * (1.0 + redshift_slope * z) *
         std::sqrt(c.e2(z));
}

double mean_mass_msun(const cosmology::Cosmology& c, double m_halo_msun, double z_known, double z) {
  constexpr double power = mass_power - 1.0;
  const double hubble_per_myr = c.hubble_per_s(0.0) * constants::myr_s;
  const double way = redshift_slope * (z - z_known) - (redshift_slope - 1.0) * std::log((1.0 + z) / (1.0 + z_known));
  const double x =
      std::pow(m_halo_msun / pivot_msun, -power) + power * rate_msun_myr / pivot_msun / hubble_per_myr * way;
  if (!(x > 0.0)) throw InternalError("a halo on the mean growth law becomes infinitely heavy before this redshift");
  return pivot_msun * std::pow(x, -1.0 / power);
}

double inflow_efficiency(const Inflow& p, double m_halo_msun) {
  return p.suppressed ? 1.0 / (1.0 + m_halo_msun / p.m_suppression_msun) : 1.0;
}

double scale_radius_pc(const Inflow& p, const cosmology::Cosmology& c, double m_halo_msun, double z) {
  constexpr double pc_in_kpc = 1e3;
  return p.angular_momentum_ratio * p.spin * cosmology::r_vir_kpc(c, m_halo_msun, z) * pc_in_kpc;
}

GrowthHistory mean_history(const cosmology::Cosmology& c, const Inflow& p, const MeanGrowth& growth) {
  if (!(growth.z_begin > growth.z_end && growth.longest_step_myr > 0.0))
    throw InternalError("a history needs a begin before its end and a positive step");
  const double begin_myr = c.age_myr(growth.z_begin), end_myr = c.age_myr(growth.z_end);
  const double n_steps = std::ceil((end_myr - begin_myr) / growth.longest_step_myr);
  GrowthHistory h;
  h.step_myr = (end_myr - begin_myr) / n_steps;
  for (double i = 0; i <= n_steps; ++i) {
    const double z = c.redshift_at(begin_myr + h.step_myr * i);
    const double m = mean_mass_msun(c, growth.m_halo_msun, growth.z_known, z);
    const double rate = mean_growth_msun_myr(c, m, z);
    h.redshift.push_back(z);
    h.m_halo_msun.push_back(m);
    h.growth_msun_myr.push_back(rate);
    h.inflow_msun_myr.push_back(c.baryon_fraction() * inflow_efficiency(p, m) * rate);
    h.scale_radius_pc.push_back(scale_radius_pc(p, c, m, z));
  }
  return h;
}

}  // namespace cecropia::disc

#include "cecropia/bathtub/relations.hpp"

#include <cmath>

namespace cecropia::bathtub {
namespace {

constexpr double myr_per_yr = 1e-6;

// BTH-2: fit of Shuntov et al. (2022) for 4.5 < z < 5.5
constexpr double log10_m_1 = 13.547, beta = 0.567, log10_m_star_0 = 12.105, delta = 1.427, gamma = 3.225;

double x_of(double m_star_msun) { return std::log10(m_star_msun) - log10_m_star_0; }

}  // namespace

double leaky_box_metallicity(double yield, double gas_fraction) { return -yield * std::log(gas_fraction); }

double log10_halo_mass(double m_star_msun) {
  const double x = x_of(m_star_msun);
  return log10_m_1 + beta * x + std::pow(10.0, delta * x) / (1.0 + std::pow(10.0, -gamma * x)) - 0.5;
}

double halo_mass_slope(double m_star_msun) {
  const double x = x_of(m_star_msun), rising = std::pow(10.0, delta * x), falling = std::pow(10.0, -gamma * x);
  return beta +
         std::log(10.0) * rising * (delta * (1.0 + falling) + gamma * falling) / ((1.0 + falling) * (1.0 + falling));
}

double star_formation_msun_myr(const Parameters& p, double m_gas_msun) { return p.star_formation_per_myr * m_gas_msun; }

double mass_loading(const Parameters& p, double log10_m_halo_msun) {
  return p.mass_loading * std::pow(10.0, -p.loading_slope * (log10_m_halo_msun - std::log10(p.m_loading_msun)));
}

double outflow_msun_myr(const Parameters& p, double mass_loading, double sfr_msun_myr) {
  if (p.outflow_power == 1.0) return mass_loading * sfr_msun_myr;
  return mass_loading * std::pow(sfr_msun_myr * myr_per_yr, p.outflow_power) / myr_per_yr;
}

double steady_metallicity(const Parameters& p, double mass_loading, double sfr_msun_myr) {
  const double per_formed = outflow_msun_myr(p, mass_loading, 1.0 / myr_per_yr) * myr_per_yr *
                            std::pow(sfr_msun_myr * myr_per_yr, p.outflow_power - 1.0);
  return p.yield * p.locked_fraction / (per_formed + p.locked_fraction);
}

double steady_metallicity_with_inflow(const Parameters& p, double mass_loading) {
  const double consumed = mass_loading + p.locked_fraction;  // inflow over star formation, in the steady state
  const double made = p.yield * p.locked_fraction;
  return (p.inflow_metallicity * consumed + made) / (consumed + made);
}

double log10_diluted_metallicity(const Parameters& p, double mass_loading, double sfr_msun_myr,
                                 double accretion_efficiency) {
  return std::log10(steady_metallicity(p, mass_loading, sfr_msun_myr)) + std::log10(accretion_efficiency);
}

double log10_diluted_metallicity_strong_outflow(const Parameters& p, double mass_loading, double sfr_msun_myr,
                                                double accretion_efficiency) {
  return std::log10(p.yield * p.locked_fraction) - std::log10(mass_loading) + std::log10(accretion_efficiency) -
         (p.outflow_power - 1.0) * std::log10(sfr_msun_myr * myr_per_yr);
}

double steady_slope(const Parameters& p, double m_star_msun) { return p.loading_slope * halo_mass_slope(m_star_msun); }

double oxygen_abundance(double z) { return oxygen_sun + std::log10(z / z_sun); }

}  // namespace cecropia::bathtub

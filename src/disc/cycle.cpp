#include "cecropia/disc/cycle.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "cecropia/physics/outflow.hpp"
#include "cecropia/physics/structure.hpp"

namespace cecropia::disc {
namespace {

constexpr double rate_at_1_msun_pc2 = 2.5e-4;  ///< DSC-6 [Msun/Myr/pc^2]
constexpr double surface_power = 1.4;

}  // namespace

double mass_loading(const Cycle& p, double m_halo_msun) {
  const double x = m_halo_msun / p.m_loading_msun;
  return p.mass_loading * 0.5 * (std::pow(x, -1.1) + std::pow(x, -0.33));
}

double energy_mass_loading(const Cycle& p, const cosmology::Cosmology& c, double m_halo_msun, double z) {
  // 1 Msun (km/s)^2 in 1e51 erg
  constexpr double energy_unit = constants::msun_g * 1e10 / 1e51;
  const double v_c_km_s = cosmology::v_c_km_s(c, m_halo_msun, z);
  const double binding = p.energy.ebind_norm * energy_unit * v_c_km_s * v_c_km_s *
                         physics::binding_of_halo_gas(cosmology::concentration(c, m_halo_msun, z));
  const double resistance = physics::gamma_out(physics::outflow_law(p.energy, z), m_halo_msun);
  return p.energy_1e51_erg_per_msun / (resistance * binding);
}

double mass_loading_of(const Cycle& p, const cosmology::Cosmology& c, double m_halo_msun, double z) {
  return p.loading == LoadingLaw::energy ? energy_mass_loading(p, c, m_halo_msun, z) : mass_loading(p, m_halo_msun);
}

SurfaceLaw::Boost SurfaceLaw::boost(double gas) const {
  if (!p_.weak_feedback) return {p_.boost, 0.0};
  const double f = 5.0 * (gas - p_.weak_msun_pc2) / p_.weak_msun_pc2;
  const double part = 1.0 / (1.0 + std::exp(-f));
  return {1.0 + (p_.weak_boost - 1.0) * part, (p_.weak_boost - 1.0) * part * (1.0 - part) * 5.0 / p_.weak_msun_pc2};
}

double SurfaceLaw::star_formation(double gas) const {
  return rate_at_1_msun_pc2 * boost(gas).value * std::pow(gas, surface_power);
}

double SurfaceLaw::mass_loading(double gas) const {
  return p_.weak_feedback ? eta_ / (1.0 + gas / p_.weak_msun_pc2) : eta_;
}

double SurfaceLaw::gas_after(double supplied, double step_myr, double before) const {
  if (!(supplied > 0.0)) return 0.0;
  // The left side rises with the gas everywhere (with DSC-8 as well: 1.4 > 1), so one bracket holds one root. Without
  // DSC-8 it is convex: after one step of Newton's method the gas is right of the root, and comes back monotonically.
  double low = 0.0, high = supplied, gas = before;
  if (!(gas > 0.0 && gas < supplied)) {
    gas = supplied;
    if (!p_.weak_feedback)
      gas = std::min(
          gas, std::pow(supplied / (step_myr * rate_at_1_msun_pc2 * p_.boost * (1.0 + eta_)), 1.0 / surface_power));
  }
  for (int i = 0; i < 200; ++i) {
    const Boost b = boost(gas);
    const double power = std::pow(gas, surface_power - 1.0), per_formed = 1.0 + mass_loading(gas);
    const double formed = step_myr * rate_at_1_msun_pc2 * b.value * power * gas;
    const double value = gas + formed * per_formed - supplied;
    (value > 0.0 ? high : low) = gas;
    double slope = 1.0 + per_formed * step_myr * rate_at_1_msun_pc2 * power * (surface_power * b.value + gas * b.slope);
    if (p_.weak_feedback) {
      const double x = 1.0 + gas / p_.weak_msun_pc2;
      slope -= formed * eta_ / (p_.weak_msun_pc2 * x * x);
    }
    double next = gas - value / slope;
    const bool is_newton = next >= low && next <= high;
    if (!is_newton) next = 0.5 * (low + high);
    const double change = std::fabs(next - gas);
    gas = next;
    // What is left after such a step is about the square of it: less than rounding.
    if (change <= (is_newton ? 2e-9 : 2e-16) * gas) break;
  }
  return gas;
}

double dust_after(double dust, double produced, double loss_per_myr, double growth_per_myr, double metals,
                  double step_myr) {
  if (!(metals > 0.0)) return 0.0;
  const double a = growth_per_myr * step_myr / metals;
  const double b = 1.0 + (loss_per_myr - growth_per_myr) * step_myr;
  const double c = dust + produced;
  const double root = std::sqrt(b * b + 4.0 * a * c);
  // Both forms are the positive root; each is free of cancellation on its side.
  const double after = b > 0.0 ? 2.0 * c / (b + root) : (root - b) / (2.0 * a);
  return std::min(after, metals);
}

void advance(Ring& ring, const SurfaceLaw& law, const Dust& dust, const Supply& supply, double step_myr) {
  const double supplied = ring.gas_msun_pc2 + step_myr * (supply.inflow_msun_myr_pc2 + supply.returned_msun_myr_pc2);
  const double gas = law.gas_after(supplied, step_myr, ring.gas_msun_pc2);
  ring.star_formation_msun_myr_pc2 = law.star_formation(gas);
  ring.outflow_msun_myr_pc2 = law.mass_loading(gas) * ring.star_formation_msun_myr_pc2;
  ring.returned_msun_myr_pc2 = supply.returned_msun_myr_pc2;
  // What is taken is what was formed and blown out: the budget closes to rounding, however well the root is known.
  ring.gas_msun_pc2 = supplied - step_myr * (ring.star_formation_msun_myr_pc2 + ring.outflow_msun_myr_pc2);
  ring.stars_msun_pc2 += step_myr * (ring.star_formation_msun_myr_pc2 - supply.returned_msun_myr_pc2);
  const double loss_per_myr = gas > 0.0 ? (ring.star_formation_msun_myr_pc2 + ring.outflow_msun_myr_pc2) / gas : 0.0;
  ring.metals_msun_pc2 =
      (ring.metals_msun_pc2 + step_myr * (supply.new_metals_msun_myr_pc2 + supply.recycled_metals_msun_myr_pc2)) /
      (1.0 + step_myr * loss_per_myr);
  const double z = ring.metallicity();
  const double destroyed_per_myr = gas > 0.0 ? (1.0 - dust.cold_fraction) * dust.destruction_efficiency *
                                                   dust.swept_msun * supply.supernovae_myr_pc2 / gas
                                             : 0.0;
  const double growth_per_myr = dust.cold_fraction * (z / z_sun) / dust.accretion_myr;
  ring.dust_msun_pc2 = dust_after(ring.dust_msun_pc2, step_myr * dust.per_supernova_msun * supply.supernovae_myr_pc2,
                                  loss_per_myr + destroyed_per_myr, growth_per_myr, ring.metals_msun_pc2, step_myr);
}

}  // namespace cecropia::disc

#include "cecropia/bathtub/bathtub.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cecropia/bathtub/relations.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/branch_walk.hpp"

namespace cecropia::bathtub {
namespace {

// What RK4 integrates: the state and, so that the budget closes to rounding, all that passes through.
enum Quantity { gas, stars, metals, formed, outflow, made, locked, metals_out, n_quantities };
using Vector = std::array<double, n_quantities>;

Vector sum(const Vector& a, double factor, const Vector& b) {
  Vector c;
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = a[i] + factor * b[i];
  return c;
}

double log10_loading_mass(const Parameters& p, double m_star_msun, double m_halo_msun) {
  constexpr double smallest_msun = 1e-3;  // of a galaxy that began without a star
  return p.loading_mass == LoadingMass::of_halo ? std::log10(m_halo_msun)
                                                : log10_halo_mass(std::max(m_star_msun, smallest_msun));
}

// BTH-6 and BTH-7
Vector rates(const Parameters& p, const Vector& y, double inflow, double m_halo_msun) {
  const double sfr = star_formation_msun_myr(p, y[gas]), z = y[gas] > 0.0 ? y[metals] / y[gas] : 0.0;
  const double out = outflow_msun_myr(p, mass_loading(p, log10_loading_mass(p, y[stars], m_halo_msun)), sfr);
  const double kept = p.locked_fraction * sfr;
  Vector d{};
  d[gas] = inflow - out - kept;
  d[stars] = kept;
  d[made] = p.yield * kept * (1.0 - z);
  d[locked] = kept * z;
  d[metals_out] = out * z;
  d[metals] = inflow * p.inflow_metallicity + d[made] - d[locked] - d[metals_out];
  d[formed] = sfr;
  d[outflow] = out;
  return d;
}

}  // namespace

Bathtub::Bathtub(const Parameters& p) : p_(p), state_{p.m_gas_begin_msun, p.m_star_begin_msun, 0.0} {
  if (!(p.outflow_power >= 1.0)) throw InternalError("outflows of a bathtub grow with star formation or faster");
  if (!(state_.gas_msun >= 0.0 && state_.stars_msun >= 0.0))
    throw InternalError("a bathtub begins with masses that are not negative");
  budget_.begun_msun = state_.gas_msun + state_.stars_msun;
}

void Bathtub::step(double inflow_msun_myr, double step_myr, double m_halo_msun) {
  if (!(inflow_msun_myr >= 0.0 && step_myr >= 0.0))
    throw InternalError("inflow and time of a bathtub are not negative");
  if (p_.loading_mass == LoadingMass::of_halo && !(m_halo_msun > 0.0))
    throw InternalError("the mass loading of this bathtub needs the mass of its halo");
  Vector y{};
  y[gas] = state_.gas_msun;
  y[stars] = state_.stars_msun;
  y[metals] = state_.metals_msun;
  double left = step_myr;
  while (left > 0.0) {
    const Vector k1 = rates(p_, y, inflow_msun_myr, m_halo_msun);
    // A tenth of the time in which gas is used up, and half of that in which stars multiply: loading follows them.
    constexpr double of_depletion = 0.1, of_growth = 0.5, nothing_msun = 1e-20;
    if (inflow_msun_myr == 0.0 && y[gas] < nothing_msun) break;
    double h = left;
    const double used = k1[outflow] + k1[stars];
    if (used > 0.0) h = std::min(h, of_depletion * y[gas] / used);
    if (inflow_msun_myr > 0.0 && !(y[gas] > 0.0)) h = std::min(h, of_depletion / p_.star_formation_per_myr);
    if (k1[stars] > 0.0) h = std::min(h, of_growth * std::max(y[stars], 1.0) / k1[stars]);
    if (!(left - h > 1e-12 * step_myr)) h = left;
    const Vector k2 = rates(p_, sum(y, h / 2, k1), inflow_msun_myr, m_halo_msun);
    const Vector k3 = rates(p_, sum(y, h / 2, k2), inflow_msun_myr, m_halo_msun);
    const Vector k4 = rates(p_, sum(y, h, k3), inflow_msun_myr, m_halo_msun);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    left = h == left ? 0.0 : left - h;
  }
  state_ = {y[gas], y[stars], y[metals]};
  budget_.inflow_msun += inflow_msun_myr * step_myr;
  budget_.metals_inflow_msun += inflow_msun_myr * step_myr * p_.inflow_metallicity;
  budget_.formed_msun += y[formed];
  budget_.outflow_msun += y[outflow];
  budget_.metals_made_msun += y[made];
  budget_.metals_locked_msun += y[locked];
  budget_.metals_outflow_msun += y[metals_out];
}

void Bathtub::absorb(const Bathtub& other) {
  state_.gas_msun += other.state_.gas_msun;
  state_.stars_msun += other.state_.stars_msun;
  state_.metals_msun += other.state_.metals_msun;
  const Budget& b = other.budget_;
  budget_.begun_msun += b.begun_msun;
  budget_.inflow_msun += b.inflow_msun;
  budget_.formed_msun += b.formed_msun;
  budget_.outflow_msun += b.outflow_msun;
  budget_.metals_inflow_msun += b.metals_inflow_msun;
  budget_.metals_made_msun += b.metals_made_msun;
  budget_.metals_locked_msun += b.metals_locked_msun;
  budget_.metals_outflow_msun += b.metals_outflow_msun;
}

Activity Bathtub::activity(double inflow_msun_myr, double m_halo_msun) const {
  Activity a;
  a.sfr_msun_myr = star_formation_msun_myr(p_, state_.gas_msun);
  a.inflow_msun_myr = inflow_msun_myr;
  a.mass_loading = bathtub::mass_loading(p_, log10_loading_mass(p_, state_.stars_msun, m_halo_msun));
  a.outflow_msun_myr = bathtub::outflow_msun_myr(p_, a.mass_loading, a.sfr_msun_myr);
  a.metallicity = state_.metallicity();
  a.steady_metallicity = bathtub::steady_metallicity(p_, a.mass_loading, a.sfr_msun_myr);
  a.accretion_myr = state_.gas_msun / inflow_msun_myr;
  a.depletion_myr = state_.gas_msun / a.sfr_msun_myr;
  a.accretion_efficiency = a.sfr_msun_myr / inflow_msun_myr;
  a.oxygen_abundance = bathtub::oxygen_abundance(a.metallicity);
  return a;
}

std::vector<State> with_constant_inflow(const Model& model, std::span<const double> at_myr) {
  Bathtub galaxy(model.parameters);
  std::vector<State> states;
  double now = 0.0;
  for (const double t : at_myr) {
    galaxy.step(model.inflow_msun_myr, t - now);
    now = t;
    states.push_back(galaxy.state());
  }
  return states;
}

Bathtub evolve(const Parameters& p, const cosmology::HaloHistory& history, double baryon_fraction,
               const Observer& observe) {
  return evolve_tree(p, std::vector<cosmology::BranchHistory>{{history, 0, {}}}, baryon_fraction, observe);
}

Bathtub evolve_tree(const Parameters& p, std::span<const cosmology::BranchHistory> branches, double baryon_fraction,
                    const Observer& observe) {
  return cosmology::along_branches(
      branches, [&p](const cosmology::BranchHistory&) { return Bathtub(p); },
      [&](Bathtub& galaxy, const cosmology::BranchHistory& branch, std::size_t i) {
        const cosmology::HaloHistory& h = branch.history;
        const double inflow = baryon_fraction * h.growth_msun_myr[i];
        galaxy.step(inflow, h.step_myr, h.m_halo_msun[i]);
        if (observe && !branch.into) observe(i, galaxy, inflow);
      },
      [](Bathtub& galaxy, const Bathtub& other, const cosmology::BranchHistory&, std::size_t) {
        galaxy.absorb(other);
      });
}

}  // namespace cecropia::bathtub

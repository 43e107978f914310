#include "cecropia/model/evolve.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/physics/cooling.hpp"
#include "cecropia/physics/photoheating.hpp"
#include "cecropia/physics/star_formation.hpp"

namespace cecropia::model {

using physics::Flows;
using physics::HaloStructure;
using physics::Outflow;

namespace {

/// ION-1: rates times effective times of the stars that live at the beginning of a level, as if all saw its end:
/// {Population II, III}.
std::array<double, 2> shining_until_the_end(const LightCalendar& light, const HaloStep& halo) {
  const Light living = light_after(light, halo.t0_myr);
  const double myr = space::effective_time_myr(halo.t1_myr - halo.t0_myr, halo.escape->rates);
  return {living.q_ion_ii * myr, living.q_ion_iii * myr};
}

/// ION-1: the ionised region at the end of the level. From `shone`, which holds every star as if it lived on to the
/// end, goes what the dead no longer emitted. Lifetimes are those of the light calendar, exact: with the dates of the
/// baryon cycle or the photons of whole sub-steps up to a third too many would ionise.
void ionise(Baryons& b, const std::array<double, 2>& shone, const LightSlot& dead, const HaloStep& halo) {
  const IonisingEscape& escape = *halo.escape;
  const auto left = [&escape](double all, double q, double unlit) {
    return q > 0.0 ? std::max(0.0, all - q * space::effective_time_myr(unlit / q, escape.rates)) : all;
  };
  const double ii = left(shone[0], dead.q_ion_ii, dead.unlit_ii), iii = left(shone[1], dead.q_ion_iii, dead.unlit_iii);
  b.ionised_cmpc3 = space::ionised_volume_after(b.ionised_cmpc3, escape.f_esc_ii * ii + escape.f_esc_iii * iii,
                                                halo.t1_myr - halo.t0_myr, escape.rates);
}

}  // namespace

Physics::Physics(const physics::Parameters& p, const Parameters& model_parameters,
                 const cosmology::Cosmology& cosmology, const stars::Tables& tables, const stars::ImfModel& imf_ii,
                 const stars::ImfModel& imf_iii, double m_massive_msun, double t_end_myr, random::Seed seed_of_run)
    : parameters(p),
      model(model_parameters),
      cosmos(cosmology),
      metallicities(tables.metallicities()),
      pop_ii(tables, imf_ii, {.first = metallicities.first_pop_ii_bin()}, m_massive_msun),
      pop_iii(tables, imf_iii, {.last = metallicities.last_pop_iii_bin()}, m_massive_msun),
      type_ia(p.type_ia, t_end_myr),
      w7_msun(stars::w7_yield_msun()),
      seed(seed_of_run),
      hydrogen_fraction(cosmology.parameters().hydrogen_fraction),
      critical_abundance(std::pow(10.0, p.star_formation.log10_critical_abundance)),
      longest_life_myr(std::max(pop_ii.longest_life_myr(), pop_iii.longest_life_myr())) {}

/// Composition, mixing offset, population and table of the gas that forms stars at t (MIX-1, SFR-3, IMF-12).
Evolver::Composition Evolver::star_forming_gas(Baryons& b, double t_myr) const {
  const physics::Mixing& mixing = physics_.parameters.mixing;
  const auto interval = static_cast<std::int64_t>(t_myr / mixing.interval_myr);
  if (interval != b.mixing_interval || b.exploded != b.mixing_exploded) {  // its own metals are mixed in another way
    b.mixing_interval = interval;
    b.mixing_exploded = b.exploded;
    b.mixing_factor =
        std::pow(10.0, physics::mixing_offset_dex(mixing, b.exploded, physics_.seed, b.branch_id, interval));
    if (mixing.merger_myr > 0.0) b.merged_gas_draw = physics::merged_gas_draw(physics_.seed, b.branch_id, interval);
  }
  const double per_gas = b.mixing_factor / (b.mass.hot + b.mass.cold);
  const bool apart = t_myr < b.merged_gas.until_myr;
  const auto fraction_of = [&](Metal element) {
    if (!apart) return b.metals.gas[element] * per_gas;
    const double mean = b.metals.gas[element] / (b.mass.hot + b.mass.cold);
    return b.mixing_factor * b.merged_gas.fraction_at(b.merged_gas_draw, element, mean);
  };
  const double z = fraction_of(metal_z);
  Composition c{};
  c.metal_fraction = z;
  c.oxygen_fraction = fraction_of(metal_o);
  c.is_pop_iii = !b.starts_as_pop2 &&
                 physics::dust_and_carbon_abundance(fraction_of(metal_c), fraction_of(metal_fe),
                                                    physics_.hydrogen_fraction) <= physics_.critical_abundance;
  c.i_z = physics_.metallicities.bin(z, c.is_pop_iii);
  const stars::Populations& populations = c.is_pop_iii ? physics_.pop_iii : physics_.pop_ii;
  c.population = &populations.at(c.i_z, populations.depends_on_redshift() ? physics_.cosmos.redshift_at(t_myr) : 0.0);
  return c;
}

/// Draws stars and writes down their deaths, their light and their oxygen; returns the mass formed.
double Evolver::form_stars(Baryons& b, Clocks& clocks, const HaloStep& halo, const Composition& gas,
                           double expected_msun, double t_myr, double dt_myr, std::uint32_t sub_step,
                           std::array<double, 2>& photons, std::array<double, 2>& shone) {
  const double t_birth_myr = t_myr + 0.5 * dt_myr;
  random::Stream stream(physics_.seed, static_cast<std::uint64_t>(halo.halo_id), halo.level, sub_step,
                        random::Purpose::stars);
  const double formed = gas.population->sample(expected_msun, b.mass.cold, gas.i_z, stream, born_);
  double massive = 0.0, q = 0.0;
  clocks.add(born_, t_birth_myr, t_myr, gas.is_pop_iii);
  for (const auto& [kind, count] : born_) {
    const auto n = static_cast<double>(count);
    b.step.born += count;
    massive += n * static_cast<double>(kind->mass_msun);
    q += n * static_cast<double>(kind->q_1e48_per_s);
  }
  photons[gas.is_pop_iii ? 1 : 0] += q;
  if (halo.escape != nullptr)
    shone[gas.is_pop_iii ? 1 : 0] += q * space::effective_time_myr(halo.t1_myr - t_birth_myr, halo.escape->rates);
  if (formed > 0.0) {
    clocks.history.add(t_birth_myr, formed, massive, massive * gas.oxygen_fraction);
    b.first_stars_myr = std::min(b.first_stars_myr, t_birth_myr);
  }
  b.birth_metals_msun += formed * gas.metal_fraction;
  if (gas.is_pop_iii) {
    b.star_iii_msun += formed;
    b.step.formed_iii_msun += formed;
  }
  b.step.formed_msun += formed;
  return formed;
}

/// t_ff / eta of SFR-1 and SFR-2.
double Evolver::star_formation_time_myr(const Composition& gas, double r_galaxy_kpc, double cold_msun,
                                        double star_msun) const {
  const physics::StarFormation& p = physics_.parameters.star_formation;
  const double mass = p.density == physics::DensityModel::gas ? cold_msun : cold_msun + star_msun;
  return physics::free_fall_over_dynamical * physics::dynamical_time_myr(r_galaxy_kpc, mass) /
         (gas.is_pop_iii ? p.eta_iii : p.eta_ii);
}

/// SUB-2: shortens the sub-step until the stars of a step add at most as many photons as the living emit, or a handful
/// of stars. The gas that condenses in the step counts as cold, because it would form stars in the next one before any
/// of them heats.
void Evolver::resolve_burst(const Baryons& b, const Composition& gas, double photons_1e48_per_s, double t_con_myr,
                            double r_galaxy_kpc, SubStep& step) const {
  constexpr double handful = 10.0;
  const double per_msun = gas.population->photons_1e48_per_s_msun(gas.i_z);
  const double most_msun = std::max(handful / gas.population->massive_number_per_msun(), photons_1e48_per_s / per_msun);
  while (step.dt_myr > physics_.parameters.star_formation.min_step_myr) {
    const double cold = b.mass.cold + step.condensed_msun;
    const double t_star = star_formation_time_myr(gas, r_galaxy_kpc, cold, b.mass.star);
    if (cold * step.dt_myr <= most_msun * t_star) break;
    step.dt_myr *= 0.5;
    step.condensed_msun = physics::drained_msun(b.mass.hot, step.dt_myr, t_con_myr);
  }
}

std::int64_t Evolver::evolve(Baryons& b, Clocks* clocks, const HaloStep& halo) {
  const physics::Parameters& p = physics_.parameters;
  const double gamma = physics::gamma_out(halo.outflow, halo.m_peak_msun);
  const double span = halo.t1_myr - halo.t0_myr;
  std::array<double, 2> photons = clocks ? photons_after(clocks->calendar, halo.t0_myr) : std::array<double, 2>{};
  std::array<double, 2> shone =
      clocks && halo.escape ? shining_until_the_end(clocks->light, halo) : std::array<double, 2>{};
  std::uint32_t sub_step = 0;
  for (double t = halo.t0_myr; t < halo.t1_myr; ++sub_step) {
    // 1. Time scales and the length of the sub-step (GAL-1 to GAL-3, COO-3, SFR-1, SUB-1).
    const HaloStructure s = physics::interpolate(halo.start, halo.end, (t - halo.t0_myr) / span);
    const bool minihalo = s.t_vir_k <= 1e4;
    const double r_galaxy = minihalo ? s.r_scale_kpc : s.r_compact_kpc;
    const double t_inner = physics::dynamical_time_myr(r_galaxy, b.mass.cold + b.mass.star);
    const double left = halo.t1_myr - t, none = left / p.star_formation.accuracy;
    double t_con = none;
    if (halo.forms_stars) {
      t_con = std::min(t_inner, s.t_dyn_myr);
      if (minihalo)
        t_con = std::max(t_con,
                         physics::h2_cooling_time_myr(s.t_vir_k, s.r_vir_kpc, b.mass.hot, physics_.hydrogen_fraction));
    }
    const bool may_form = halo.forms_stars && clocks != nullptr && b.mass.hot + b.mass.cold > 0.0;
    const bool capped =
        halo.forms_stars || b.type_ia.single_alive() || (clocks != nullptr && clocks->calendar.alive_after(t));
    Composition gas{};
    double t_star = none;
    if (may_form) {
      gas = star_forming_gas(b, t);
      t_star = star_formation_time_myr(gas, r_galaxy, b.mass.cold, b.mass.star);
    }
    SubStep step{physics::sub_step_myr(p.star_formation, left, t_con, t_star, capped), 0.0};
    if (halo.forms_stars) step.condensed_msun = physics::drained_msun(b.mass.hot, step.dt_myr, t_con);
    if (may_form && p.star_formation.cap_steps) resolve_burst(b, gas, photons[0] + photons[1], t_con, r_galaxy, step);
    const double dt = step.dt_myr;
    const double t_end = dt >= left ? halo.t1_myr : t + dt;

    // 2. Inflow (ACC-1, CON-1).
    Flows f;
    f.minihalo = minihalo;
    f.accreted = halo.accretion_msun * (dt / span);
    f.condensed = step.condensed_msun;

    // 3. Stars (SFR-2, IMF-5).
    if (may_form && b.mass.cold > 0.0)
      f.formed = form_stars(b, *clocks, halo, gas, physics::drained_msun(b.mass.cold, dt, t_star), t, dt, sub_step,
                            photons, shone);

    // 4. Photo-heating by the stars that live (HEA-1).
    if (photons[0] + photons[1] > 0.0) {
      const double rate =
          physics::photo_heating_msun_myr(photons[0] + photons[1], b.mass.cold, r_galaxy, physics_.hydrogen_fraction);
      f.heated = std::min(p.feedback.f_heat * rate * dt, std::max(0.0, b.mass.cold - f.formed));
    }

    // 5. Deaths (DTH-1, SNI-5, SNI-6).
    Metals added{};
    double e_sn = 0.0;
    if (clocks != nullptr && clocks->calendar.alive_after(t)) {
      const DeathSlot dead = clocks->calendar.take(t, t_end);
      e_sn = static_cast<double>(dead.e_1e51_erg);
      f.returned = static_cast<double>(dead.returned_msun);
      for (std::size_t e = 0; e < n_metals; ++e) added[e] = static_cast<double>(dead.metals_msun[e]);
      // What no star is left to emit is exactly nothing.
      photons[0] =
          clocks->calendar.alive_after(t_end) ? std::max(0.0, photons[0] - static_cast<double>(dead.q_ii)) : 0.0;
      photons[1] =
          clocks->calendar.alive_after(t_end) ? std::max(0.0, photons[1] - static_cast<double>(dead.q_iii)) : 0.0;
      b.step.died += dead.died();
    }
    if (b.type_ia.active()) {
      const double ia =
          b.type_ia.explode(physics_.type_ia, t, t_end, physics_.seed, halo.halo_id, halo.level, sub_step);
      if (ia > 0.0) {
        e_sn += ia * p.type_ia.energy_1e51_erg;
        f.returned += ia * physics_.w7_msun[metal_z];
        for (std::size_t e = 0; e < n_metals; ++e) added[e] += ia * physics_.w7_msun[e];
        b.step.ia += ia;
      }
    }
    if (f.formed > 0.0)
      b.type_ia.form(physics_.type_ia, f.formed, t + 0.5 * dt, physics_.seed, halo.halo_id, halo.level, sub_step);
    b.step.made_metals_msun += added[metal_z];
    b.exploded = b.exploded || e_sn > 0.0;
    const std::size_t part = level_part(0.5 * (t + t_end), halo.t0_myr, halo.t1_myr);
    b.step.e_sn_1e51_erg[part] += e_sn;

    // 6. Outflows and their limits (OUT-2 to OUT-5).
    if (e_sn > 0.0) {
      const double norm = p.feedback.ebind_norm;
      const double e_cold =
          norm * p.feedback.cold_binding_factor *
          ((minihalo ? s.phi_scale : s.phi_compact) + physics::binding_by_galaxy(b.mass.cold, b.mass.star, r_galaxy));
      const Outflow asked = physics::unbound_msun(e_sn, b.mass.hot, b.mass.cold, norm * s.e_hot, e_cold, gamma);
      const double hot_gains = f.accreted + (minihalo ? 0.0 : f.heated);
      const Outflow given =
          physics::limited(asked, b.mass.cold - f.heated - f.formed, b.mass.hot - f.condensed + hot_gains);
      f.out_hot = given.hot_msun;
      f.out_cold = given.cold_msun;
    }

    // 7. Masses and metals move (UPD-1, UPD-2).
    const double out_step = f.out_hot + f.out_cold + (minihalo ? f.heated : 0.0);
    b.step.out_msun[part] += out_step;
    if (t < b.merged_gas.until_myr) {
      const double before = b.mass.hot + b.mass.cold;
      b.merged_gas.dilute(before, before + f.accreted + f.returned);
    }
    b.mass = physics::updated(b.mass, f);
    if (halo.igm_fraction[metal_z] > 0.0) {
      for (std::size_t e = 0; e < n_metals; ++e) added[e] += f.accreted * halo.igm_fraction[e];
      b.step.igm_metals_msun += f.accreted * halo.igm_fraction[metal_z];
    }
    physics::share_metals(b.metals, added, b.mass.hot + b.mass.cold, out_step, f.formed);
    b.step.accreted_msun += f.accreted;
    b.step.returned_msun += f.returned;
    t = t_end;
  }
  const LightSlot dead = clocks ? clocks->light.take(halo.t0_myr, halo.t1_myr) : LightSlot{};
  b.step.died += dead.died();
  if (halo.escape != nullptr) ionise(b, shone, dead, halo);
  return sub_step;
}

}  // namespace cecropia::model

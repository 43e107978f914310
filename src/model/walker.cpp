#include "walker.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "cecropia/core/archive.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/physics/magnitude.hpp"
#include "cecropia/physics/star_formation.hpp"
#include "cecropia/physics/threshold.hpp"
#include "cecropia/space/streaming.hpp"
#include "galaxy_of.hpp"

namespace cecropia::model {
namespace {

/// The longest sub-step in which stars may form: that of SUB-1, or a whole level.
double longest_step_myr(const tree::Forest& forest, const physics::StarFormation& p) {
  double longest = 0.0;
  for (std::size_t l = 1; l < forest.n_levels(); ++l)
    longest = std::max(longest, forest.age_myr[l] - forest.age_myr[l - 1]);
  return p.cap_steps ? std::min(longest, std::max(p.max_step_myr, p.min_step_myr)) : longest;
}

}  // namespace

Walker::Walker(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings)
    : forest_(forest),
      physics_(physics),
      surroundings_(surroundings),
      evolver_(physics),
      level_times_(forest.age_myr),
      galaxies_({physics.model.calendar_myr, physics.longest_life_myr,
                 longest_step_myr(forest, physics.parameters.star_formation), level_times_}),
      rho_b0_msun_ckpc3_(physics.cosmos.rho_b0_msun_ckpc3()) {}

void Walker::open(std::size_t level) {
  const tree::HaloRange halos = forest_.halos_at(level);
  galaxies_.open(halos.first, halos.size());
  records_.clear();
  sources_.clear();
  level_ = level;
  if (level > 0) facts_ = facts(level);
}

void Walker::visit(tree::HaloRange halos) {
  for (tree::Halo h = halos.first; h < halos.last; ++h) visit(h);
}

void Walker::visit(tree::Halo h) {
  inherit(h);
  if (level_ > 0) step(h);
  finish(h);
}

void Walker::emit(const parallel::Communicator& ranks) {
  double photons = 0.0;
  if (surroundings_.needs_light()) {
    std::vector<parallel::ExactSum> sum(1);
    for (const Galaxy& g : records_) sum[0].add(g.weight_per_cmpc3 * (g.q_lw_ii_per_s + g.q_lw_iii_per_s) / 1e48);
    parallel::ExactSum::reduce(sum, ranks);
    photons = 1e48 * sum[0].value();
  }
  surroundings_.update(sources_, forest_.redshift[level_], forest_.age_myr[level_], photons, ranks);
}

LevelView Walker::view() const {
  const double step_myr = level_ > 0 ? facts_.t1 - facts_.t0 : 0.0, z = forest_.redshift[level_];
  return {forest_,
          {level_, z, forest_.age_myr[level_], step_myr},
          records_,
          {surroundings_.q_hii(), surroundings_.q_metal(), surroundings_.ionised_filling(),
           surroundings_.metal_filling(), background_j21(z), static_cast<std::int64_t>(surroundings_.n_sources())}};
}

WalkResult Walker::result(const parallel::Communicator& ranks) {
  WalkResult result;
  accounts_.sum_up(result, ranks);
  result.peak_galaxies = ranks.max(peak_galaxies_);
  result.peak_clocks = ranks.max(static_cast<std::int64_t>(galaxies_.n_clocks()));
  return result;
}

void Walker::save(tree::Halo h, ByteWriter& archive) { galaxies_.save(h, archive); }

void Walker::restore(tree::Halo h, ByteReader& archive) { galaxies_.restore(h, archive); }

void Walker::save_common(ByteWriter& archive, const parallel::Communicator& ranks) const {
  accounts_.save(archive, ranks);
  surroundings_.save(archive, ranks);
}

void Walker::restore_common(ByteReader& archive, const parallel::Communicator& ranks) {
  accounts_.restore(archive, ranks);
  surroundings_.restore(archive, ranks);
}

LevelFacts Walker::facts(std::size_t level) const {
  const double z = forest_.redshift[level];
  LevelFacts f{};
  f.z0 = forest_.redshift[level - 1];
  f.z1 = z;
  f.t0 = forest_.age_myr[level - 1];
  f.t1 = forest_.age_myr[level];
  f.m_atom = cosmology::mass_at_t_vir_msun(physics_.cosmos, 1e4, z);
  f.j21 = background_j21(z);
  const physics::Threshold& threshold = physics_.parameters.threshold;
  const auto m_crit = [&](bool ionised) {
    return physics::critical_mass_msun(threshold.fit, f.j21, threshold.v_streaming_sigma, f.m_atom, ionised);
  };
  f.m_crit_neutral = m_crit(false);
  f.m_crit_ionised = m_crit(true);
  const double z_mid = physics_.cosmos.redshift_at(0.5 * (f.t0 + f.t1));
  f.outflow = physics::outflow_law(physics_.parameters.feedback, z_mid);
  const space::AllParameters& space = surroundings_.parameters();
  f.escape = {space.reionisation.f_esc_ii, space.reionisation.f_esc_iii,
              space::ionisation_rates(physics_.cosmos, space.reionisation.clumping, z_mid)};
  for (std::size_t i = 0; i < n_level_parts; ++i) {
    const double part = (f.t1 - f.t0) / static_cast<double>(n_level_parts), begin = static_cast<double>(i);
    f.media.emplace_back(physics_.cosmos, f.t0 + begin * part, f.t0 + (begin + 1.0) * part);
  }
  return f;
}

double Walker::background_j21(double z) const {
  const std::optional<double> own = surroundings_.own_j21();
  return physics_.parameters.threshold.j21_factor * (own ? *own : physics::j21_background(z));
}

double Walker::critical_mass_msun(tree::Halo h) const {
  const physics::Threshold& threshold = physics_.parameters.threshold;
  if (here_.ionised) return facts_.m_crit_ionised;  // no streaming matters there
  if (threshold.streaming == physics::Streaming::fixed) return facts_.m_crit_neutral;
  const std::int64_t region =
      surroundings_.has_places()
          ? space::streaming_region(place_.position_cmpc, forest_.info.box_cmpc, threshold.streaming_region_cmpc)
          : forest_.forest_id[forest_.forest[h]];
  return physics::critical_mass_msun(threshold.fit, facts_.j21, space::streaming_speed_sigma(physics_.seed, region),
                                     facts_.m_atom, false);
}

void Walker::inherit(tree::Halo h) {
  HaloState& mine = galaxies_.current(h);
  mine.m_peak_msun = forest_.m_vir_msun[h];
  const tree::HaloRange progenitors = forest_.progenitors_of(h);
  if (progenitors.size() == 0) {
    mine.branch_id = forest_.id[h];
    return;
  }
  mine.branch_id = galaxies_.previous(progenitors.first).branch_id;
  for (tree::Halo p = progenitors.first; p < progenitors.last; ++p) {
    const HaloState& theirs = galaxies_.previous(p);
    mine.m_peak_msun = std::max(mine.m_peak_msun, theirs.m_peak_msun);
    if (theirs.slot == no_slot) continue;
    if (mine.slot == no_slot) {
      mine.slot = theirs.slot;
      continue;
    }
    if (const double merger_myr = physics_.parameters.mixing.merger_myr; merger_myr > 0.0)
      keep_apart(galaxies_.at(mine.slot), galaxies_.at(theirs.slot), facts_.t0, merger_myr);
    galaxies_.join(mine.slot, theirs.slot);
  }
  if (mine.slot != no_slot) galaxies_.at(mine.slot).branch_id = mine.branch_id;
}

void Walker::look_around(tree::Halo h, const HaloState& mine) {
  place_.own_region_cmpc = place_.r_vir_cmpc = 0.0;
  place_.halo_id = forest_.id[h];
  place_.branch_id = mine.branch_id;
  if (surroundings_.has_places()) {
    const std::array<float, 3>& x = forest_.position_cmpc[h];
    place_.position_cmpc = {static_cast<double>(x[0]), static_cast<double>(x[1]), static_cast<double>(x[2])};
  }
  if (mine.slot != no_slot) {  // a dark halo has no ionised region of its own, whatever its size
    const bool brings_its_own = surroundings_.asks_for_own_region();
    if (brings_its_own) place_.own_region_cmpc = space::region_radius_cmpc(galaxies_.at(mine.slot).ionised_cmpc3);
    if (brings_its_own || surroundings_.has_places())
      place_.r_vir_cmpc =
          1e-3 * (1.0 + facts_.z1) * cosmology::r_vir_kpc(physics_.cosmos, forest_.m_vir_msun[h], facts_.z1);
  }
  here_ = {};
  here_.ionised = surroundings_.is_ionised(place_);
}

Metals Walker::inflow_fractions(const Baryons& b, bool falls_in) {
  if (surroundings_.asks_for_own_bubble()) place_.own_bubble_fractions = own_fractions(b);
  Metals igm = surroundings_.igm_metal_fractions(place_);
  here_.z_igm = igm[metal_z];
  if (igm[metal_z] <= 0.0) return igm;
  constexpr double solar = 0.0142;  // bulk metallicity of the Sun (Liu et al. 2025, section 2.4)
  constexpr double most = 0.5;      // CHOICE: gas is never more than half metals when it comes in
  double factor = physics_.parameters.feedback.c_zigm;
  accounts_.count_overenriched(falls_in && factor * igm[metal_z] > solar);
  if (factor * igm[metal_z] > most) {
    accounts_.count_limited(falls_in);
    factor = most / igm[metal_z];
  }
  for (double& x : igm) x *= factor;
  return igm;
}

Metals Walker::own_fractions(const Baryons& b) const {
  return space::bubble_metal_fractions(b.bubble, b.metals.out, b.mass.out, rho_b0_msun_ckpc3_);
}

void Walker::step(tree::Halo h) {
  HaloState& mine = galaxies_.current(h);
  const double m1 = forest_.m_vir_msun[h];
  look_around(h, mine);
  const bool above = m1 >= critical_mass_msun(h);
  const bool satellite = forest_.is_satellite(h);
  if (mine.slot == no_slot && (!above || satellite)) return;  // still dark

  const tree::HaloRange progenitors = forest_.progenitors_of(h);
  const bool has_progenitor = progenitors.size() > 0;
  const bool interpolated = physics_.model.mass_in_step == MassInStep::interpolated;
  const double m0 = has_progenitor && interpolated ? forest_.m_vir_msun[progenitors.first] : m1;
  const double baryons_at_end = physics_.cosmos.baryon_fraction() * m1;

  const bool newborn = mine.slot == no_slot;
  if (newborn) mine.slot = galaxies_.acquire();
  Baryons& b = galaxies_.at(mine.slot);
  b.step = StepSums{};
  if (newborn) b.mass.hot = std::min(physics_.cosmos.baryon_fraction() * m0, baryons_at_end);
  const bool shut_off = satellite || (here_.ionised && suppressed(progenitors));
  const double holds = b.mass.hot + b.mass.cold + b.mass.star + b.mass.out;
  const double accretion = shut_off ? 0.0 : std::max(0.0, baryons_at_end - holds);  // ACC-1
  const Metals inflow = inflow_fractions(b, newborn || accretion > 0.0);
  if (newborn) {
    b.branch_id = mine.branch_id;
    b.starts_as_pop2 = physics_.parameters.star_formation.first_pop2 && !has_progenitor && m1 >= facts_.m_atom;
    for (std::size_t e = 0; e < n_metals; ++e) b.metals.gas[e] = b.mass.hot * inflow[e];
    b.step.accreted_msun = b.mass.hot;
    b.step.igm_metals_msun = b.metals.gas[metal_z];
  }

  HaloStep s;
  s.halo_id = forest_.id[h];
  s.level = static_cast<std::uint32_t>(level_);
  s.t0_myr = facts_.t0;
  s.t1_myr = facts_.t1;
  const auto& sf = physics_.parameters.star_formation;
  if (interpolated) {
    s.start = physics::halo_structure(physics_.cosmos, sf, m0, facts_.z0);
    s.end = physics::halo_structure(physics_.cosmos, sf, m1, facts_.z1);
  } else {
    const double z_mid = physics_.cosmos.redshift_at(0.5 * (facts_.t0 + facts_.t1));
    s.start = s.end = physics::halo_structure(physics_.cosmos, sf, m1, z_mid);
  }
  s.m_peak_msun = mine.m_peak_msun;
  s.outflow = facts_.outflow;
  s.accretion_msun = accretion;
  s.igm_fraction = inflow;
  s.forms_stars = above;
  if (surroundings_.follows_regions()) s.escape = &facts_.escape;
  const double m_out_before = b.mass.out;
  if (above) galaxies_.give_clocks(b);
  accounts_.count_sub_steps(evolver_.evolve(b, galaxies_.clocks_of(b), s));
  if (surroundings_.follows_bubbles()) blow_bubble(b, s, m_out_before);
  end_ = s.end;
}

void Walker::blow_bubble(Baryons& b, const HaloStep& s, double m_out_before_msun) {
  const space::BubbleParameters& p = surroundings_.parameters().bubbles;
  space::BubbleStep step;
  step.m_out1_msun = m_out_before_msun;
  step.r_vir1_kpc = s.start.r_vir_kpc;
  step.sound_speed_km_s = here_.ionised ? p.sound_speed_ionised_km_s : p.sound_speed_neutral_km_s;
  for (std::size_t i = 0; i < n_level_parts; ++i) {
    const double end = static_cast<double>(i + 1) / static_cast<double>(n_level_parts);
    step.m_out0_msun = step.m_out1_msun;
    step.m_out1_msun = i + 1 < n_level_parts ? step.m_out0_msun + b.step.out_msun[i] : b.mass.out;
    step.r_vir0_kpc = step.r_vir1_kpc;
    step.r_vir1_kpc = s.start.r_vir_kpc + end * (s.end.r_vir_kpc - s.start.r_vir_kpc);
    step.injected_1e51_erg = p.energy_fraction * b.step.e_sn_1e51_erg[i];
    b.bubble = space::grow(b.bubble, step, facts_.media[i]);
  }
}

bool Walker::suppressed(tree::HaloRange progenitors) const {
  double m = 0.0;
  for (tree::Halo p = progenitors.first; p < progenitors.last; ++p) m = std::max(m, forest_.m_vir_msun[p]);
  return m == 0.0 || cosmology::t_vir_k(physics_.cosmos, m, facts_.z0) < 1e4;
}

void Walker::finish(tree::Halo h) {
  HaloState& mine = galaxies_.current(h);
  if (mine.slot == no_slot) return;
  Baryons& b = galaxies_.at(mine.slot);
  peak_galaxies_ = std::max(peak_galaxies_, static_cast<std::int64_t>(galaxies_.n_in_use()));
  records_.push_back(record(h, mine, b));
  emit_source(records_.back(), forest_.descendant[h] == tree::no_halo && level_ + 1 < forest_.n_levels());
  accounts_.add_level(b);
  if (forest_.descendant[h] != tree::no_halo) {
    galaxies_.retire_clocks(b, facts_.t1);
    return;
  }
  const Clocks* clocks = galaxies_.clocks_of(b);
  accounts_.close(b, clocks ? clocks->stars_after(facts_.t1) : 0);
  galaxies_.release(mine.slot);
  mine.slot = no_slot;
}

void Walker::emit_source(const Galaxy& g, bool is_its_last) {
  if (g.bubble_radius_ckpc <= 0.0 && g.region_radius_cmpc <= 0.0) return;
  space::Source s;
  s.halo_id = g.halo_id;
  s.descendant_id = g.descendant_id;
  if (g.is_satellite)
    if (const tree::Halo d = forest_.descendant[forest_.host[g.halo]]; d != tree::no_halo)
      s.host_descendant_id = forest_.id[d];
  s.weight_per_cmpc3 = g.weight_per_cmpc3;
  if (surroundings_.has_places()) s.position_cmpc = forest_.position_cmpc[g.halo];
  s.bubble_radius_cmpc = static_cast<float>(1e-3 * g.bubble_radius_ckpc);
  s.region_radius_cmpc = static_cast<float>(g.region_radius_cmpc);
  for (std::size_t e = 0; e < n_metals; ++e) s.bubble_fractions[e] = static_cast<float>(g.bubble_fractions[e]);
  sources_.push_back(s);
  if (!is_its_last) return;
  if (g.is_satellite) s.bubble_radius_cmpc = 0.0f;
  surroundings_.leave_behind(s);
}

Galaxy Walker::record(tree::Halo h, const HaloState& mine, Baryons& b) {
  Galaxy g = galaxy_of(forest_, h);
  g.is_ionised = here_.ionised;
  g.z_igm = here_.z_igm;
  if (surroundings_.has_places()) g.position_cmpc = place_.position_cmpc;
  g.bubble_radius_ckpc = b.bubble.radius_ckpc;
  g.bubble_energy_1e51_erg = b.bubble.energy_1e51_erg;
  g.bubble_fractions = own_fractions(b);
  g.region_radius_cmpc = space::region_radius_cmpc(b.ionised_cmpc3);
  g.m_peak_msun = mine.m_peak_msun;
  g.r_vir_kpc = end_.r_vir_kpc;
  g.r_galaxy_kpc = end_.t_vir_k <= 1e4 ? end_.r_scale_kpc : end_.r_compact_kpc;
  g.m_star_msun = b.mass.star;
  g.m_star_iii_msun = b.star_iii_msun;
  g.m_hot_msun = b.mass.hot;
  g.m_cold_msun = b.mass.cold;
  g.m_out_msun = b.mass.out;
  g.metals_gas_msun = b.metals.gas;
  g.metals_out_msun = b.metals.out;
  const double step_yr = (facts_.t1 - facts_.t0) * 1e6;
  g.sfr_step_msun_yr = b.step.formed_msun / step_yr;
  g.sfr_iii_step_msun_yr = b.step.formed_iii_msun / step_yr;
  g.inflow_step_msun_yr = b.step.accreted_msun / step_yr;
  g.outflow_step_msun_yr = std::accumulate(b.step.out_msun.begin(), b.step.out_msun.end(), 0.0) / step_yr;
  if (b.mass.star > 0.0) g.age_first_stars_myr = facts_.t1 - b.first_stars_myr;
  g.ccsn_events = static_cast<double>(b.step.died.ccsn);
  g.ppisn_events = static_cast<double>(b.step.died.ppisn);
  g.pisn_events = static_cast<double>(b.step.died.pisn);
  g.pisn_iii_events = static_cast<double>(b.step.died.pisn_iii);
  g.fsn_events = static_cast<double>(b.step.died.fsn);
  g.dbh_events = static_cast<double>(b.step.died.dbh);
  g.ia_events = b.step.ia;
  if (const Clocks* clocks = galaxies_.clocks_of(b)) {
    const History::Recent recent = clocks->history.recent(facts_.t1);
    g.sfr_10_msun_yr = recent.formed_10_msun / 1e7;
    g.sfr_100_msun_yr = recent.formed_100_msun / 1e8;
    g.young_massive_msun = recent.massive_10_msun;
    g.young_massive_oxygen_msun = recent.oxygen_10_msun;
    if (recent.massive_10_msun > 0.0)
      g.oh_young = physics::abundance_over_solar(metal_o, recent.oxygen_10_msun / recent.massive_10_msun,
                                                 physics_.hydrogen_fraction);
    const Light light = light_after(clocks->light, facts_.t1);
    g.q_ion_ii_per_s = light.q_ion_ii * 1e48;
    g.q_ion_iii_per_s = light.q_ion_iii * 1e48;
    g.q_ion_per_s = g.q_ion_ii_per_s + g.q_ion_iii_per_s;
    g.q_lw_ii_per_s = light.q_lw_ii * 1e48;
    g.q_lw_iii_per_s = light.q_lw_iii * 1e48;
    g.l_uv_ii_erg_s_hz = light.l_uv_ii * 1e20;
    g.l_uv_iii_erg_s_hz = light.l_uv_iii * 1e20;
    g.l_uv_erg_s_hz = g.l_uv_ii_erg_s_hz + g.l_uv_iii_erg_s_hz;
    if (g.l_uv_erg_s_hz > 0.0) g.m_uv_ab = physics::absolute_magnitude_ab(g.l_uv_erg_s_hz);
  }
  return g;
}

}  // namespace cecropia::model

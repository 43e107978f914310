#include "cecropia/model/walk.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "cecropia/core/archive.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/physics/magnitude.hpp"
#include "cecropia/physics/star_formation.hpp"
#include "cecropia/physics/threshold.hpp"
#include "cecropia/space/streaming.hpp"

namespace cecropia::model {
namespace {

/// Exact sums behind the budget; index names in one place.
enum BudgetTerm : std::size_t {
  accreted,
  returned,
  content,
  igm_metals,
  made_metals,
  metals_content,
  drawn,
  locked,
  n_terms
};

/// Facts of a level that all its halos share.
struct LevelFacts {
  double z0 = 0, z1 = 0, t0 = 0, t1 = 0, m_atom = 0, m_crit_neutral = 0, m_crit_ionised = 0, j21 = 0;
  IonisingEscape escape;
  std::vector<space::ExpandingMedium> media;  ///< of each part of the level
};

/// The longest sub-step in which stars may form: that of SUB-1, or a whole level.
double longest_step_myr(const tree::Forest& forest, const physics::StarFormation& p) {
  double longest = 0.0;
  for (std::size_t l = 1; l < forest.n_levels(); ++l)
    longest = std::max(longest, forest.age_myr[l] - forest.age_myr[l - 1]);
  return p.cap_steps ? std::min(longest, std::max(p.max_step_myr, p.min_step_myr)) : longest;
}

/// What is counted one by one; sums over ranks are exact.
struct Tallies {
  StarCount stars;
  std::int64_t galaxy_levels = 0, sub_steps = 0, overenriched = 0, limited = 0;
  std::array<std::int64_t*, 12> all() {
    FateCount& died = stars.died;
    return {&stars.born, &stars.alive, &died.wd,       &died.ccsn, &died.ppisn,   &died.pisn,
            &died.fsn,   &died.dbh,    &galaxy_levels, &sub_steps, &overenriched, &limited};
  }
  void sum_over(const parallel::Communicator& ranks) {
    for (std::int64_t* n : all()) *n = ranks.sum(*n);
  }
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stars.born, self.stars.alive, self.stars.died, self.galaxy_levels, self.sub_steps, self.overenriched,
            self.limited);
  }
};

/// One walk: the galaxies, the evolver and the tallies.
class Walker {
 public:
  Walker(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings)
      : forest_(forest),
        physics_(physics),
        surroundings_(surroundings),
        evolver_(physics),
        level_times_(forest.age_myr),
        galaxies_({physics.model.calendar_myr, physics.longest_life_myr,
                   longest_step_myr(forest, physics.parameters.star_formation), level_times_}),
        sums_(n_terms),
        rho_b0_msun_ckpc3_(physics.cosmos.rho_b0_msun_ckpc3()) {}

  void open(std::size_t level) {
    const tree::HaloRange halos = forest_.halos_at(level);
    galaxies_.open(halos.first, halos.size());
    records_.clear();
    sources_.clear();
    level_ = level;
    if (level > 0) facts_ = facts(level);
  }

  void visit(tree::Halo h) {
    inherit(h);
    if (level_ > 0) step(h);
    finish(h);
  }

  /// Collective: what the galaxies of this level do to space becomes the surroundings of the next.
  void emit(const parallel::Communicator& ranks) {
    double photons = 0.0;
    if (surroundings_.needs_light()) {
      std::vector<parallel::ExactSum> sum(1);
      for (const Galaxy& g : records_) sum[0].add(g.weight_per_cmpc3 * (g.q_lw_ii_per_s + g.q_lw_iii_per_s) / 1e48);
      parallel::ExactSum::reduce(sum, ranks);
      photons = 1e48 * sum[0].value();
    }
    surroundings_.update(sources_, forest_.redshift[level_], forest_.age_myr[level_], photons, ranks);
  }

  LevelView view() const {
    const double step_myr = level_ > 0 ? facts_.t1 - facts_.t0 : 0.0, z = forest_.redshift[level_];
    return {forest_,
            {level_, z, forest_.age_myr[level_], step_myr},
            records_,
            {surroundings_.q_hii(), surroundings_.q_metal(), surroundings_.ionised_filling(),
             surroundings_.metal_filling(), background_j21(z), static_cast<std::int64_t>(surroundings_.n_sources())}};
  }

  void add_tallies(WalkResult& result, const parallel::Communicator& ranks) {
    parallel::ExactSum::reduce(sums_, ranks);
    Budget& b = result.budget;
    b.accreted_msun = sums_[accreted].value();
    b.returned_msun = sums_[returned].value();
    b.content_msun = sums_[content].value();
    b.igm_metals_msun = sums_[igm_metals].value();
    b.made_metals_msun = sums_[made_metals].value();
    b.metals_content_msun = sums_[metals_content].value();
    const auto relative = [](double came, double is) {
      return came == 0.0 && is == 0.0 ? 0.0 : std::fabs(came - is) / std::max(came, is);
    };
    b.mass_relative_error = relative(b.accreted_msun + b.returned_msun, b.content_msun);
    b.metal_relative_error = relative(b.igm_metals_msun + b.made_metals_msun, b.metals_content_msun);
    b.drawn_over_locked_metals = sums_[drawn].value() / sums_[locked].value();
    tallies_.sum_over(ranks);
    b.stars = tallies_.stars;
    result.halo_levels = ranks.sum(static_cast<std::int64_t>(forest_.n_halos()));
    result.galaxy_levels = tallies_.galaxy_levels;
    result.sub_steps = tallies_.sub_steps;
    result.peak_galaxies = ranks.max(peak_galaxies_);
    result.peak_clocks = ranks.max(static_cast<std::int64_t>(galaxies_.n_clocks()));
    result.overenriched = tallies_.overenriched;
    result.limited = tallies_.limited;
  }

  /// The states of the halos of the level that was just done.
  void save(WalkState& state) {
    ByteWriter archive;
    const tree::HaloRange halos = forest_.halos_at(level_);
    for (tree::Halo h = halos.first; h < halos.last; ++h) {
      const HaloState& mine = galaxies_.current(h);
      const std::size_t before = archive.bytes().size();
      archive(mine.branch_id, mine.m_peak_msun, mine.slot != no_slot);
      if (mine.slot != no_slot) {
        const Baryons& b = galaxies_.at(mine.slot);
        const Clocks* clocks = galaxies_.clocks_of(b);
        archive(b, clocks != nullptr);
        if (clocks != nullptr) archive(*clocks);
      }
      state.halo_id.push_back(forest_.id[h]);
      state.bytes.push_back(static_cast<std::int64_t>(archive.bytes().size() - before));
    }
    state.halos = archive.take();
  }
  void restore(const WalkState& state) {
    ByteReader archive(state.halos, "the states of galaxies");
    std::size_t i = 0;
    const tree::HaloRange halos = forest_.halos_at(level_);
    for (tree::Halo h = halos.first; h < halos.last; ++h) {
      if (i >= state.halo_id.size() || state.halo_id[i++] != forest_.id[h]) refuse_state();
      HaloState& mine = galaxies_.current(h);
      bool has_galaxy = false, has_clocks = false;
      archive(mine.branch_id, mine.m_peak_msun, has_galaxy);
      if (!has_galaxy) continue;
      mine.slot = galaxies_.acquire();
      Baryons& b = galaxies_.at(mine.slot);
      archive(b, has_clocks);
      if (!has_clocks) continue;
      galaxies_.give_clocks(b);
      archive(*galaxies_.clocks_of(b));
    }
    if (i != state.halo_id.size() || !archive.at_end()) refuse_state();
  }
  [[noreturn]] static void refuse_state() {
    throw InputError({"these are not the halos of the forest", "the states of galaxies",
                      "a checkpoint of the same trees", "begin again without it"});
  }

  /// What is counted over all ranks: the total, on rank 0 when it is written, and there again when it is read.
  void save_tallies(ByteWriter& archive, const parallel::Communicator& ranks) const {
    std::vector<parallel::ExactSum> sums = sums_;
    parallel::ExactSum::reduce(sums, ranks);
    Tallies tallies = tallies_;
    tallies.sum_over(ranks);
    archive(sums, tallies);
  }
  void restore_tallies(ByteReader& archive, const parallel::Communicator& ranks) {
    archive(sums_, tallies_);
    if (sums_.size() != n_terms) refuse_state();
    if (ranks.is_root()) return;
    sums_.assign(n_terms, {});
    tallies_ = {};
  }

 private:
  LevelFacts facts(std::size_t level) const {
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
    const space::AllParameters& space = surroundings_.parameters();
    f.escape = {space.reionisation.f_esc_ii, space.reionisation.f_esc_iii,
                space::ionisation_rates(physics_.cosmos, space.reionisation.clumping,
                                        physics_.cosmos.redshift_at(0.5 * (f.t0 + f.t1)))};
    for (std::size_t i = 0; i < n_level_parts; ++i) {
      const double part = (f.t1 - f.t0) / static_cast<double>(n_level_parts), begin = static_cast<double>(i);
      f.media.emplace_back(physics_.cosmos, f.t0 + begin * part, f.t0 + (begin + 1.0) * part);
    }
    return f;
  }

  /// J21 at redshift z: published, or that of the model's own stars at the end of the last level.
  double background_j21(double z) const {
    const std::optional<double> own = surroundings_.own_j21();
    return physics_.parameters.threshold.j21_factor * (own ? *own : physics::j21_background(z));
  }

  /// The halo mass above which stars form at this place.
  double critical_mass_msun(tree::Halo h) const {
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

  /// The progenitors' galaxies become this halo's: the main progenitor's state moves, the others join it.
  void inherit(tree::Halo h) {
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
      if (mine.slot == no_slot)
        mine.slot = theirs.slot;
      else
        galaxies_.join(mine.slot, theirs.slot);
    }
    if (mine.slot != no_slot) galaxies_.at(mine.slot).branch_id = mine.branch_id;
  }

  /// Who asks its surroundings, and whether it lies in ionised gas.
  void look_around(tree::Halo h, const HaloState& mine) {
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

  /// Metal fractions of gas that falls in: those of the surroundings, clumped. What is unusual is counted where there
  /// is such gas.
  Metals inflow_fractions(const Baryons& b, bool falls_in) {
    if (surroundings_.asks_for_own_bubble()) place_.own_bubble_fractions = own_fractions(b);
    Metals igm = surroundings_.igm_metal_fractions(place_);
    here_.z_igm = igm[metal_z];
    if (igm[metal_z] <= 0.0) return igm;
    constexpr double solar = 0.0142;  // bulk metallicity of the Sun (Liu et al. 2025, section 2.4)
    constexpr double most = 0.5;      // CHOICE: gas is never more than half metals when it comes in
    double factor = physics_.parameters.feedback.c_zigm;
    tallies_.overenriched += falls_in && factor * igm[metal_z] > solar;
    if (factor * igm[metal_z] > most) {
      tallies_.limited += falls_in;
      factor = most / igm[metal_z];
    }
    for (double& x : igm) x *= factor;
    return igm;
  }

  Metals own_fractions(const Baryons& b) const {
    return space::bubble_metal_fractions(b.bubble, b.metals.out, b.mass.out, rho_b0_msun_ckpc3_);
  }

  void step(tree::Halo h) {
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
    const double accretion = shut_off ? 0.0 : std::max(0.0, baryons_at_end - holds);
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
    s.accretion_msun = accretion;
    s.igm_fraction = inflow;
    s.forms_stars = above;
    if (surroundings_.follows_regions()) s.escape = &facts_.escape;
    const double m_out_before = b.mass.out;
    if (above) galaxies_.give_clocks(b);
    tallies_.sub_steps += evolver_.evolve(b, galaxies_.clocks_of(b), s);
    if (surroundings_.follows_bubbles()) blow_bubble(b, s, m_out_before);
    end_ = s.end;
  }

  /// BUB-2, part by part of the level, because a bubble that starts late in a level must not be driven all along it.
  void blow_bubble(Baryons& b, const HaloStep& s, double m_out_before_msun) {
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

  /// An ionised region keeps gas out of a halo whose most massive progenitor is a minihalo (Liu+25, section 2.1).
  bool suppressed(tree::HaloRange progenitors) const {
    double m = 0.0;
    for (tree::Halo p = progenitors.first; p < progenitors.last; ++p) m = std::max(m, forest_.m_vir_msun[p]);
    return m == 0.0 || cosmology::t_vir_k(physics_.cosmos, m, facts_.z0) < 1e4;
  }

  /// Writes the galaxy down, adds to the budget, and ends it where the tree ends.
  void finish(tree::Halo h) {
    HaloState& mine = galaxies_.current(h);
    if (mine.slot == no_slot) return;
    Baryons& b = galaxies_.at(mine.slot);
    ++tallies_.galaxy_levels;
    peak_galaxies_ = std::max(peak_galaxies_, static_cast<std::int64_t>(galaxies_.n_in_use()));
    records_.push_back(record(h, mine, b));
    emit_source(records_.back(), forest_.descendant[h] == tree::no_halo && level_ + 1 < forest_.n_levels());
    sums_[accreted].add(b.step.accreted_msun);
    sums_[returned].add(b.step.returned_msun);
    sums_[igm_metals].add(b.step.igm_metals_msun);
    sums_[made_metals].add(b.step.made_metals_msun);
    tallies_.stars.born += b.step.born;
    tallies_.stars.died += b.step.died;
    if (forest_.descendant[h] != tree::no_halo) {
      galaxies_.retire_clocks(b, facts_.t1);
      return;
    }
    for (double m : {b.mass.hot, b.mass.cold, b.mass.star, b.mass.out}) sums_[content].add(m);
    for (double m : {b.metals.gas[metal_z], b.metals.out[metal_z], b.metals.locked[metal_z]})
      sums_[metals_content].add(m);
    if (const Clocks* clocks = galaxies_.clocks_of(b)) tallies_.stars.alive += clocks->stars_after(facts_.t1);
    sums_[drawn].add(b.birth_metals_msun);
    sums_[locked].add(b.metals.locked[metal_z]);
    galaxies_.release(mine.slot);
    mine.slot = no_slot;
  }

  /// What the galaxy does to the space around it; after the end of its tree, too. The bubble of a satellite that
  /// vanishes is given up: its host, whose own it was, would take it for a neighbour's.
  void emit_source(const Galaxy& g, bool is_its_last) {
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

  Galaxy record(tree::Halo h, const HaloState& mine, Baryons& b) {
    Galaxy g;
    g.halo = h;
    if (const tree::HaloRange p = forest_.progenitors_of(h); p.size() > 0) g.main_progenitor = p.first;
    g.halo_id = forest_.id[h];
    if (forest_.descendant[h] != tree::no_halo) g.descendant_id = forest_.id[forest_.descendant[h]];
    g.is_satellite = forest_.is_satellite(h);
    g.is_ionised = here_.ionised;
    g.z_igm = here_.z_igm;
    if (surroundings_.has_places()) g.position_cmpc = place_.position_cmpc;
    g.bubble_radius_ckpc = b.bubble.radius_ckpc;
    g.bubble_energy_1e51_erg = b.bubble.energy_1e51_erg;
    g.bubble_fractions = own_fractions(b);
    g.region_radius_cmpc = space::region_radius_cmpc(b.ionised_cmpc3);
    g.weight_per_cmpc3 = forest_.weight(h);
    g.m_vir_msun = forest_.m_vir_msun[h];
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
    g.sfr_step_msun_yr = b.step.formed_msun / ((facts_.t1 - facts_.t0) * 1e6);
    g.sfr_iii_step_msun_yr = b.step.formed_iii_msun / ((facts_.t1 - facts_.t0) * 1e6);
    g.ccsn_events = static_cast<double>(b.step.died.ccsn);
    g.ppisn_events = static_cast<double>(b.step.died.ppisn);
    g.pisn_events = static_cast<double>(b.step.died.pisn);
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

  const tree::Forest& forest_;
  const Physics& physics_;
  space::Surroundings& surroundings_;
  Evolver evolver_;
  LevelTimes level_times_;
  Galaxies galaxies_;
  std::vector<Galaxy> records_;
  std::vector<space::Source> sources_;
  std::vector<parallel::ExactSum> sums_;
  std::size_t level_ = 0;
  LevelFacts facts_{};
  physics::HaloStructure end_{};      // of the halo being visited
  space::Surroundings::Place place_;  // of the halo being visited
  struct {
    bool ionised = false;
    double z_igm = 0;  // without clumping
  } here_;
  double rho_b0_msun_ckpc3_;  // mean density of baryons
  Tallies tallies_;
  std::int64_t peak_galaxies_ = 0;
};

}  // namespace

struct Walk::Inside {
  const tree::Forest& forest;
  space::Surroundings& surroundings;
  const parallel::Communicator& ranks;
  Walker walker;
  std::size_t done = 0;
};

Walk::Walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
           const parallel::Communicator& ranks)
    : inside_(new Inside{forest, surroundings, ranks, Walker(forest, physics, surroundings)}) {}
Walk::~Walk() = default;

std::size_t Walk::levels_done() const { return inside_->done; }
bool Walk::is_done() const { return inside_->done == inside_->forest.n_levels(); }

LevelView Walk::next() {
  Inside& in = *inside_;
  in.walker.open(in.done);
  const tree::HaloRange halos = in.forest.halos_at(in.done);
  for (tree::Halo h = halos.first; h < halos.last; ++h) in.walker.visit(h);
  in.walker.emit(in.ranks);
  ++in.done;
  return in.walker.view();
}

WalkResult Walk::result() {
  WalkResult result;
  inside_->walker.add_tallies(result, inside_->ranks);
  return result;
}

WalkState Walk::save() {
  Inside& in = *inside_;
  WalkState state;
  state.levels_done = in.done;
  in.walker.save(state);
  ByteWriter common;
  in.walker.save_tallies(common, in.ranks);
  in.surroundings.save(common, in.ranks);
  state.common = common.take();
  return state;
}

void Walk::restore(const WalkState& state) {
  Inside& in = *inside_;
  if (state.levels_done == 0 || state.levels_done > in.forest.n_levels()) Walker::refuse_state();
  in.done = state.levels_done;
  in.walker.open(in.done - 1);
  parallel::together(in.ranks, [&] { in.walker.restore(state); });
  ByteReader common(state.common, "tallies and surroundings");
  in.walker.restore_tallies(common, in.ranks);
  in.surroundings.restore(common, in.ranks);
  if (!common.at_end()) Walker::refuse_state();
}

WalkResult walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
                const parallel::Communicator& ranks, const ObserveLevel& observe, const LevelDone& done) {
  Walk walk(forest, physics, surroundings, ranks);
  while (!walk.is_done()) {
    observe(walk.next());
    if (done(walk.levels_done(), forest.n_levels())) throw StopRequested("stopped on request between two levels");
  }
  return walk.result();
}

}  // namespace cecropia::model

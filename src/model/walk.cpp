#include "cecropia/model/walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cecropia/core/error.hpp"
#include "cecropia/physics/magnitude.hpp"
#include "cecropia/physics/star_formation.hpp"
#include "cecropia/physics/threshold.hpp"

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
  double z0, z1, t0, t1, m_atom, m_crit_neutral, m_crit_ionised, ionised_fraction;
  Metals igm;  // clumping factor included
};

/// The longest sub-step in which stars may form: that of SUB-1, or a whole level.
double longest_step_myr(const tree::Forest& forest, const physics::StarFormation& p) {
  double longest = 0.0;
  for (std::size_t l = 1; l < forest.n_levels(); ++l)
    longest = std::max(longest, forest.age_myr[l] - forest.age_myr[l - 1]);
  return p.cap_steps ? std::min(longest, std::max(p.max_step_myr, p.min_step_myr)) : longest;
}

/// One walk: the galaxies, the evolver and the tallies.
class Walker {
 public:
  Walker(const tree::Forest& forest, const Physics& physics, const space::Uniform& surroundings)
      : forest_(forest),
        physics_(physics),
        surroundings_(surroundings),
        evolver_(physics),
        level_times_(forest.age_myr),
        galaxies_({physics.model.calendar_myr, physics.longest_life_myr,
                   longest_step_myr(forest, physics.parameters.star_formation), level_times_}),
        sums_(n_terms) {}

  void open(std::size_t level) {
    const tree::HaloRange halos = forest_.halos_at(level);
    galaxies_.open(halos.first, halos.size());
    records_.clear();
    level_ = level;
    if (level > 0) facts_ = facts(level);
  }

  void visit(tree::Halo h) {
    inherit(h);
    if (level_ > 0) step(h);
    finish(h);
  }

  LevelView view() const {
    const double step_myr = level_ > 0 ? facts_.t1 - facts_.t0 : 0.0;
    const double z = forest_.redshift[level_];
    const double q_metal = surroundings_.z_igm(z) > 0.0 ? 1.0 : 0.0;  // uniform metals are everywhere
    return {forest_,
            {level_, z, forest_.age_myr[level_], step_myr},
            records_,
            {surroundings_.ionised_fraction(z), q_metal}};
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
    b.stars = stars_;
    for (std::int64_t* n : {&b.stars.born, &b.stars.alive, &b.stars.wd, &b.stars.ccsn, &b.stars.ppisn, &b.stars.pisn,
                            &b.stars.fsn, &b.stars.dbh})
      *n = ranks.sum(*n);
    result.halo_levels = ranks.sum(static_cast<std::int64_t>(forest_.n_halos()));
    result.galaxy_levels = ranks.sum(galaxy_levels_);
    result.sub_steps = ranks.sum(sub_steps_);
    result.peak_galaxies = ranks.max(peak_galaxies_);
    result.peak_clocks = ranks.max(static_cast<std::int64_t>(galaxies_.n_clocks()));
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
    f.m_crit_neutral = physics::critical_mass_msun(physics_.parameters.threshold, z, f.m_atom, false);
    f.m_crit_ionised = physics::critical_mass_msun(physics_.parameters.threshold, z, f.m_atom, true);
    f.ionised_fraction = surroundings_.ionised_fraction(f.z0);  // frozen at the end of the previous level
    f.igm = surroundings_.igm_metal_fractions(f.z0);
    for (double& x : f.igm) x *= physics_.parameters.feedback.c_zigm;
    return f;
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

  bool is_ionised(const HaloState& mine) const {
    if (facts_.ionised_fraction <= 0.0) return false;
    random::Stream stream(physics_.seed, static_cast<std::uint64_t>(mine.branch_id), 0, 0, random::Purpose::ionised);
    return stream.uniform() < facts_.ionised_fraction;  // one draw per branch: no flicker
  }

  void step(tree::Halo h) {
    HaloState& mine = galaxies_.current(h);
    const double m1 = forest_.m_vir_msun[h];
    ionised_ = is_ionised(mine);
    const bool above = m1 >= (ionised_ ? facts_.m_crit_ionised : facts_.m_crit_neutral);
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
    if (newborn) {
      b.branch_id = mine.branch_id;
      b.starts_as_pop2 = physics_.parameters.star_formation.first_pop2 && !has_progenitor && m1 >= facts_.m_atom;
      b.mass.hot = std::min(physics_.cosmos.baryon_fraction() * m0, baryons_at_end);
      for (std::size_t e = 0; e < n_metals; ++e) b.metals.gas[e] = b.mass.hot * facts_.igm[e];
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
    const bool shut_off = satellite || (ionised_ && suppressed(progenitors));
    const double holds = b.mass.hot + b.mass.cold + b.mass.star + b.mass.out;
    s.accretion_msun = shut_off ? 0.0 : std::max(0.0, baryons_at_end - holds);
    s.igm_fraction = facts_.igm;
    s.forms_stars = above;
    if (above) galaxies_.give_clocks(b);
    sub_steps_ += evolver_.evolve(b, galaxies_.clocks_of(b), s);
    end_ = s.end;
  }

  /// An ionised region keeps gas out of a halo whose most massive progenitor is a minihalo (Liu+25, section 2.1).
  bool suppressed(tree::HaloRange progenitors) const {
    double m = 0.0;
    for (tree::Halo p = progenitors.first; p < progenitors.last; ++p) m = std::max(m, forest_.m_vir_msun[p]);
    return m == 0.0 || cosmology::t_vir_k(physics_.cosmos, m, facts_.z0) < 1e4;
  }

  /// Writes the galaxy down, adds to the budget, and ends it where the tree ends.
  void finish(tree::Halo h) {
    const HaloState& mine = galaxies_.current(h);
    if (mine.slot == no_slot) return;
    Baryons& b = galaxies_.at(mine.slot);
    ++galaxy_levels_;
    peak_galaxies_ = std::max(peak_galaxies_, static_cast<std::int64_t>(galaxies_.n_in_use()));
    records_.push_back(record(h, mine, b));
    sums_[accreted].add(b.step.accreted_msun);
    sums_[returned].add(b.step.returned_msun);
    sums_[igm_metals].add(b.step.igm_metals_msun);
    sums_[made_metals].add(b.step.made_metals_msun);
    count_stars(b.step);
    if (forest_.descendant[h] != tree::no_halo) {
      galaxies_.retire_clocks(b, facts_.t1);
      return;
    }
    for (double m : {b.mass.hot, b.mass.cold, b.mass.star, b.mass.out}) sums_[content].add(m);
    for (double m : {b.metals.gas[metal_z], b.metals.out[metal_z], b.metals.locked[metal_z]})
      sums_[metals_content].add(m);
    if (const Clocks* clocks = galaxies_.clocks_of(b)) stars_.alive += clocks->stars_after(facts_.t1);
    sums_[drawn].add(b.birth_metals_msun);
    sums_[locked].add(b.metals.locked[metal_z]);
    galaxies_.release(mine.slot);
  }

  void count_stars(const StepSums& step) {
    stars_.born += step.born;
    stars_.wd += step.wd;
    stars_.ccsn += step.ccsn;
    stars_.ppisn += step.ppisn;
    stars_.pisn += step.pisn;
    stars_.fsn += step.fsn;
    stars_.dbh += step.dbh;
  }

  Galaxy record(tree::Halo h, const HaloState& mine, Baryons& b) {
    Galaxy g;
    g.halo = h;
    if (const tree::HaloRange p = forest_.progenitors_of(h); p.size() > 0) g.main_progenitor = p.first;
    g.halo_id = forest_.id[h];
    if (forest_.descendant[h] != tree::no_halo) g.descendant_id = forest_.id[forest_.descendant[h]];
    g.is_satellite = forest_.is_satellite(h);
    g.is_ionised = ionised_;
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
    g.ccsn_events = static_cast<double>(b.step.ccsn);
    g.ppisn_events = static_cast<double>(b.step.ppisn);
    g.pisn_events = static_cast<double>(b.step.pisn);
    g.fsn_events = static_cast<double>(b.step.fsn);
    g.dbh_events = static_cast<double>(b.step.dbh);
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
  const space::Uniform& surroundings_;
  Evolver evolver_;
  LevelTimes level_times_;
  Galaxies galaxies_;
  std::vector<Galaxy> records_;
  std::vector<parallel::ExactSum> sums_;
  StarCount stars_;
  std::size_t level_ = 0;
  LevelFacts facts_{};
  physics::HaloStructure end_{};  // of the halo being visited
  bool ionised_ = false;          // of the halo being visited
  std::int64_t galaxy_levels_ = 0, sub_steps_ = 0, peak_galaxies_ = 0;
};

}  // namespace

WalkResult walk(const tree::Forest& forest, const Physics& physics, const space::Uniform& surroundings,
                const parallel::Communicator& ranks, const ObserveLevel& observe, const LevelDone& done) {
  Walker walker(forest, physics, surroundings);
  for (std::size_t level = 0; level < forest.n_levels(); ++level) {
    walker.open(level);
    const tree::HaloRange halos = forest.halos_at(level);
    for (tree::Halo h = halos.first; h < halos.last; ++h) walker.visit(h);
    observe(walker.view());
    if (done(level + 1, forest.n_levels())) throw StopRequested("stopped on request between two levels");
  }
  WalkResult result;
  walker.add_tallies(result, ranks);
  return result;
}

}  // namespace cecropia::model

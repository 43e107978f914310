#pragma once
// Private to the models of galaxies that live alone in their halos (disc, bathtub): what they share on the walk.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "accounts.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/cosmology/halo.hpp"
#include "cecropia/cosmology/halo_history.hpp"
#include "cecropia/model/galaxy_model.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "galaxy_of.hpp"

namespace cecropia::model {

/// HAL-11: HAL-10 level by level, the book of what a branch has taken in. Its growth is that of its highest mass,
/// without what galaxies that merged with it have taken in themselves.
struct BranchBook {
  double mass_msun = 0.0;     ///< of the halo at the last level
  double peak_msun = 0.0;     ///< highest so far
  double others_msun = 0.0;   ///< taken in by the branches that merged with it
  double grown_msun = 0.0;    ///< taken in by itself
  double pending_msun = 0.0;  ///< of grown_msun: comes in with the next step

  static BranchBook of_first(double m_msun, FirstMass brings) {
    return {m_msun, m_msun, 0.0, m_msun, brings == FirstMass::gas ? m_msun : 0.0};
  }
  /// The halo has this mass at the next level; what it takes in until then. Nothing if it owes.
  double grow_to(double m_msun) {
    mass_msun = m_msun;
    peak_msun = std::max(peak_msun, m_msun);
    const double growth = std::max(0.0, peak_msun - others_msun - grown_msun);
    grown_msun += growth;
    return growth;
  }
  /// Another branch ends in this one.
  void take(const BranchBook& other) { others_msun += other.grown_msun + other.others_msun - other.pending_msun; }

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.mass_msun, self.peak_msun, self.others_msun, self.grown_msun, self.pending_msun);
  }
};

/// What a galaxy takes in and what its halo is during one step.
struct TreeStep {
  double growth_msun_myr = 0.0;              ///< of the halo, whole mass
  double m_halo_msun = 0.0, redshift = 0.0;  ///< at the end of the step
};

/// What has passed through a galaxy and what it holds [Msun]: Budget of the walk, for one tree.
struct TreeBudget {
  double inflow = 0, returned = 0, content = 0, metals_inflow = 0, metals_made = 0, metals_content = 0;
};

/// Gas that came into a galaxy from outside and gas that left it [Msun].
struct TreeFlows {
  double inflow = 0, outflow = 0;
};

/// Galaxies that depend on the growth of their halo and on nothing else. `Kind` is the model:
///   State                        of one galaxy
///   State begin(id, n_steps)     an empty one, for the steps that are left
///   void step(State&, TreeStep)  one step of the grid
///   void absorb(State&, State&, TreeStep)   the second falls into the first
///   double formed_msun(State)    stars ever formed, mergers included
///   void describe(Galaxy&, ResolvedGalaxy&, State, z)
///   TreeFlows flows(State)       since it began, with those of all that fell into it
///   TreeBudget budget(State)
///   save, restore                of a State
template <class Kind>
class TreeGalaxies final : public GalaxyModel {
 public:
  TreeGalaxies(const tree::Forest& forest, const cosmology::Cosmology& cosmos, const Parameters& walked,
               const cosmology::TimeGrid& grid, Kind kind)
      : forest_(forest), cosmos_(cosmos), walked_(walked), grid_(grid), kind_(std::move(kind)), sums_(n_budget_terms) {
    double longest_myr = 100.0;  // of sfr_100, and of what a level forms
    for (std::size_t l = 1; l < forest.n_levels(); ++l)
      longest_myr = std::max(longest_myr, forest.age_myr[l] - forest.age_myr[l - 1]);
    n_remembered_ = 2 + static_cast<std::size_t>(std::ceil(longest_myr / grid.step_myr));
  }

  void open(std::size_t level) override {
    previous_ = std::move(current_);
    previous_first_ = current_first_;
    const tree::HaloRange halos = forest_.halos_at(level);
    current_.clear();
    current_.resize(halos.size());
    current_first_ = halos.first;
    records_.clear();
    resolved_.clear();
    level_ = level;
    steps_.clear();
    if (level == 0) return;
    for (std::size_t i = edge_at(level - 1) + 1; i <= edge_at(level); ++i)
      steps_.push_back({cosmos_.redshift_at(grid_.at(i)), way_at(grid_.at(i)), grid_.at(i) - 0.5 * grid_.step_myr});
  }

  void visit(tree::HaloRange halos) override {
    for (tree::Halo h = halos.first; h < halos.last; ++h) visit(h);
  }
  void emit(const parallel::Communicator&) override {}

  LevelView view() const override {
    const double step_myr = level_ > 0 ? forest_.age_myr[level_] - forest_.age_myr[level_ - 1] : 0.0;
    return {forest_, {level_, forest_.redshift[level_], forest_.age_myr[level_], step_myr}, records_, {}, resolved_};
  }

  WalkResult result(const parallel::Communicator& ranks) override {
    parallel::ExactSum::reduce(sums_, ranks);
    WalkResult r;
    r.budget = budget_of(sums_);
    r.budget.drawn_over_locked_metals = 1.0;
    r.galaxy_levels = ranks.sum(counts_.galaxy_levels);
    r.sub_steps = ranks.sum(counts_.sub_steps);
    r.peak_galaxies = ranks.max(counts_.peak_galaxies);
    return r;
  }

  void save(tree::Halo h, ByteWriter& archive) override {
    const std::unique_ptr<Held>& held = current_[h - current_first_];
    archive(held != nullptr);
    if (!held) return;
    archive(held->book, held->begun, held->formed_msun, held->first_stars_myr);
    kind_.save(held->galaxy, archive);
  }
  void restore(tree::Halo h, ByteReader& archive) override {
    bool has_galaxy = false;
    archive(has_galaxy);
    if (!has_galaxy) return;
    BranchBook book;
    std::size_t begun = 0;
    std::vector<double> formed_msun;
    double first_stars_myr = 0.0;
    archive(book, begun, formed_msun, first_stars_myr);
    if (begun > grid_.n_steps) refuse_state();
    std::unique_ptr<Held>& held = current_[h - current_first_];
    held = begin(h, begun);
    held->book = book;
    held->formed_msun = std::move(formed_msun);
    held->first_stars_myr = first_stars_myr;
    kind_.restore(held->galaxy, archive);
  }
  void save_common(ByteWriter& archive, const parallel::Communicator& ranks) const override {
    std::vector<parallel::ExactSum> sums = sums_;
    parallel::ExactSum::reduce(sums, ranks);
    archive(sums, ranks.sum(counts_.galaxy_levels), ranks.sum(counts_.sub_steps), ranks.max(counts_.peak_galaxies));
  }
  void restore_common(ByteReader& archive, const parallel::Communicator& ranks) override {
    parallel::on_root(ranks, [&] {
      archive(sums_, counts_.galaxy_levels, counts_.sub_steps, counts_.peak_galaxies);
      if (sums_.size() != n_budget_terms) refuse_state();
    });
  }

 private:
  static constexpr double never = std::numeric_limits<double>::infinity();
  struct Held {
    BranchBook book;
    std::size_t begun = 0;            ///< step of the grid before the first
    std::vector<double> formed_msun;  ///< stars ever formed, after each step, the newest last
    double first_stars_myr;           ///< cosmic age; infinite without stars
    typename Kind::State galaxy;
  };
  struct Counts {
    std::int64_t galaxy_levels = 0, sub_steps = 0, peak_galaxies = 0;
  };
  struct Step {
    double redshift, way, middle_myr;  ///< at its end, where `way` of the level's time has passed; age halfway
  };

  /// The step of the grid that ends nearest to a level: levels need not lie on the grid.
  std::size_t edge_at(std::size_t level) const {
    const double steps = std::round((forest_.age_myr[level] - grid_.begin_myr) / grid_.step_myr);
    return std::min(grid_.n_steps, static_cast<std::size_t>(std::max(0.0, steps)));
  }
  double way_at(double age_myr) const {
    const double t0 = forest_.age_myr[level_ - 1], t1 = forest_.age_myr[level_];
    return std::clamp((age_myr - t0) / (t1 - t0), 0.0, 1.0);
  }
  std::unique_ptr<Held> begin(tree::Halo h, std::size_t begun) const {
    return std::unique_ptr<Held>(
        new Held{{}, begun, {}, never, kind_.begin(static_cast<std::uint64_t>(forest_.id[h]), grid_.n_steps - begun)});
  }

  void visit(tree::Halo h) {
    const double m = forest_.m_vir_msun[h];
    std::unique_ptr<Held> mine;
    TreeFlows before;
    const tree::HaloRange progenitors = forest_.progenitors_of(h);
    for (tree::Halo p = progenitors.first; p < progenitors.last; ++p) {
      std::unique_ptr<Held>& theirs = previous_[p - previous_first_];
      if (!theirs) continue;
      const TreeFlows so_far = kind_.flows(theirs->galaxy);
      before.inflow += so_far.inflow;
      before.outflow += so_far.outflow;
      if (!mine) {
        mine = std::move(theirs);
        continue;
      }
      evolve(*theirs, theirs->book, 0.0);  // until the end of the level it keeps to itself, and takes in nothing
      mine->book.take(theirs->book);
      falling_.push_back(std::move(theirs));
    }
    if (mine) {
      const BranchBook last = mine->book;
      const double growth = mine->book.grow_to(m);
      evolve(*mine, last, growth);
      for (const std::unique_ptr<Held>& other : falling_) {
        kind_.absorb(mine->galaxy, other->galaxy, {0.0, m, forest_.redshift[level_]});
        join(mine->formed_msun, other->formed_msun);
        mine->first_stars_myr = std::min(mine->first_stars_myr, other->first_stars_myr);
      }
      falling_.clear();
    } else if (m >= walked_.m_halo_min_msun) {
      mine = begin(h, edge_at(level_));
      mine->book = BranchBook::of_first(m, walked_.first_mass);
    } else {
      return;
    }
    note(h, *mine, before);
    if (forest_.descendant[h] == tree::no_halo)
      close(*mine);
    else
      current_[h - current_first_] = std::move(mine);
  }

  /// Through the steps of this level: `growth_msun` comes in as the mass rises above its peak (HAL-9).
  void evolve(Held& held, const BranchBook& before, double growth_msun) {
    BranchBook& now = held.book;
    if (steps_.empty()) {
      now.pending_msun += growth_msun;
      return;
    }
    const double rise = now.peak_msun - before.peak_msun;
    double came_in = -now.pending_msun;
    now.pending_msun = 0.0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const double m = before.mass_msun * std::pow(now.mass_msun / before.mass_msun, steps_[i].way);
      double share = 1.0;
      if (i + 1 < steps_.size() && rise > 0.0) share = std::clamp((m - before.peak_msun) / rise, 0.0, 1.0);
      const double by_now = std::max(came_in, growth_msun * share);
      kind_.step(held.galaxy, {(by_now - came_in) / grid_.step_myr, m, steps_[i].redshift});
      came_in = by_now;
      held.formed_msun.push_back(kind_.formed_msun(held.galaxy));
      if (held.formed_msun.back() > 0.0) held.first_stars_myr = std::min(held.first_stars_myr, steps_[i].middle_myr);
    }
    counts_.sub_steps += static_cast<std::int64_t>(steps_.size());
    if (held.formed_msun.size() > 2 * n_remembered_)
      held.formed_msun.erase(held.formed_msun.begin(),
                             held.formed_msun.end() - static_cast<std::ptrdiff_t>(n_remembered_));
  }

  /// Both end now; a galaxy had no stars before it began, and what is older than n_remembered_ steps is not asked for.
  static void join(std::vector<double>& mine, const std::vector<double>& theirs) {
    if (theirs.size() > mine.size()) mine.insert(mine.begin(), theirs.size() - mine.size(), 0.0);
    const std::size_t first = mine.size() - theirs.size();
    for (std::size_t i = 0; i < theirs.size(); ++i) mine[first + i] += theirs[i];
  }

  /// Mean rate of star formation over the last `myr` [Msun/yr].
  double rate_msun_yr(const Held& held, double myr) const {
    const std::vector<double>& formed = held.formed_msun;
    if (formed.empty()) return 0.0;
    const double steps = myr / grid_.step_myr, back = static_cast<double>(formed.size()) - 1.0 - steps;
    double then = 0.0;
    if (back >= 0.0) {
      const auto k = static_cast<std::size_t>(back);
      then = std::lerp(formed[k], formed[std::min(k + 1, formed.size() - 1)], back - static_cast<double>(k));
    }
    return (formed.back() - then) / (myr * 1e6);
  }

  /// `before`: what had come in and gone out when the level began.
  void note(tree::Halo h, const Held& held, const TreeFlows& before) {
    Galaxy g = galaxy_of(forest_, h);
    ResolvedGalaxy r;
    if (forest_.info.box_cmpc > 0.0) {
      const std::array<float, 3>& x = forest_.position_cmpc[h];
      g.position_cmpc = {static_cast<double>(x[0]), static_cast<double>(x[1]), static_cast<double>(x[2])};
    }
    g.m_peak_msun = held.book.peak_msun;
    const double z = forest_.redshift[level_];
    g.r_vir_kpc = cosmology::r_vir_kpc(cosmos_, g.m_vir_msun, z);
    g.m_star_msun = kind_.formed_msun(held.galaxy);
    g.sfr_10_msun_yr = rate_msun_yr(held, 10.0);
    g.sfr_100_msun_yr = rate_msun_yr(held, 100.0);
    if (!steps_.empty()) {
      const double step_myr = grid_.step_myr * static_cast<double>(steps_.size());
      const TreeFlows now = kind_.flows(held.galaxy);
      g.sfr_step_msun_yr = rate_msun_yr(held, step_myr);
      g.inflow_step_msun_yr = (now.inflow - before.inflow) / (1e6 * step_myr);
      g.outflow_step_msun_yr = (now.outflow - before.outflow) / (1e6 * step_myr);
    }
    if (g.m_star_msun > 0.0) g.age_first_stars_myr = forest_.age_myr[level_] - held.first_stars_myr;
    kind_.describe(g, r, held.galaxy, z);
    records_.push_back(g);
    resolved_.push_back(r);
    ++counts_.galaxy_levels;
    counts_.peak_galaxies = std::max(counts_.peak_galaxies, static_cast<std::int64_t>(records_.size()));
  }

  void close(const Held& held) {
    const TreeBudget b = kind_.budget(held.galaxy);
    const double terms[] = {b.inflow, b.returned, b.content, b.metals_inflow, b.metals_made, b.metals_content};
    for (std::size_t i = 0; i < n_budget_terms; ++i) sums_[i].add(terms[i]);
  }

  const tree::Forest& forest_;
  const cosmology::Cosmology& cosmos_;
  Parameters walked_;
  cosmology::TimeGrid grid_;
  std::size_t n_remembered_ = 0;  // steps of formed_msun that rates may ask for
  Kind kind_;
  std::vector<std::unique_ptr<Held>> previous_, current_, falling_;
  tree::Halo previous_first_ = 0, current_first_ = 0;
  std::vector<Galaxy> records_;
  std::vector<ResolvedGalaxy> resolved_;
  std::vector<Step> steps_;
  std::size_t level_ = 0;
  Counts counts_;
  std::vector<parallel::ExactSum> sums_;
};

}  // namespace cecropia::model

// Which share of a walk do neighbours take: sending sources to all ranks and indexing them, and asking who encloses a
// halo? Real trees, side by side in a larger periodic box until a level has 1e5 sources. What the walk does is done
// again beside it, timed, and must give the same answers. CECROPIA_TREES names other trees; runs on several ranks, too.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/space/surroundings.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/real_box.hpp"
#include "testing/tiled.hpp"

namespace {
using namespace cecropia;
using testing_box::other_trees;
using testing_box::settings;

class Clock {
 public:
  /// Seconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double s = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return s;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Times {
  double walk_s = 0, exchange_and_index_s = 0, queries_s = 0, sources = 0;
};

/// The neighbours' part of a walk, done again level by level.
class Again {
 public:
  Again(const scan::Settings& s, const tree::Forest& forest, const parallel::Communicator& ranks)
      : ranks_(ranks),
        surroundings_(s.space, cosmology::Cosmology(s.cosmology), forest.info.box_cmpc, s.seed(), ranks) {}

  void level(const model::LevelView& view) {
    Times t;
    t.walk_s = clock_.lap();
    if (view.level.index > 0) ask(view, t);
    emit(view, t);
    levels.push_back(t);
    clock_.lap();
  }

  std::vector<Times> levels;
  std::size_t differences = 0;

 private:
  /// What the walk asks: every halo whether it is ionised, every galaxy which metals there are.
  void ask(const model::LevelView& view, Times& t) {
    const tree::HaloRange halos = view.forest.halos_at(view.level.index);
    std::vector<space::Surroundings::Place> places(halos.size());
    std::vector<char> ionised(halos.size());
    std::vector<double> metals;
    for (tree::Halo i = 0; i < halos.size(); ++i) {
      places[i].halo_id = view.forest.id[halos.first + i];
      for (std::size_t k = 0; k < 3; ++k)
        places[i].position_cmpc[k] = static_cast<double>(view.forest.position_cmpc[halos.first + i][k]);
    }
    for (const model::Galaxy& g : view.galaxies)
      if (had_galaxy(view, g)) places[g.halo - halos.first].r_vir_cmpc = 1e-3 * (1 + view.level.redshift) * g.r_vir_kpc;
    clock_.lap();
    for (std::size_t i = 0; i < places.size(); ++i) ionised[i] = surroundings_.is_ionised(places[i]);
    for (const model::Galaxy& g : view.galaxies)
      metals.push_back(surroundings_.igm_metal_fractions(places[g.halo - halos.first])[metal_z]);
    t.queries_s = clock_.lap();
    for (std::size_t i = 0; i < metals.size(); ++i) {
      const model::Galaxy& g = view.galaxies[i];
      differences += metals[i] != g.z_igm || static_cast<bool>(ionised[g.halo - halos.first]) != g.is_ionised;
    }
    had_.assign(view.forest.halos_at(view.level.index).size(), 0);
    for (const model::Galaxy& g : view.galaxies) had_[g.halo - halos.first] = 1;
  }

  /// A galaxy that is born in this step had no ionised region of its own before.
  bool had_galaxy(const model::LevelView& view, const model::Galaxy& g) const {
    const tree::HaloRange p = view.forest.progenitors_of(g.halo);
    const tree::Halo first = view.forest.level_begin[view.level.index - 1];
    for (tree::Halo h = p.first; h < p.last; ++h)
      if (!had_.empty() && had_[h - first]) return true;
    return false;
  }

  void emit(const model::LevelView& view, Times& t) {
    std::vector<space::Source> sources;
    for (const model::Galaxy& g : view.galaxies) {
      if (g.bubble_radius_ckpc <= 0.0 && g.region_radius_cmpc <= 0.0) continue;
      space::Source s;
      s.halo_id = g.halo_id;
      s.descendant_id = g.descendant_id;
      if (g.is_satellite)
        if (const tree::Halo d = view.forest.descendant[view.forest.host[g.halo]]; d != tree::no_halo)
          s.host_descendant_id = view.forest.id[d];
      s.weight_per_cmpc3 = g.weight_per_cmpc3;
      s.position_cmpc = view.forest.position_cmpc[g.halo];
      s.bubble_radius_cmpc = static_cast<float>(1e-3 * g.bubble_radius_ckpc);
      s.region_radius_cmpc = static_cast<float>(g.region_radius_cmpc);
      for (std::size_t e = 0; e < n_metals; ++e) s.bubble_fractions[e] = static_cast<float>(g.bubble_fractions[e]);
      sources.push_back(s);
      if (g.descendant_id >= 0 || view.forest.descendant[g.halo] != tree::no_halo ||
          view.level.index + 1 >= view.forest.n_levels())
        continue;
      if (g.is_satellite) s.bubble_radius_cmpc = 0.0F;
      surroundings_.leave_behind(s);
    }
    clock_.lap();
    surroundings_.update(sources, view.level.redshift, view.level.age_myr, 0.0, ranks_);
    t.exchange_and_index_s = clock_.lap();
    t.sources = static_cast<double>(surroundings_.n_sources());
    differences += static_cast<std::int64_t>(surroundings_.n_sources()) != view.sums.sources;
  }

  const parallel::Communicator& ranks_;
  space::Surroundings surroundings_;
  std::vector<char> had_;  // of each halo of the level before: does it hold a galaxy?
  Clock clock_;
};

/// Arg: copies per side of the box. Counters: sources of the richest level; seconds of this rank; share [%] of a walk
/// that neighbours take, over the levels with at least half as many sources as the richest, and over all.
void neighbours_in_a_walk(benchmark::State& state) {
  const parallel::Communicator ranks = parallel::Communicator::world();
  const scan::Settings s = settings();
  tree::Parameters p;
  p.path = other_trees() != nullptr ? other_trees() : CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  static const stars::Tables tables = stars::build({});
  const tree::Forest forest = made::tiled(tree::load(p, {}, cosmology::Cosmology(s.cosmology), s.seed(), ranks),
                                          static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    Again again(s, forest, ranks);
    scan::PointHooks hooks;
    hooks.write_level = [&](const model::LevelView& view) { again.level(view); };
    scan::run_point(s, forest, tables, observe::read_observations(s.observe.observations_path, ranks), ranks, hooks);
    if (again.differences > 0) state.SkipWithError("the neighbours' part done again is not that of the walk");
    double most = 0;
    for (const Times& t : again.levels) most = std::max(most, t.sources);
    Times all, rich;
    for (const Times& t : again.levels)
      for (Times* sum : {&all, &rich}) {
        if (sum == &rich && t.sources < 0.5 * most) continue;
        sum->walk_s += t.walk_s;
        sum->exchange_and_index_s += t.exchange_and_index_s;
        sum->queries_s += t.queries_s;
      }
    const auto percent = [](double part_s, const Times& of) { return 100 * part_s / of.walk_s; };
    state.counters["sources"] = most;
    state.counters["walk_s"] = all.walk_s;
    state.counters["update_%"] = percent(rich.exchange_and_index_s, rich);
    state.counters["query_%"] = percent(rich.queries_s, rich);
    state.counters["all_%"] = percent(all.exchange_and_index_s + all.queries_s, all);
  }
}
/// 6^3 copies of the shipped trees have 1e5 sources, 5^3 of those with eight times as many particles 1.6e5.
BENCHMARK(neighbours_in_a_walk)
    ->Arg(1)
    ->Arg(3)
    ->Arg(other_trees() == nullptr ? 6 : 5)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
}  // namespace

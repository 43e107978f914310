// How many halos and sub-steps does a core walk in a box of real trees whose galaxies feel each other? Inert halos,
// which hold no galaxy, are counted apart: they cost next to nothing, and a rate that mixes them in says more about the
// trees than about the program.
#include <benchmark/benchmark.h>

#include "cecropia/parallel/timing.hpp"
#include "cecropia/scan/run_point.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/tree/source.hpp"
#include "testing/real_box.hpp"
#include "testing/tiled.hpp"

namespace {
using namespace cecropia;

void count(benchmark::State& state, const model::WalkResult& walk, double cpu_s, const tree::Forest& forest) {
  const auto halos = static_cast<double>(walk.halo_levels), active = static_cast<double>(walk.galaxy_levels);
  state.SetIterationTime(cpu_s);
  state.counters["halo_levels"] = halos;
  state.counters["active"] = active;
  state.counters["inert"] = halos - active;
  state.counters["sub_steps"] = static_cast<double>(walk.sub_steps);
  state.counters["halo_levels/s"] = halos / cpu_s;
  state.counters["active/s"] = active / cpu_s;
  state.counters["sub_steps/s"] = static_cast<double>(walk.sub_steps) / cpu_s;
  state.counters["state_bytes_per_inert_halo"] = sizeof(model::HaloState);
  state.counters["forest_bytes_per_halo"] = static_cast<double>(forest.bytes()) / halos;
}

/// Arg: copies per side of the box.
void walk_in_a_box(benchmark::State& state) {
  const auto self = parallel::Communicator::self();
  const scan::Settings s = testing_box::settings();
  tree::Parameters p;
  p.path =
      testing_box::other_trees() != nullptr ? testing_box::other_trees() : CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
  const stars::Tables tables = stars::build({});
  const observe::Observations observations = observe::read_observations(s.observe.observations_path, self);
  const tree::Forest forest = made::tiled(tree::load(p, {}, cosmology::Cosmology(s.cosmology), s.seed(), self),
                                          static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    const double before_s = parallel::cpu_seconds();
    const scan::PointReport report = scan::run_point(s, forest, tables, observations, self, {});
    count(state, report.walk, parallel::cpu_seconds() - before_s, forest);
  }
}
BENCHMARK(walk_in_a_box)->Arg(3)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);

}  // namespace

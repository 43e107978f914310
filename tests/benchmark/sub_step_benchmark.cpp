// Question: what does one sub-step of the baryon cycle cost, in a dwarf that forms a few massive stars per Myr and in a
// galaxy that forms thousands? Answer: docs/performance.md. The unit is the sub-step: see the counter `per_sub_step`.
#include <benchmark/benchmark.h>
#include <mpi.h>

#include <cmath>

#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "testing/one_halo.hpp"
#include "testing/surroundings.hpp"

namespace {
using namespace cecropia;

void sub_steps_of_one_halo(benchmark::State& state) {
  static const stars::Tables tables = stars::build({});
  const cosmology::Cosmology cosmos;
  const tree::Forest forest = made::smooth_halo(cosmos, std::pow(10.0, static_cast<double>(state.range(0))));
  const model::Physics physics({}, {}, cosmos, tables, stars::Imf::kroupa(0.01, 250.0),
                               stars::Imf::power_law(13.6, 197.0, 1.77), 5.0, forest.age_myr.back(), {1, 0});
  const auto self = parallel::Communicator::self();
  std::int64_t sub_steps = 0;
  for (auto _ : state) {
    auto surroundings = made::uniform_surroundings(cosmos, {1, 0});
    sub_steps += model::walk(
                     forest, physics, surroundings, self, [](const model::LevelView&) {},
                     [](std::size_t, std::size_t) { return false; })
                     .sub_steps;
  }
  state.SetItemsProcessed(sub_steps);
  state.counters["per_sub_step"] =
      benchmark::Counter(static_cast<double>(sub_steps), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(sub_steps_of_one_halo)->Arg(8)->Arg(9)->Arg(10)->Arg(11)->Arg(12)->Unit(benchmark::kMillisecond);
}  // namespace

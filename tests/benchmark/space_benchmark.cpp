// What neighbours cost: gathering and indexing the sources of a level, asking for metals and ionised gas, growing
// bubbles.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "cecropia/random/stream.hpp"
#include "cecropia/space/box_field.hpp"
#include "cecropia/space/bubble.hpp"

namespace {
using namespace cecropia;

/// Clustered sources in a box in which each has as much room as in the real trees; bubbles of 40 ckpc, regions of
/// 0.3 cMpc, both with a scatter of 0.3 dex.
struct World {
  double box_cmpc;
  std::vector<space::Source> sources;
  std::vector<space::Point> places;
};

World world(std::int64_t n) {
  World w;
  w.box_cmpc = 5.9 * std::cbrt(static_cast<double>(n) / 2000.0);
  random::Stream dice({1, 0}, 1, 0, 0, random::Purpose::test);
  space::Point centre{};
  for (std::int64_t i = 0; i < n; ++i) {
    if (i % 20 == 0)
      for (double& x : centre) x = w.box_cmpc * dice.uniform();
    space::Source s;
    s.halo_id = i;
    s.descendant_id = n + i;
    s.weight_per_cmpc3 = 1.0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double x = centre[k] + 0.4 * random::normal(dice);
      s.position_cmpc[k] = static_cast<float>(x - w.box_cmpc * std::floor(x / w.box_cmpc));
    }
    s.bubble_radius_cmpc = static_cast<float>(0.04 * std::pow(10.0, 0.3 * random::normal(dice)));
    s.region_radius_cmpc = static_cast<float>(0.3 * std::pow(10.0, 0.3 * random::normal(dice)));
    for (float& f : s.bubble_fractions) f = 1e-4f;
    w.sources.push_back(s);
    w.places.push_back({static_cast<double>(s.position_cmpc[0]), static_cast<double>(s.position_cmpc[1]),
                        static_cast<double>(s.position_cmpc[2])});
  }
  return w;
}

void gather_and_index(benchmark::State& state) {
  const World w = world(state.range(0));
  const auto self = parallel::Communicator::self();
  std::size_t bytes = 0;
  for (auto _ : state) {
    const space::BoxField field(w.box_cmpc, w.sources, self, self);
    bytes = field.bytes();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes_per_source"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}
BENCHMARK(gather_and_index)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void metals_at_halos(benchmark::State& state) {
  const World w = world(state.range(0));
  const auto self = parallel::Communicator::self();
  const space::BoxField field(w.box_cmpc, w.sources, self, self);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(field.metal_fractions(w.places[i], static_cast<std::int64_t>(i), false));
    i = (i + 7919) % w.places.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(metals_at_halos)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

void ionised_at_halos(benchmark::State& state) {
  const World w = world(state.range(0));
  const auto self = parallel::Communicator::self();
  const space::BoxField field(w.box_cmpc, w.sources, self, self);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(field.is_ionised(w.places[i], static_cast<std::int64_t>(i), 0.01));
    i = (i + 7919) % w.places.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ionised_at_halos)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

/// Arg: 2 for a bubble that is fed just enough to hang at the speed of sound, 1 for one that is fed and expands, 0 for
/// one that only moves with the universe.
void grow_a_bubble(benchmark::State& state) {
  const cosmology::Cosmology cosmos;
  const space::ExpandingMedium medium(cosmos, 500.0, 520.0);
  space::BubbleStep step{.m_out0_msun = 1e7, .m_out1_msun = 1.1e7, .r_vir0_kpc = 3, .r_vir1_kpc = 3.1};
  step.injected_1e51_erg = state.range(0) == 1 ? 100.0 : 0.0;
  step.sound_speed_km_s = 1.0;
  space::Bubble start{80.0, state.range(0) == 1 ? 50.0 : 1e-3};
  if (state.range(0) == 2) {
    step.sound_speed_km_s = 11.7;
    step.injected_1e51_erg = 3.0;
    start.energy_1e51_erg = 6.5;
  }
  for (auto _ : state) benchmark::DoNotOptimize(space::grow(start, step, medium));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(grow_a_bubble)->Arg(0)->Arg(1)->Arg(2);
}  // namespace

// What does a disc cost? A population needs one per halo and model, and its likelihood needs many populations. The
// goal is 21 halos in 2 s on one core, tables of returns included, and 1000 discs in a minute on two.
#include <benchmark/benchmark.h>

#include "unit/disc/model.hpp"

namespace {
using namespace cecropia;

disc::GrowthHistory history_of(double m_halo_msun, const disc::Parameters& p) {
  cosmology::MeanGrowth growth;
  growth.m_halo_msun = m_halo_msun;
  return disc::mean_history(testing_disc::planck(), p, growth);
}

void tables_of_returns(benchmark::State& state) {
  const disc::Ejecta ejecta(testing_disc::yields(), disc::MassiveEjecta::none);
  for (auto _ : state) benchmark::DoNotOptimize(disc::Kernels(ejecta, {}, 1.0, 994));
}
BENCHMARK(tables_of_returns)->Unit(benchmark::kMillisecond);

// From z = 20 to 5 in steps of 1 Myr, with the light at the end; the argument says whether feedback is weak.
void one_disc(benchmark::State& state) {
  disc::Parameters p;
  p.cycle.weak_feedback = state.range(0) == 1;
  const disc::GrowthHistory h = history_of(1e12, p);
  const disc::Kernels kernels(disc::Ejecta(testing_disc::yields(), disc::MassiveEjecta::none), {}, h.step_myr,
                              h.n_steps());
  for (auto _ : state) {
    const disc::Disc d = disc::evolve(p, kernels, h);
    benchmark::DoNotOptimize(disc::light_of_disc(d.grid(), d.rings(), testing_disc::planck(), 5.0));
  }
}
BENCHMARK(one_disc)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void twenty_one_discs_with_their_tables(benchmark::State& state) {
  for (auto _ : state) {
    const disc::Parameters p;
    const disc::GrowthHistory first = history_of(1e10, p);
    const disc::Kernels kernels(disc::Ejecta(testing_disc::yields(), disc::MassiveEjecta::none), {}, first.step_myr,
                                first.n_steps());
    for (const double m : testing_disc::masses_of_21_halos())
      benchmark::DoNotOptimize(disc::evolve(p, kernels, history_of(m, p)));
  }
}
BENCHMARK(twenty_one_discs_with_their_tables)->Unit(benchmark::kMillisecond);

void light_of_a_disc(benchmark::State& state) {
  const auto moment = testing_disc::follow({}, 1e12, {7.0}).front();
  const disc::RingGrid grid{disc::Mesh{}};
  for (auto _ : state)
    benchmark::DoNotOptimize(disc::light_of_disc(grid, moment.rings, testing_disc::planck(), moment.z));
}
BENCHMARK(light_of_a_disc)->Unit(benchmark::kMicrosecond);

}  // namespace

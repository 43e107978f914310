// What does it cost to draw the stars of one sub-step, from none to millions? Most sub-steps of most halos form no
// massive star at all, so that case has to cost tens of nanoseconds; many stars have to cost no more than their mass
// groups. The argument is the expected number of massive stars. The switch from single stars to groups is at
// Population::star_by_star_limit().
#include <benchmark/benchmark.h>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/population.hpp"

namespace {
using namespace cecropia;

void sample_stars(benchmark::State& state) {
  const stars::Tables tables = stars::build({});
  const stars::Population population(tables, stars::Imf::kroupa(0.01, 250));
  const double expected_msun = 1e-3 * static_cast<double>(state.range(0)) / population.massive_number_per_msun();
  std::vector<stars::Population::Born> born;
  std::uint64_t id = 0;
  double n_stars = 0;
  for (auto _ : state) {
    random::Stream stream({1, 1}, ++id, 0, 0, random::Purpose::test);
    benchmark::DoNotOptimize(population.sample(expected_msun, 1e300, 4, stream, born));
    n_stars += static_cast<double>(born.size());
  }
  state.counters["born_entries"] = benchmark::Counter(n_stars, benchmark::Counter::kAvgIterations);
  state.counters["expected_stars"] = 1e-3 * static_cast<double>(state.range(0));
  state.counters["switch_at"] = population.star_by_star_limit();
}
// in thousandths of a star
BENCHMARK(sample_stars)
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10000)
    ->Arg(50000)
    ->Arg(100000)
    ->Arg(130000)
    ->Arg(200000)
    ->Arg(1000000)
    ->Arg(1000000000);

// What does a Poisson deviate cost on either side of its own switch at 10, and far beyond?
void draw_poisson(benchmark::State& state) {
  const double mean = 1e-3 * static_cast<double>(state.range(0));
  random::Stream stream({1, 1}, 1, 0, 0, random::Purpose::test);
  for (auto _ : state) benchmark::DoNotOptimize(random::poisson(stream, mean));
}
BENCHMARK(draw_poisson)->Arg(1)->Arg(1000)->Arg(9900)->Arg(10100)->Arg(1000000)->Arg(100000000);

// What does it cost to build the tables, which every run does that finds no cache?
void build_tables(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(stars::build({}));
}
BENCHMARK(build_tables)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();

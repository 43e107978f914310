// What does it cost to draw the stars of one sub-step, from none to millions? Most sub-steps of most halos form no
// massive star at all, so that case has to cost tens of nanoseconds; many stars have to cost no more than their mass
// groups. The argument is the expected number of massive stars. The switch from single stars to groups is at
// Population::star_by_star_limit().
#include <benchmark/benchmark.h>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/populations.hpp"

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

// What does it cost to choose the population that stars come from, once per sub-step? 0: one for all; 1: an IMF that
// depends on metallicity; 2: and a limit that depends on redshift.
stars::Parameters parameters_of(std::int64_t dependence) {
  stars::Parameters p;
  if (dependence >= 1) p.imf2_form = stars::ImfForm::chon;
  if (dependence >= 2) {
    p.imf2_max_redshift = {6.0, 12.0};
    p.imf2_max_values_msun = {120.0, 180.0};
  }
  return p;
}

void choose_population(benchmark::State& state) {
  const stars::Tables tables = stars::build({});
  const stars::Populations populations(tables, stars::ImfModel(parameters_of(state.range(0)).imf_ii()), {.first = 1});
  std::size_t i_z = 1;
  double redshift = 30.0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(&populations.at(i_z, redshift));
    i_z = i_z == 12 ? 1 : i_z + 1;
    redshift = redshift < 4.0 ? 30.0 : redshift - 0.7;
  }
  state.counters["populations"] = static_cast<double>(populations.all().size());
}
BENCHMARK(choose_population)->DenseRange(0, 2);

// What does it cost to make the populations at the beginning of a run?
void make_populations(benchmark::State& state) {
  const stars::Tables tables = stars::build({});
  const stars::ImfModel imf(parameters_of(state.range(0)).imf_ii());
  for (auto _ : state) benchmark::DoNotOptimize(stars::Populations(tables, imf, {.first = 1}));
}
BENCHMARK(make_populations)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

// What does it cost to build the tables, which every run does that finds no cache?
void build_tables(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(stars::build({}));
}
BENCHMARK(build_tables)->Unit(benchmark::kMillisecond);

}  // namespace

// What does a galaxy's memory of its stars cost: writing down the deaths to come of the stars of a sub-step, taking out
// those of one, joining the clocks of two galaxies; and adding one number to an exact sum?
#include <benchmark/benchmark.h>

#include <vector>

#include "cecropia/model/clocks.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/population.hpp"

namespace {
using namespace cecropia;

/// Levels of 20 Myr up to 1.4 Gyr.
const model::LevelTimes& levels() {
  static const model::LevelTimes times = [] {
    std::vector<double> age;
    for (int i = 0; i < 70; ++i) age.push_back(100.0 + 20.0 * i);
    return model::LevelTimes(age);
  }();
  return times;
}

struct World {
  stars::Tables tables = stars::build({});
  stars::Population population{tables, stars::Imf::kroupa(0.01, 250)};
  model::RingTimes times{1.0, population.life_range_myr().second, 1.0, levels()};
};

/// Arg: expected massive stars of a sub-step of 1 Myr. The unit is one entry (stars of one kind).
void deaths_of_a_sub_step(benchmark::State& state) {
  static const World w;
  model::Clocks clocks(w.times);
  std::vector<std::vector<model::Born>> drawn(64);  // other stars in every sub-step
  std::uint64_t id = 0;
  for (auto& born : drawn) {
    random::Stream stream({1, 1}, ++id, 0, 0, random::Purpose::test);
    w.population.sample(static_cast<double>(state.range(0)) / w.population.massive_number_per_msun(), 1e300, 4, stream,
                        born);
  }
  double t = 100.0;
  std::size_t i = 0;
  std::int64_t entries = 0;
  for (auto _ : state) {
    const auto& born = drawn[++i % drawn.size()];
    clocks.add(born, t + 0.5, t, false);
    entries += static_cast<std::int64_t>(born.size());
    benchmark::DoNotOptimize(clocks.calendar.take(t, t + 1.0));
    t += 1.0;
    if (t < 1200.0) continue;
    t = 100.0;
    clocks.clear();
  }
  state.SetItemsProcessed(entries);
  state.counters["per_entry"] =
      benchmark::Counter(static_cast<double>(entries), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(deaths_of_a_sub_step)->Arg(3)->Arg(30)->Arg(3000);

void clocks_of_two_galaxies_join(benchmark::State& state) {
  static const World w;
  model::Clocks one(w.times), other(w.times);
  std::vector<model::Born> born;
  random::Stream stream({1, 1}, 1, 0, 0, random::Purpose::test);
  w.population.sample(30.0 / w.population.massive_number_per_msun(), 1e300, 4, stream, born);
  other.add(born, 100.5, 100.0, false);
  for (auto _ : state) {
    one.merge(other);
    one.clear();
  }
}
BENCHMARK(clocks_of_two_galaxies_join);

void add_to_an_exact_sum(benchmark::State& state) {
  parallel::ExactSum sum;
  double term = 1.0;
  for (auto _ : state) {
    sum.add(term);
    term = term < 1e12 ? 1.7 * term : 1e-3;
  }
  benchmark::DoNotOptimize(sum.value());
}
BENCHMARK(add_to_an_exact_sum);

}  // namespace

// What does it cost to find a star in the tables: its metallicity bin, its mass, and its row as the walk reads it? Each
// lookup is done once or more per sub-step or per star, so each has to cost less than 5 ns. Arguments are random, so
// that no branch can be guessed. `sum_only` is the loop without any lookup: what the harness itself costs.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cecropia/random/stream.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/population.hpp"

namespace {
using namespace cecropia;

const stars::Tables& tables() {
  static const stars::Tables built = stars::build({});
  return built;
}

const stars::Population& population() {
  static const stars::Population made(tables(), stars::Imf::kroupa(0.01, 250.0));
  return made;
}

constexpr std::size_t n = 1 << 16;

/// Random numbers, logarithmic between two limits; every 16th is zero.
std::vector<double> logarithmic(double low, double high) {
  random::Stream stream({1, 1}, 1, 0, 0, random::Purpose::test);
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = i % 16 == 0 ? 0.0 : low * std::pow(high / low, stream.uniform());
  return x;
}

std::vector<std::uint32_t> indices(std::size_t below) {
  random::Stream stream({1, 1}, 2, 0, 0, random::Purpose::test);
  std::vector<std::uint32_t> x(n);
  for (std::uint32_t& i : x) i = static_cast<std::uint32_t>(stream.uniform() * static_cast<double>(below));
  return x;
}

template <class Values, class Lookup>
void run(benchmark::State& state, const Values& values, Lookup lookup) {
  for (auto _ : state) {
    decltype(lookup(values[0])) sum = 0;
    for (const auto x : values) sum += lookup(x);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
  state.counters["per_lookup"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(n),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void sum_only(benchmark::State& state) {
  run(state, indices(1000), [](std::uint32_t i) { return std::size_t(i); });
}
BENCHMARK(sum_only);

void nearest_z(benchmark::State& state) {
  run(state, logarithmic(1e-12, 0.05), [](double z) { return tables().nearest_z(z); });
}
BENCHMARK(nearest_z);

void metallicity_bin(benchmark::State& state) {
  run(state, logarithmic(1e-12, 0.05), [](double z) { return stars::metallicity_bin(tables(), z, z < 1e-6); });
}
BENCHMARK(metallicity_bin);

void nearest_m(benchmark::State& state) {
  run(state, logarithmic(1.0, 700.0), [](double m) { return tables().nearest_m(m); });
}
BENCHMARK(nearest_m);

// The walk draws stars of one metallicity and reads mass, lifetime and light of each.
void stars_of_one_metallicity(benchmark::State& state) {
  run(state, indices(population().n_cells()), [](std::uint32_t i) {
    const stars::Kind& k = population().cell(3, i);
    return k.mass_msun + k.lifetime_myr + k.q_1e48_per_s;
  });
}
BENCHMARK(stars_of_one_metallicity);

// Halo after halo has another metallicity.
void stars_of_any_metallicity(benchmark::State& state) {
  run(state, indices(population().n_cells() * population().n_z()), [](std::uint32_t i) {
    const auto cells = static_cast<std::uint32_t>(population().n_cells());
    const stars::Kind& k = population().cell(i / cells, i % cells);
    return k.mass_msun + k.lifetime_myr + k.q_1e48_per_s;
  });
}
BENCHMARK(stars_of_any_metallicity);
}  // namespace

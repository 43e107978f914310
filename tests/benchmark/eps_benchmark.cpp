// How fast extended Press-Schechter trees grow, in recorded halos per second of one core, and what the tables cost.
#include <benchmark/benchmark.h>

#include "cecropia/tree/eps.hpp"

namespace {

using namespace cecropia;

/// A forest over the whole range of root masses at a relative resolution of 10^-range(0).
void grow_eps_forest(benchmark::State& state) {
  tree::EpsParameters p;
  p.resolution_relative = state.range(0) == 3 ? 1e-3 : 1e-4;
  p.resolution_msun = 1e5;
  p.trees_per_bin = state.range(0) == 3 ? 8 : 1;
  const cosmology::Cosmology cosmology;
  std::int64_t halos = 0;
  std::uint64_t realisation = 0;
  for (auto _ : state) {
    const tree::Catalogue c = tree::grow_eps(p, cosmology, {1, realisation++}, 0, tree::eps_n_trees(p));
    halos += static_cast<std::int64_t>(c.n_halos());
  }
  state.SetItemsProcessed(halos);
}
BENCHMARK(grow_eps_forest)->Arg(3)->Arg(4)->Unit(benchmark::kMillisecond);

void build_variance_table(benchmark::State& state) {
  const cosmology::Cosmology cosmology;
  for (auto _ : state) benchmark::DoNotOptimize(cosmology::Variance(cosmology));
}
BENCHMARK(build_variance_table)->Unit(benchmark::kMillisecond);

void look_up_sigma_and_alpha(benchmark::State& state) {
  const cosmology::Variance v{cosmology::Cosmology{}};
  double ln_m = 12.0, sigma = 0.0, alpha = 0.0;
  for (auto _ : state) {
    v.sigma_and_alpha(ln_m, sigma, alpha);
    benchmark::DoNotOptimize(sigma += alpha);
    ln_m = ln_m < 30.0 ? ln_m + 0.0137 : 12.0;
  }
}
BENCHMARK(look_up_sigma_and_alpha);

}  // namespace

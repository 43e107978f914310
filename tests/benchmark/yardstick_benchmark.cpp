// How fast is the machine just now? Fixed work that no change of the program touches: times of other benchmarks are
// compared with those of another day after division by this one.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace {

/// Arithmetic, multiplications of 64 bits, exponentials, and reads from a megabyte, in about the shares of a walk.
void yardstick(benchmark::State& state) {
  std::vector<double> memory(1U << 17, 1.0);
  std::uint64_t x = 0x9e3779b97f4a7c15u;
  double sum = 1.0;
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) {
      x ^= x >> 32;
      x *= 0xd6e8feb86659fd93u;
      double& cell = memory[x >> 47];
      cell += 0.5 * sum;
      if ((i & 7) == 0) sum = std::exp(-1e-3 * static_cast<double>(x >> 54));
      sum = sum * 0.999 + 1e-3 * cell / (1.0 + cell);
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(yardstick);

}  // namespace

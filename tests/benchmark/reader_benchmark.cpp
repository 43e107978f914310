// How fast is the way from a consistent-trees file to a forest, and where does the time go? Aim: 300 MB/s per core of
// text for the parser. The text is the real set trees/nbody_4mpc_64, unpacked.
#include <benchmark/benchmark.h>
#include <mpi.h>
#include <sys/resource.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/text_file.hpp"

namespace {

using namespace cecropia;

const std::string packed_path = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64/tree_0_0_0.dat.gz";

const std::string& text() {
  static const std::string all = [] {
    std::string out;
    tree::unpack_lines(tree::MappedFile(packed_path), [&](std::string_view lines, std::int64_t) {
      out += lines;
      return true;
    });
    return out;
  }();
  return all;
}

void parse_text(benchmark::State& state) {
  for (auto _ : state) {
    tree::consistent_trees::Batch batch;
    tree::consistent_trees::Parser parser("text", {}, 0.6774, batch);
    parser.take(text(), 0);
    parser.finish();
    benchmark::DoNotOptimize(batch.rows.data());
    state.counters["halos/s"] =
        benchmark::Counter(static_cast<double>(batch.rows.size()), benchmark::Counter::kIsIterationInvariantRate);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text().size()) * state.iterations());
}
BENCHMARK(parse_text);

void unpack_only(benchmark::State& state) {
  const tree::MappedFile file(packed_path);
  for (auto _ : state)
    tree::unpack_lines(file, [](std::string_view lines, std::int64_t) {
      benchmark::DoNotOptimize(lines.data());
      return true;
    });
  state.SetBytesProcessed(static_cast<std::int64_t>(text().size()) * state.iterations());
}
BENCHMARK(unpack_only);

void load_path(benchmark::State& state, const std::string& path) {
  const auto ranks = parallel::Communicator::self();
  const cosmology::Cosmology cosmos;
  tree::Parameters p;
  p.path = path;
  std::int64_t halos = 0;
  for (auto _ : state) halos += tree::load(p, {}, cosmos, {}, ranks).info.n_halos;
  state.SetBytesProcessed(static_cast<std::int64_t>(text().size()) * state.iterations());
  state.counters["halos/s"] = benchmark::Counter(static_cast<double>(halos), benchmark::Counter::kIsRate);
}

void packed_file_to_forest(benchmark::State& state) { load_path(state, packed_path); }
BENCHMARK(packed_file_to_forest);

void plain_file_to_forest(benchmark::State& state) {
  const auto folder = std::filesystem::temp_directory_path() / "cecropia_reader_benchmark";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "tree_0_0_0.dat", std::ios::binary) << text();
  load_path(state, folder.string());
  std::filesystem::remove_all(folder);
}
BENCHMARK(plain_file_to_forest);

/// The set in the folder CECROPIA_TREES, or the real one. tests/benchmark/trees_speed.sh names a large one and runs
/// plain tools beside it.
std::string other_trees() {
  const char* other = std::getenv("CECROPIA_TREES");
  return other != nullptr ? other : CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";
}

void state_halos_and_memory(benchmark::State& state, std::int64_t halos) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  state.counters["peak_MiB"] = static_cast<double>(used.ru_maxrss) / 1024.0;
  state.counters["halos"] = static_cast<double>(halos) / static_cast<double>(state.iterations());
}

void stream_open(benchmark::State& state) {
  tree::Parameters p;
  p.path = other_trees();
  for (auto _ : state) benchmark::DoNotOptimize(tree::consistent_trees::open(p, {}));
  state_halos_and_memory(state, 0);
}
BENCHMARK(stream_open)->Unit(benchmark::kSecond);

void stream_forests(benchmark::State& state) {
  tree::Parameters p;
  p.path = other_trees();
  const auto reader = tree::consistent_trees::open(p, {});
  std::int64_t halos = 0;
  for (auto _ : state)
    for (std::size_t f = 0; f < reader->forests().size(); ++f)
      halos += static_cast<std::int64_t>(tree::read_forests(*reader, f, f + 1, 1.0).n_halos());
  state_halos_and_memory(state, halos);
}
BENCHMARK(stream_forests)->Unit(benchmark::kSecond);

void read_together(benchmark::State& state) {
  std::int64_t halos = 0;
  for (auto _ : state) {
    tree::ForestInfo info;
    halos += static_cast<std::int64_t>(
        tree::consistent_trees::read(other_trees(), {}, {}, parallel::Communicator::self(), info).n_halos());
  }
  state_halos_and_memory(state, halos);
}
BENCHMARK(read_together)->Unit(benchmark::kSecond);

}  // namespace

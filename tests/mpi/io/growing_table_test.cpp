#include "cecropia/io/growing_table.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "testing/shared_scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing::SharedScratch;
using parallel::Communicator;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

double mass(std::size_t row) { return std::exp(0.001 * static_cast<double>(row * 2654435761U % 40000U)); }

/// `rows` rows, `part` at a time, of which every rank brings the share that `share` gives it.
void write(const Communicator& ranks, const fs::path& target, std::size_t rows, std::size_t part, std::size_t chunk) {
  io::ParallelFile file(ranks, target, {.deflate_level = 2, .chunk_rows = chunk});
  file.make_group("a");
  io::GrowingTable table(file, {io::GrowingColumn::of<double>("a/mass", "Msun", "mass"),
                                io::GrowingColumn::of<std::int64_t>("a/row", "-", "row"),
                                io::GrowingColumn::of<std::uint8_t>("a/small", "-", "row modulo 7"),
                                io::GrowingColumn::of<float>("a/place", "Mpc", "three of them", 3)});
  const auto r = static_cast<std::size_t>(ranks.rank()), n_ranks = static_cast<std::size_t>(ranks.size());
  for (std::size_t begin = 0; begin < rows; begin += part) {
    const std::size_t n = std::min(part, rows - begin);
    // uneven, and nothing for some
    const std::size_t low = begin + n * r * r / (n_ranks * n_ranks),
                      high = begin + n * (r + 1) * (r + 1) / (n_ranks * n_ranks);
    std::vector<double> masses;
    std::vector<std::int64_t> numbers;
    std::vector<std::uint8_t> small;
    std::vector<float> places;
    for (std::size_t i = low; i < high; ++i) {
      masses.push_back(mass(i));
      numbers.push_back(static_cast<std::int64_t>(i));
      small.push_back(static_cast<std::uint8_t>(i % 7));
      for (int k = 0; k < 3; ++k) places.push_back(static_cast<float>(i) + 0.25F * static_cast<float>(k));
    }
    table.append({std::as_bytes(std::span(masses)), std::as_bytes(std::span(numbers)), std::as_bytes(std::span(small)),
                  std::as_bytes(std::span(places))});
  }
  EXPECT_EQ(table.rows(), rows);
  table.finish();
  file.write_column("after", std::vector<double>(ranks.is_root() ? 2 : 0, 1.0), "-", "written after the table");
  file.commit();
}

TEST(GrowingTable, GivesBackWhatWasAppended) {
  const Communicator ranks = Communicator::world();
  const SharedScratch scratch(ranks);
  for (const std::size_t rows : {0U, 1U, 99U, 100U, 101U, 1234U}) {
    write(ranks, scratch / "t.h5", rows, 250, 100);
    const io::SerialFile file = io::SerialFile::open(scratch / "t.h5");
    const auto masses = file.read_double("a/mass");
    const auto places = file.read<float>("a/place");
    const auto small = file.read<std::uint8_t>("a/small");
    ASSERT_EQ(masses.data.size(), rows);
    ASSERT_EQ(places.dims, (std::vector<std::size_t>{rows, 3}));
    for (std::size_t i = 0; i < rows; ++i) {
      EXPECT_EQ(masses.data[i], mass(i));
      EXPECT_EQ(small.data[i], i % 7);
      EXPECT_EQ(places.data[3 * i + 2], static_cast<float>(i) + 0.5F);
    }
    EXPECT_EQ(file.unit("a/mass"), "Msun");
    EXPECT_EQ(file.read_double("after").data.size(), 2U);
    ranks.barrier();
  }
}

TEST(GrowingTable, BytesDependNeitherOnRanksNorOnParts) {
  const Communicator ranks = Communicator::world(), self = Communicator::self();
  const SharedScratch scratch(ranks);
  write(ranks, scratch / "all.h5", 5000, 5000, 128);
  write(ranks, scratch / "parts.h5", 5000, 77, 128);
  if (ranks.is_root()) {
    write(self, scratch / "one.h5", 5000, 1301, 128);
    const std::string one = io::read_file(scratch / "one.h5");
    EXPECT_EQ(io::hash64(one), io::hash64(io::read_file(scratch / "all.h5")));
    EXPECT_EQ(io::hash64(one), io::hash64(io::read_file(scratch / "parts.h5")));
  }
}

TEST(GrowingTable, AFullDiskIsOneErrorOnAllRanksAndLeavesNothing) {
  const Communicator ranks = Communicator::world();
  const SharedScratch scratch(ranks);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  rlimit limit = old;
  limit.rlim_cur = 3 << 20;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::string what;
  try {
    write(ranks, scratch / "big.h5", 4'000'000, 400'000, 4096);
  } catch (const InputError& error) {
    what = error.complaint().what;
  }
  ::setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_THAT(what, HasSubstr("failed"));
  EXPECT_EQ(scratch.n_entries(), 0);
}

TEST(GrowingTable, WithoutCommitThereIsNoFile) {
  const Communicator ranks = Communicator::world();
  const SharedScratch scratch(ranks);
  {
    io::ParallelFile file(ranks, scratch / "no.h5", {.deflate_level = 1});
    io::GrowingTable table(file, {io::GrowingColumn::of<double>("x", "-", "")});
    const std::vector<double> x(10, 1.0);
    table.append({std::as_bytes(std::span(x))});
  }
  EXPECT_EQ(scratch.n_entries(), 0);
}

TEST(GrowingTable, NeedsACompressedFile) {
  const Communicator ranks = Communicator::world();
  const SharedScratch scratch(ranks);
  io::ParallelFile file(ranks, scratch / "plain.h5");
  EXPECT_THROW(io::GrowingTable(file, {}), InternalError);
}

}  // namespace

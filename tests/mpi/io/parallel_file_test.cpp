#include "cecropia/io/parallel_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cmath>
#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/parallel/agree.hpp"
#include "testing/shared_scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing::SharedScratch;
using parallel::Communicator;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// The complaint that all ranks must see.
template <class Work>
Complaint complaint_of(Work&& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.complaint();
  }
  ADD_FAILURE() << "no InputError was thrown";
  return {};
}

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &old_); }

 private:
  rlimit old_{};
};

/// Entry i of a synthetic column.
double entry(std::size_t column, std::size_t i) {
  return std::exp(0.001 * static_cast<double>((i * 2654435761U + column * 97U) % 40000U));
}

/// This rank's part of n entries: uneven, and empty on every second rank when `gaps`.
std::pair<std::size_t, std::size_t> share(const Communicator& ranks, std::size_t n, bool gaps) {
  const auto cut = [&](int r) {
    const auto size = static_cast<std::size_t>(ranks.size());
    auto k = static_cast<std::size_t>(r);
    if (gaps) k = std::min(size, k / 2 * 2);
    return n * k * k / (size * size);
  };
  const std::size_t first = cut(ranks.rank());
  return {first, ranks.rank() + 1 == ranks.size() ? n : cut(ranks.rank() + 1)};
}

constexpr std::size_t n_rows = 30011;

void write_everything(const Communicator& ranks, const fs::path& target, const io::Storage& storage, bool gaps) {
  const auto [first, last] = share(ranks, n_rows, gaps);
  io::ParallelFile file(ranks, target, storage);
  file.write_attribute("/", "format", "test");
  file.write_attribute("/", "version", std::int64_t{1});
  for (std::size_t c = 0; c < 3; ++c) {
    const std::string group = "/galaxies/level_" + std::to_string(c);
    file.make_group(group);
    file.write_attribute(group, "redshift", 10.5 - static_cast<double>(c));
    std::vector<double> mass, table;
    std::vector<float> sfr;
    std::vector<std::int64_t> id;
    std::vector<std::int32_t> index;
    std::vector<std::uint8_t> flag;
    for (std::size_t i = first; i < last; ++i) {
      mass.push_back(entry(c, i));
      sfr.push_back(static_cast<float>(entry(c + 10, i)));
      id.push_back(static_cast<std::int64_t>(i) * 1000003);
      index.push_back(-static_cast<std::int32_t>(i));
      flag.push_back(static_cast<std::uint8_t>(i % 3));
      for (std::size_t k = 0; k < 4; ++k) table.push_back(entry(k, i));
    }
    file.write_column(group + "/mass", mass, "Msun", "Mass.");
    file.write_column(group + "/sfr", sfr, "Msun/yr", "Rate.");
    file.write_column(group + "/id", id, "-", "Number.");
    file.write_column(group + "/index", index, "-", "Index.");
    file.write_column(group + "/flag", flag, "-", "Flag.");
    file.write_column(group + "/metals", table, "Msun", "Four metals.", 4);
    file.write_column(group + "/nothing", std::vector<double>{}, "-", "No galaxy is like that.");
  }
  std::vector<double> history(77);
  for (std::size_t i = 0; i < history.size(); ++i) history[i] = entry(7, i) * (ranks.is_root() ? 1 : 2);
  file.write_common("/history/sfrd", history, "Msun/yr/cMpc^3", "Rank 0's values.");
  file.write_strings("/provenance/names", {"a", "bcd"}, "Names.");
  file.write_text("/provenance/parameters", "{\"x\": 1}" + std::string(70000, ' '), "Parameters.");
  file.commit();
}

TEST(ParallelFile, HoldsEveryRanksPartInOrder) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  write_everything(world, scratch / "run.h5", {.deflate_level = 1, .chunk_rows = 1000}, true);
  EXPECT_EQ(scratch.n_entries(), 1);
  parallel::on_root(world, [&] {
    const io::SerialFile file = io::SerialFile::open(scratch / "run.h5");
    const auto mass = file.read_double("/galaxies/level_2/mass").data;
    const auto id = file.read_int64("/galaxies/level_0/id").data;
    const auto metals = file.read_double("/galaxies/level_1/metals");
    ASSERT_EQ(mass.size(), n_rows);
    ASSERT_EQ(id.size(), n_rows);
    EXPECT_THAT(metals.dims, ElementsAre(n_rows, 4));
    for (std::size_t i = 0; i < n_rows; ++i) {
      ASSERT_EQ(mass[i], entry(2, i));
      ASSERT_EQ(id[i], static_cast<std::int64_t>(i) * 1000003);
      ASSERT_EQ(metals.data[4 * i + 3], entry(3, i));
    }
    EXPECT_THAT(file.dims("/galaxies/level_1/nothing"), ElementsAre(0));
    EXPECT_EQ(file.read_double("/history/sfrd").data[5], entry(7, 5));
    EXPECT_EQ(file.unit("/galaxies/level_1/sfr"), "Msun/yr");
    EXPECT_EQ(file.description("/galaxies/level_1/nothing"), "No galaxy is like that.");
    EXPECT_EQ(file.read_double_attribute("/galaxies/level_1", "redshift"), 9.5);
    EXPECT_THAT(file.read_strings("/provenance/names"), ElementsAre("a", "bcd"));
    EXPECT_EQ(file.read_text("/provenance/parameters").size(), 70008U);
    EXPECT_EQ(file.read_string_attribute("/", "format"), "test");
  });
}

TEST(ParallelFile, HasTheSameBytesForAnyNumberOfRanksAndAnySplit) {
  const Communicator world = Communicator::world(), self = Communicator::self();
  const SharedScratch scratch(world);
  for (const int level : {0, 4}) {
    const io::Storage storage{.deflate_level = level, .chunk_rows = 1000};
    write_everything(world, scratch / "all.h5", storage, false);
    write_everything(world, scratch / "gaps.h5", storage, true);
    if (world.is_root()) {
      write_everything(self, scratch / "alone.h5", storage, false);
      const std::string alone = io::read_file(scratch / "alone.h5");
      EXPECT_GT(alone.size(), 100000U);
      EXPECT_TRUE(io::read_file(scratch / "all.h5") == alone) << "deflate " << level;
      EXPECT_TRUE(io::read_file(scratch / "gaps.h5") == alone) << "deflate " << level;
    }
    world.barrier();
  }
}

TEST(ParallelFile, WithoutCommitTheOldFileStaysAndNothingElse) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  if (world.is_root()) io::write_atomically(scratch / "run.h5", "old");
  {
    io::ParallelFile file(world, scratch / "run.h5");
    file.write_column("/x", std::vector<double>(10, 1.0), "-", "x");
  }
  EXPECT_EQ(scratch.n_entries(), 1);
  EXPECT_EQ(io::read_file(scratch / "run.h5"), "old");
}

TEST(ParallelFile, AnExceptionOnOneRankRemovesTheTemporaryWithoutWaitingForTheOthers) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  try {
    io::ParallelFile file(world, scratch / "run.h5");
    file.write_column("/x", std::vector<double>(1000, 1.0), "-", "x");
    if (world.rank() == world.size() - 1) throw std::runtime_error("one rank has had enough");
    throw std::runtime_error("the others leave at another place");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(scratch.n_entries(), 0);
}

TEST(ParallelFile, RefusesAnImpossiblePlaceOnAllRanksWithTheSameWords) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  const auto make = [&](const fs::path& p) { return complaint_of([&] { io::ParallelFile file(world, p); }); };
  EXPECT_THAT(make(scratch / "none/run.h5").what, HasSubstr("No such file or directory"));
  if (world.is_root()) fs::create_directory(scratch / "run.h5");
  world.barrier();
  EXPECT_THAT(make(scratch / "run.h5").what, HasSubstr("name of a folder"));
  EXPECT_THAT(make("/proc/run.h5").where, HasSubstr("/proc/run.h5"));
  EXPECT_EQ(scratch.n_entries(), 1);
}

TEST(ParallelFile, ADiskThatCannotTakeTheFileIsRefusedBeforeAnythingIsWritten) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  if (world.is_root()) io::write_atomically(scratch / "run.h5", "old");
  const Complaint c = complaint_of([&] {
    io::ParallelFile file(world, scratch / "run.h5");
    file.write_column("/x", std::vector<double>(1000, 1.0), "-", "x");
    file.reserve(std::uint64_t{1} << 60);
  });
  EXPECT_THAT(c.what, HasSubstr("reserving"));
  EXPECT_THAT(c.what, HasSubstr("No space left"));
  EXPECT_EQ(scratch.n_entries(), 1);
  const Complaint limited = complaint_of([&] {
    io::ParallelFile file(world, scratch / "run.h5");
    const FileSizeLimit limit(2 << 20);
    file.write_column("/x", std::vector<double>(300000, 1.0), "-", "x");
  });
  EXPECT_THAT(limited.what, HasSubstr("File too large"));
  EXPECT_EQ(io::read_file(scratch / "run.h5"), "old");
  EXPECT_EQ(scratch.n_entries(), 1);
}

TEST(ParallelFile, AFolderThatGoesAwayWhileTheFileIsWrittenIsNamedByAllRanks) {
  const auto world = Communicator::world();
  SharedScratch scratch(world);
  const fs::path target = scratch / "gone" / "trees.h5";
  if (world.is_root()) io::make_folder(target.parent_path());
  world.barrier();
  io::ParallelFile file(world, target);
  if (world.is_root()) fs::remove_all(target.parent_path());
  world.barrier();
  const Complaint complaint = complaint_of([&] { file.reserve(1000); });
  EXPECT_THAT(complaint.what, HasSubstr("looking at the file failed: No such file or directory"));
  EXPECT_EQ(complaint.where, target.string());
}

TEST(ParallelFile, AWriteThatFailsOnOneRankIsTheSameInputErrorOnAll) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  if (world.is_root()) io::write_atomically(scratch / "run.h5", "old");
  for (const auto& [level, all] : {std::pair(0, true), std::pair(0, false), std::pair(1, true)}) {
    // clang 14 captures no structured binding by itself.
    const Complaint c = complaint_of([&, level = level, all = all] {
      io::ParallelFile file(world, scratch / "run.h5", {.deflate_level = level});
      file.reserve(64 << 20);  // so that the refusal comes from the write itself
      const FileSizeLimit limit(all || world.rank() + 1 == world.size() ? 20000 : RLIM_INFINITY);
      for (int k = 0; k < 5; ++k) {
        std::vector<double> x(20000);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i * i));
        file.write_column("/x" + std::to_string(k), x, "-", "x");
      }
      file.commit();
    });
    EXPECT_THAT(c.what, HasSubstr("failed"));
    EXPECT_THAT(c.where, HasSubstr("run.h5"));
    EXPECT_THAT(c.fix, HasSubstr("ulimit"));
    EXPECT_EQ(scratch.n_entries(), 1);
    EXPECT_EQ(io::read_file(scratch / "run.h5"), "old");
  }
  // and the process can go on: another file is written and closed
  io::ParallelFile file(world, scratch / "run.h5");
  file.write_column("/x", std::vector<double>(10, 1.0), "-", "x");
  file.commit();
  EXPECT_EQ(io::SerialFile::open(scratch / "run.h5").dims("/x")[0], 10U * static_cast<std::size_t>(world.size()));
}

TEST(CanonicalHash, DoesNotKnowTheSplitOverRanksButKnowsEveryEntryAndItsPlace) {
  const Communicator world = Communicator::world(), self = Communicator::self();
  const auto hash = [](const Communicator& ranks, std::vector<double> whole, const std::string& name) {
    const auto [first, last] = share(ranks, whole.size(), false);
    const std::vector<double> mine(whole.begin() + static_cast<std::ptrdiff_t>(first),
                                   whole.begin() + static_cast<std::ptrdiff_t>(last));
    return io::canonical_hash(ranks, name, mine);
  };
  std::vector<double> column(5003);
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = entry(0, i);
  const std::uint64_t expected = hash(self, column, "m_vir_msun");
  EXPECT_EQ(hash(world, column, "m_vir_msun"), expected);
  EXPECT_NE(hash(world, column, "m_vir_msun_h"), expected);
  auto changed = column;
  changed[4000] = std::nextafter(changed[4000], 0.0);
  EXPECT_NE(hash(world, changed, "m_vir_msun"), expected);
  std::swap(column[17], column[4711]);
  EXPECT_NE(hash(world, column, "m_vir_msun"), expected);
  io::CanonicalHash a, b;
  a.add_common(world, "format", "eps");
  b.add_common(world, "format", "consistent-trees");
  EXPECT_NE(a.value(world), b.value(world));
}

}  // namespace

#include "cecropia/parallel/communicator.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <numeric>
#include <random>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "cecropia/parallel/memory.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/parallel/timing.hpp"

#include <signal.h>

namespace {
using namespace cecropia;
using namespace cecropia::parallel;
using testing::HasSubstr;

/// Lets messages travel in pieces of a few bytes while it lives.
class ShortMessages {
 public:
  explicit ShortMessages(std::size_t bytes) { longest_message_bytes = bytes; }
  ~ShortMessages() { longest_message_bytes = before_; }

 private:
  std::size_t before_ = longest_message_bytes;
};

struct Record {
  std::int64_t from, to, n;
  double x;
};

/// What rank `from` sends to rank `to`: a number of records that differs for every pair, and is zero for some.
std::vector<Record> letters(int from, int to) {
  std::vector<Record> v(static_cast<std::size_t>((from * 7 + to * 3) % 5 * 40));
  for (std::size_t i = 0; i < v.size(); ++i)
    v[i] = {from, to, static_cast<std::int64_t>(i), 0.1 * static_cast<double>(i)};
  return v;
}

void check_all_messages(const Communicator& world) {
  std::vector<std::vector<Record>> out;
  for (int r = 0; r < world.size(); ++r) out.push_back(letters(world.rank(), r));
  const auto in = world.exchange(out);
  std::size_t at = 0;
  for (int r = 0; r < world.size(); ++r)
    for (const Record& expected : letters(r, world.rank())) {
      ASSERT_LT(at, in.size());
      EXPECT_EQ(in[at].from, r);
      EXPECT_EQ(in[at].to, world.rank());
      EXPECT_EQ(in[at].n, expected.n);
      EXPECT_EQ(in[at].x, expected.x);
      ++at;
    }
  EXPECT_EQ(at, in.size());

  const auto mine = letters(world.rank(), 2);
  const auto all = world.gather_all(mine);
  at = 0;
  for (int r = 0; r < world.size(); ++r)
    for (const Record& expected : letters(r, 2)) {
      ASSERT_LT(at, all.size());
      EXPECT_EQ(all[at].from, r);
      EXPECT_EQ(all[at].n, expected.n);
      ++at;
    }
  EXPECT_EQ(at, all.size());

  for (int root = 0; root < world.size(); ++root) {
    std::vector<double> values(world.rank() == root ? 1000 : 3, static_cast<double>(world.rank()));
    std::iota(values.begin(), values.end(), root);
    values = world.broadcast(values, root);
    ASSERT_EQ(values.size(), 1000U);
    EXPECT_EQ(values[999], root + 999.0);
  }
  std::vector<std::int64_t> counts(777);
  std::iota(counts.begin(), counts.end(), 0);
  world.sum_in_place(counts);
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(counts[i], static_cast<std::int64_t>(i) * world.size());
}

TEST(Communicator, MessagesArriveWholeAndInOrder) { check_all_messages(Communicator::world()); }

TEST(Communicator, MessagesThatAreTooLongForOneCallArriveInPieces) {
  const Communicator world = Communicator::world();
  for (const std::size_t bytes : {8U, 104U, 1000U, 4096U}) {
    const ShortMessages limit(bytes);
    check_all_messages(world);
  }
}

TEST(Communicator, MinMaxSumAndAnyAreWhatTheySay) {
  const Communicator world = Communicator::world();
  const int r = world.rank(), n = world.size();
  EXPECT_EQ(world.sum(r + 1), n * (n + 1) / 2);
  EXPECT_EQ(world.max(std::int64_t{-r}), 0);
  EXPECT_EQ(world.max(1.5 * r), 1.5 * (n - 1));
  EXPECT_EQ(world.min(1.5 * r), 0.0);
  EXPECT_EQ(world.exclusive_sum(10), 10 * r);
  EXPECT_TRUE(world.any(r == n - 1));
  EXPECT_FALSE(world.any(false));
  EXPECT_EQ(world.broadcast(r == n - 1 ? "the last" : "other", n - 1), "the last");
  EXPECT_EQ(world.broadcast(std::string()), "");
  world.barrier();
}

TEST(Communicator, SplitsIntoGroupsThatKeepTheOrder) {
  const Communicator world = Communicator::world();
  const Communicator group = world.split(world.rank() % 2);
  EXPECT_EQ(group.rank(), world.rank() / 2);
  EXPECT_EQ(group.sum(world.rank() % 2), world.rank() % 2 * group.size());
  EXPECT_EQ(world.split_by_node().size(), world.size());  // the tests run on one node
  const Communicator self = Communicator::self();
  EXPECT_EQ(self.size(), 1);
  EXPECT_TRUE(self.is_root());
}

TEST(Communicator, IsGivenBackByARankAloneEvenWhenAnExceptionIsUnderWay) {
  int given_back = 0, key = MPI_KEYVAL_INVALID;
  const auto count = [](MPI_Comm, int, void* counter, void*) {
    ++*static_cast<int*>(counter);
    return MPI_SUCCESS;
  };
  check(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, count, &key, nullptr), "MPI_Comm_create_keyval");
  try {
    const Communicator alone = Communicator::self();
    check(MPI_Comm_set_attr(alone.handle(), key, &given_back), "MPI_Comm_set_attr");
    throw InternalError("under way");
  } catch (const InternalError&) {
  }
  EXPECT_EQ(given_back, 1);
  MPI_Comm_free_keyval(&key);
}

TEST(Communicator, AWrongCallIsAnErrorWithMpisOwnText) {
  const Communicator world = Communicator::world();
  EXPECT_THROW(world.broadcast(std::vector<int>{1}, world.size() + 3), InternalError);
  EXPECT_THROW(world.exchange(std::vector<std::vector<int>>(static_cast<std::size_t>(world.size()) + 1)),
               InternalError);
}

TEST(FailTogether, TheComplaintOfOneRankIsThrownOnAll) {
  const Communicator world = Communicator::world();
  const int guilty = world.size() - 1;
  try {
    together(world, [&] {
      if (world.rank() == guilty) throw InputError({"halo 7 has no mass", "tree.dat", "a mass", "mend it"});
    });
    ADD_FAILURE() << "nothing was thrown on rank " << world.rank();
  } catch (const InputError& error) {
    EXPECT_EQ(error.complaint().what, "halo 7 has no mass");
    EXPECT_EQ(error.complaint().fix, "mend it");
    EXPECT_THAT(error.what(), HasSubstr("tree.dat"));
  }
  int calls = 0;
  on_root(world, [&] { ++calls; });
  EXPECT_EQ(world.sum(calls), 1);
}

TEST(FailTogether, OfSeveralComplaintsTheLowestRanksIsHeard) {
  const Communicator world = Communicator::world();
  try {
    fail_together(world, Complaint{std::to_string(world.rank()), "", "", ""});
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_EQ(error.complaint().what, "0");
  }
}

TEST(ExactSum, IsTheSameBitsForEverySplitOverRanks) {
  const Communicator world = Communicator::world();
  std::mt19937_64 engine(42);
  ExactSum serial, mine, empty;
  std::vector<ExactSum> many(3);
  for (int i = 0; i < 30000; ++i) {
    const double mantissa = 1.0 + std::ldexp(static_cast<double>(engine() >> 12), -52);
    const double t = std::ldexp(i % 3 == 0 ? -mantissa : mantissa, static_cast<int>(engine() % 400) - 200);
    serial.add(t);
    const auto owner = static_cast<int>(engine() % static_cast<unsigned>(world.size()));
    if (owner == world.rank()) {
      mine.add(t);
      many[0].add(t);
      many[2].add(-t);
    }
  }
  mine.reduce(world);
  ExactSum::reduce(many, world);
  empty.reduce(world);
  EXPECT_EQ(mine.value(), serial.value());
  EXPECT_EQ(many[0].value(), serial.value());
  EXPECT_EQ(many[1].value(), 0.0);
  EXPECT_EQ(many[2].value(), -serial.value());
  EXPECT_EQ(empty.value(), 0.0);
  mine.add(0x1p-200);  // a reduced sum is a sum like any other
  serial.add(0x1p-200);
  EXPECT_EQ(mine.value(), serial.value());
}

TEST(TimingTable, ComparesRanksThatMetDifferentPhases) {
  const Communicator world = Communicator::world();
  TimingTable table;
  table.add("walk", 1.0 + world.rank());
  if (world.rank() == world.size() - 1) table.add("only the last", 4.0);
  const auto phases = table.over(world);
  ASSERT_EQ(phases.size(), 2U);
  EXPECT_EQ(phases[0].name, "walk");
  EXPECT_EQ(phases[0].min_s, 1.0);
  EXPECT_EQ(phases[0].max_s, world.size());
  EXPECT_DOUBLE_EQ(phases[0].mean_s, 0.5 * (1 + world.size()));
  EXPECT_EQ(phases[1].name, "only the last");
  EXPECT_DOUBLE_EQ(phases[1].mean_s, 4.0 / world.size());
}

TEST(MemoryWatch, AddsOverTheRanks) {
  const Communicator world = Communicator::world();
  MemoryWatch watch;
  watch.look();
  const auto total = watch.over(world);
  EXPECT_GE(total.peak_rss_mib, world.size() * 1.0);
  EXPECT_GE(total.peak_rss_mib, total.peak_rss_of_one_rank_mib);
}

TEST(StopRequest, ASignalToOneRankStopsAllAtTheSamePlace) {
  const Communicator world = Communicator::world();
  const StopRequest stop;
  int levels = 0;
  while (levels < 10 && !stop.agreed_by(world)) {
    if (world.rank() == world.size() - 1 && levels == 3) ::raise(SIGUSR1);
    ++levels;
  }
  EXPECT_EQ(levels, 4);
}

}  // namespace

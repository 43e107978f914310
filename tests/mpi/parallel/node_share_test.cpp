#include "cecropia/parallel/node_share.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cstdint>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/memory.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::parallel;
using testing::HasSubstr;

struct Record {
  double x = 0;
  std::int64_t n = 0;
};

std::vector<Record> records(std::size_t n) {
  std::vector<Record> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = {0.5 * static_cast<double>(i), static_cast<std::int64_t>(i) - 7};
  return v;
}

TEST(NodeArray, AnArrayOfOneRankIsReadableCopyableAndNotShared) {
  NodeArray<Record> first(records(100));
  const NodeArray<Record> second = first;
  first = NodeArray<Record>();
  EXPECT_TRUE(first.empty());
  ASSERT_EQ(second.size(), 100u);
  EXPECT_EQ(second[99].n, 92);
  EXPECT_EQ(second.bytes(), 100 * sizeof(Record));
  EXPECT_FALSE(second.is_shared());
  std::int64_t sum = 0;
  for (const Record& r : second) sum += r.n;
  EXPECT_EQ(sum, 99 * 50 - 700);
}

TEST(NodeShare, AllRanksOfANodeReadWhatItsRootBroughtAndNobodyElse) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  const std::vector<Record> wanted = records(3000);
  for (int round = 0; round < 3; ++round) {
    const auto array = share_on_node(node, NodeArray<Record>(node.is_root() ? wanted : std::vector<Record>(5)));
    EXPECT_EQ(array.size(), wanted.size());
    EXPECT_EQ(array.is_shared(), node.size() > 1);
    for (std::size_t i = 0; i < std::min(array.size(), wanted.size()); ++i) {
      EXPECT_EQ(array[i].x, wanted[i].x);
      EXPECT_EQ(array[i].n, wanted[i].n);
    }
  }
}

TEST(NodeShare, AnArrayThatIsFilledInPlaceIsOneCopyPerNode) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  constexpr std::size_t n = std::size_t{64} << 17;  // 64 MiB of doubles
  const double before_mib = memory_use().pss_mib;
  const auto array = fill_on_node<double>(node, node.is_root() ? n : 0, [](std::span<double> room) {
    for (std::size_t i = 0; i < room.size(); ++i) room[i] = static_cast<double>(i % 1000);
  });
  double sum = 0;
  for (const double x : array) sum += x;
  double expected = 0;
  for (std::size_t i = 0; i < n; ++i) expected += static_cast<double>(i % 1000);
  EXPECT_EQ(array.size(), n);
  EXPECT_EQ(sum, expected);
  node.barrier();  // all have touched all pages, so that the share of each is a fair one
  const double mine_mib = memory_use().pss_mib - before_mib;
  EXPECT_LT(mine_mib, 64.0 / node.size() + 16.0) << "a copy of its own costs a rank 64 MiB";
  node.barrier();
}

TEST(NodeShare, CopiesKeepTheMemoryUntilTheLastHasGone) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  NodeArray<Record> kept;
  {
    const auto array = share_on_node(node, NodeArray<Record>(records(1000)));
    kept = array;
  }
  EXPECT_EQ(kept[999].n, 992);
}

TEST(NodeShare, AnEmptyArrayIsEmptyEverywhere) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  EXPECT_TRUE(share_on_node(node, NodeArray<Record>()).empty());
}

TEST(NodeShare, MoreThanTheNodeHasIsRefusedOnAllRanks) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  try {
    node_memory(node, std::size_t{1} << 50, [](std::span<std::byte>) { FAIL() << "there is no such memory"; });
    ADD_FAILURE() << "2^50 bytes were given";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), HasSubstr("no room for 1073741824 MiB"));
  }
}

// Shared memory is a file: the rank that could not make it went on, and the others waited for it for ever.
TEST(NodeShare, BugALimitOfTheFileSizeLeftTheOtherRanksWaiting) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit tight = before;
  tight.rlim_cur = 20000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  std::string said = "nothing";
  bool was_filled = false;
  try {
    const auto memory = node_memory(node, 3 << 20, [&](std::span<std::byte>) { was_filled = true; });
  } catch (const InputError& e) {
    said = e.what();
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  if (node.size() == 1) {  // who is alone needs no file
    EXPECT_EQ(said, "nothing");
    EXPECT_TRUE(was_filled);
    return;
  }
  EXPECT_FALSE(was_filled);
  EXPECT_THAT(said, HasSubstr("no room for 3 MiB that its ranks would share: no file may have more than 0.0191 MiB"));
  EXPECT_THAT(said, HasSubstr("ulimit -f"));
}

TEST(NodeShare, AFaultWhileFillingIsAFaultOfAllRanks) {
  const auto world = Communicator::world();
  const auto node = world.split_by_node();
  EXPECT_THROW(node_memory(node, 4096,
                           [](std::span<std::byte>) -> void {
                             throw InputError({"the table is broken", "here", "a whole one", "mend it"});
                           }),
               InputError);
}

}  // namespace

// Who computes what: every order once, results on rank 0, whoever stops and whenever.
#include "cecropia/scan/dispatcher.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <set>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using parallel::Communicator;

class Numbers : public scan::Counter {
 public:
  explicit Numbers(int n) : n_(n) {}
  std::optional<std::string> next() override {
    if (given_ == n_) return std::nullopt;
    return std::to_string(given_++);
  }
  bool may_come() override { return false; }
  void take(const std::string& order, const std::string& result) override {
    EXPECT_TRUE(results.emplace(order, result).second) << order << " was computed twice";
  }
  std::map<std::string, std::string> results;

 private:
  int n_, given_ = 0;
};

/// Questions that come one by one, each only after an answer to the one before.
class Dialogue : public Numbers {
 public:
  explicit Dialogue(int n) : Numbers(n), n_(n) {}
  std::optional<std::string> next() override {
    if (static_cast<int>(results.size()) < asked_) return std::nullopt;
    const auto question = Numbers::next();
    asked_ += question ? 1 : 0;
    return question;
  }
  bool may_come() override { return asked_ < n_; }

 private:
  int n_, asked_ = 0;
};

/// Twice the number, found out by the whole group together.
std::string twice(const Communicator& group, const std::string& order, const std::function<void()>& breathe,
                  const parallel::StopRequest& stop) {
  std::int64_t sum = 0;
  for (int level = 0; level < 5; ++level) {
    sum = group.sum(2 * std::stoi(order));
    breathe();
    if (stop.agreed_by(group)) throw StopRequested("stopped");
  }
  return std::to_string(sum / group.size());
}

TEST(Dispatcher, EveryOrderIsComputedOnceByGroupsOfAnySize) {
  const auto world = Communicator::world();
  for (int size = 1; size <= world.size(); ++size)
    for (int n : {0, 1, 2, 37}) {
      const scan::ProcessGrid grid(world, size);
      Numbers numbers(n);
      const parallel::StopRequest stop;
      scan::dispatch(
          world, grid, world.is_root() ? static_cast<scan::Counter&>(numbers) : scan::no_counter(),
          [&](const std::string& order, const auto& breathe) { return twice(grid.group(), order, breathe, stop); },
          stop);
      if (!world.is_root()) continue;
      ASSERT_EQ(static_cast<int>(numbers.results.size()), n);
      for (const auto& [order, result] : numbers.results) EXPECT_EQ(std::stoi(result), 2 * std::stoi(order));
    }
}

TEST(Dispatcher, WaitsForQuestionsThatDependOnAnswers) {
  const auto world = Communicator::world();
  const scan::ProcessGrid grid(world, 1);
  Dialogue dialogue(25);
  const parallel::StopRequest stop;
  scan::dispatch(
      world, grid, world.is_root() ? static_cast<scan::Counter&>(dialogue) : scan::no_counter(),
      [&](const std::string& order, const auto& breathe) { return twice(grid.group(), order, breathe, stop); }, stop);
  if (world.is_root()) {
    EXPECT_EQ(dialogue.results.size(), 25u);
  }
}

TEST(Dispatcher, AskedToStopEverybodyLeavesTogetherAndWhatWasFinishedIsKept) {
  const auto world = Communicator::world();
  const scan::ProcessGrid grid(world, 1);
  Numbers numbers(1000);
  const parallel::StopRequest stop;
  int mine = 0;
  EXPECT_THROW(scan::dispatch(
                   world, grid, world.is_root() ? static_cast<scan::Counter&>(numbers) : scan::no_counter(),
                   [&](const std::string& order, const auto& breathe) {
                     if (++mine == 5) ::raise(SIGUSR1);  // on every rank, as launchers do
                     return twice(grid.group(), order, breathe, stop);
                   },
                   stop),
               StopRequested);
  if (world.is_root()) {
    EXPECT_GE(numbers.results.size(), 4u);
    EXPECT_LT(numbers.results.size(), 1000u);
  }
}

TEST(Dispatcher, WhenAllIsDoneAWishToStopComesTooLate) {
  const auto world = Communicator::world();
  const scan::ProcessGrid grid(world, 1);
  Numbers numbers(world.size());
  const parallel::StopRequest stop;
  EXPECT_NO_THROW(scan::dispatch(
      world, grid, world.is_root() ? static_cast<scan::Counter&>(numbers) : scan::no_counter(),
      [&](const std::string& order, const auto&) {
        if (std::stoi(order) + 1 == world.size()) ::raise(SIGUSR1);  // during the last one
        return order;
      },
      stop));
}

TEST(ProcessGrid, MoreRanksPerPointThanThereAreIsRefusedOnAllRanks) {
  const auto world = Communicator::world();
  EXPECT_THROW(scan::ProcessGrid(world, world.size() + 1), InputError);
}

TEST(ProcessGrid, EveryMemberOfEveryGroupSeesItsSliceOfTheTrees) {
  const auto world = Communicator::world();
  for (int size = 1; size <= world.size(); ++size) {
    const scan::ProcessGrid grid(world, size);
    std::int64_t loads = 0;
    const tree::Forest forest = grid.share([&](const Communicator& group) {
      ++loads;
      tree::ForestDraft draft;
      draft.info.source = "made";
      draft.info.n_halos = 12;
      draft.redshift = {10.0, 5.0};
      draft.level_begin = {0, 1, 2};
      draft.id = {100 * (group.rank() + 1), 100 * (group.rank() + 1) + 1};
      draft.m_vir_msun = {1e8, 2e8};
      return tree::Forest(std::move(draft));
    });
    EXPECT_EQ(world.sum(loads), size) << "one node: one group reads";
    if (grid.is_idle()) continue;
    ASSERT_EQ(forest.n_halos(), 2u);
    EXPECT_EQ(forest.id[0], 100 * (grid.group().rank() + 1));
    EXPECT_EQ(forest.info.source, "made");
    EXPECT_EQ(forest.m_vir_msun[1], 2e8);
    EXPECT_EQ(forest.id.is_shared(), grid.n_groups() > 1);
  }
}

}  // namespace

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "cecropia/parallel/deadline.hpp"
#include "cecropia/parallel/memory.hpp"
#include "cecropia/parallel/stop.hpp"
#include "cecropia/parallel/timing.hpp"
#include "cecropia/parallel/waited_time.hpp"

namespace {
using namespace cecropia::parallel;
using testing::HasSubstr;

TEST(TimingTable, AddsUpTheTimeOfEachPhase) {
  TimingTable table;
  for (int i = 0; i < 3; ++i) {
    const ScopedTimer outer(table, "walk");
    {
      const ScopedTimer inner(table, "stars");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(table.calls("walk"), 3);
  EXPECT_GE(table.seconds("stars"), 0.030);
  EXPECT_GE(table.seconds("walk"), table.seconds("stars") + 0.015);
  EXPECT_EQ(table.calls("nothing"), 0);
  const auto phases = table.over(Communicator::self());
  ASSERT_EQ(phases.size(), 2U);
  EXPECT_EQ(phases[0].name, "stars");  // ended first
  EXPECT_EQ(phases[1].max_s, table.seconds("walk"));
  EXPECT_THAT(as_text(phases), HasSubstr("stars"));
}

TEST(DeadlineDeathTest, EndsARankThatWaitsForEverInsideALibraryAndSaysWhy) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto hang = [] {
    Deadline deadline([] {
      const char word[] = "tidied\n";
      EXPECT_GT(::write(2, word, sizeof word - 1), 0);
    });
    const Deadline::Call call(&deadline, 0.05, {"opening does not come back", "run.h5", "an answer", "try elsewhere"});
    for (;;) ::pause();
  };
  EXPECT_EXIT(hang(), testing::ExitedWithCode(2), "tidied");
}

// The bug: a job that was suspended for an hour inside a collective call ended itself when it went on, and blamed the
// disk.
TEST(WaitedTime, DoesNotCountTheHourInWhichTheProcessWasStopped) {
  WaitedTime waited;
  auto now = WaitedTime::Clock::now();
  for (int i = 0; i < 10; ++i) waited.look(now += std::chrono::milliseconds(100));
  const double before_s = waited.look(now);
  EXPECT_NEAR(before_s, 1.0, 0.1);
  EXPECT_NEAR(waited.look(now += std::chrono::hours(1)), before_s + WaitedTime::most_of_a_look_s, 1e-9);
  EXPECT_NEAR(waited.look(now += std::chrono::milliseconds(100)), before_s + WaitedTime::most_of_a_look_s + 0.1, 1e-9);
}

TEST(Deadline, LetsCallsThatComeBackInTimeGoOnHoweverLongTheWorkBetweenThemTakes) {
  bool ended = false;
  {
    Deadline deadline([&] { ended = true; });
    for (int i = 0; i < 100; ++i) const Deadline::Call call(&deadline, 60.0, {});
    { const Deadline::Call call(&deadline, 0.05, {}); }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));  // longer than the call may take and the watch sleeps
  }
  EXPECT_FALSE(ended);
}

TEST(MemoryWatch, SeesMemoryThatIsTakenAndRemembersItAfterItIsGone) {
  MemoryWatch watch;
  watch.look();
  const double pss = watch.peak_pss_mib(), rss = watch.peak_rss_mib();
  ASSERT_GT(rss, 1.0);
  ASSERT_GT(pss, 0.1);
  {
    const std::vector<char> block(64 << 20, 'x');
    watch.look();
    EXPECT_EQ(block.back(), 'x');
  }
  EXPECT_GE(watch.peak_pss_mib(), pss + 60);
  EXPECT_GE(watch.peak_rss_mib(), 64);
  EXPECT_LT(memory_use().pss_mib, watch.peak_pss_mib() - 60);
}

TEST(StopRequest, IsRaisedByASignalAndByTheWallClock) {
  const Communicator self = Communicator::self();
  for (const int signal_number : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) {
    const StopRequest stop;
    EXPECT_FALSE(stop.agreed_by(self));
    ::raise(signal_number);
    EXPECT_TRUE(stop.asked());
    EXPECT_TRUE(stop.agreed_by(self));
  }
  const StopRequest stop(0.02);
  EXPECT_FALSE(stop.asked());
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_TRUE(stop.asked());
}

/// How a process ends that is interrupted twice, so long apart.
int end_of_a_process_interrupted_twice(int signal_number, std::chrono::milliseconds apart) {
  const pid_t child = ::fork();
  if (child == 0) {
    const StopRequest stop;
    ::raise(signal_number);
    std::this_thread::sleep_for(apart);
    ::raise(signal_number);
    ::_exit(stop.asked() ? 3 : 0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

TEST(StopRequest, ASecondInterruptEndsTheProcess) {
  const int status = end_of_a_process_interrupted_twice(SIGINT, std::chrono::milliseconds(1200));
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

// Bug: a launcher that signals the process and its group ended a run at once instead of between two levels.
TEST(StopRequest, OneWishThatArrivesTwiceDoesNotEndTheProcess) {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    const int status = end_of_a_process_interrupted_twice(signal_number, std::chrono::milliseconds(5));
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 3);
  }
}

TEST(StopRequest, SigtermLeavesASecondAndNoMore) {
  const pid_t child = ::fork();
  if (child == 0) {
    const StopRequest stop;
    ::raise(SIGTERM);
    if (!stop.at_once()) ::_exit(1);
    std::this_thread::sleep_for(std::chrono::seconds(20));
    ::_exit(2);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

}  // namespace

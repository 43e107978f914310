#include "cecropia/app/progress.hpp"

#include <gmock/gmock.h>

namespace cecropia::app {
namespace {
using testing::AllOf;
using testing::HasSubstr;

struct Watch {
  double now = 100.0;
  std::vector<std::string> written;
  Progress::Outlet outlet() {
    return {[this](const std::string& text) { written.push_back(text); }, [this] { return now; }};
  }
};

TEST(Duration, IsWrittenInTheUnitsPeopleUse) {
  EXPECT_EQ(duration(0.2), "0 s");
  EXPECT_EQ(duration(59.6), "1 min 0 s");
  EXPECT_EQ(duration(125), "2 min 5 s");
  EXPECT_EQ(duration(4800), "1 h 20 min");
  EXPECT_EQ(duration(-1), "0 s");
}

TEST(Progress, InAFileIsALineEveryTenSecondsAndOneAtTheEnd) {
  Watch watch;
  Progress progress("walk", "halos", 1000, Progress::Style::lines, watch.outlet());
  for (int i = 1; i <= 50; ++i) {  // 50 s, 20 halos a second
    watch.now += 1;
    progress.at(20 * i, "z = 7.0");
  }
  ASSERT_EQ(watch.written.size(), 5u);
  EXPECT_THAT(watch.written[0], AllOf(HasSubstr("walk:  20 %"), HasSubstr("20 halos/s"), HasSubstr("40 s left"),
                                      HasSubstr("z = 7.0\n"), testing::Not(HasSubstr("["))));
  EXPECT_THAT(watch.written[4], AllOf(HasSubstr("100 %"), HasSubstr("50 s passed")));
}

TEST(Progress, OnATerminalIsABarThatOverwritesItself) {
  Watch watch;
  {
    Progress progress("walk", "halos", 100, Progress::Style::bar, watch.outlet());
    watch.now += 0.05;
    progress.at(1);
    EXPECT_TRUE(watch.written.empty());  // not more often than ten times a second
    watch.now += 0.95;
    progress.at(50);
    ASSERT_EQ(watch.written.size(), 1u);
    EXPECT_THAT(watch.written[0], AllOf(testing::StartsWith("\r"),
                                        HasSubstr(std::string(15, '#') + std::string(15, '.')), HasSubstr("1 s left")));
  }
  EXPECT_EQ(watch.written.back(), "\n");  // given up half-way: the next message starts on its own line
}

TEST(Progress, EndsOnce) {
  Watch watch;
  {
    Progress progress("walk", "halos", 10, Progress::Style::bar, watch.outlet());
    watch.now += 1;
    progress.at(10);
    progress.at(10);
  }
  ASSERT_EQ(watch.written.size(), 1u);
  EXPECT_THAT(watch.written[0], testing::EndsWith("\n"));
}

TEST(Progress, IsSilentWhenAskedToBeQuietAndOnOtherRanks) {
  Watch watch;
  Progress progress("walk", "halos", 10, Progress::Style::none, watch.outlet());
  watch.now += 100;
  progress.at(10);
  EXPECT_TRUE(watch.written.empty());
  EXPECT_EQ(Progress::style_for(0, Verbosity::quiet), Progress::Style::none);
  EXPECT_EQ(Progress::style_for(1, Verbosity::normal), Progress::Style::none);
}

}  // namespace
}  // namespace cecropia::app

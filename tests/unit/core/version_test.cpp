// Which program wrote this? The two answers that go into run.json.
#include "cecropia/core/version.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace {

TEST(Version, IsThreeNumbersSeparatedByDots) {
  EXPECT_TRUE(std::regex_match(std::string(cecropia::version()), std::regex(R"(\d+\.\d+\.\d+)"))) << cecropia::version();
}

TEST(Version, GitRevisionEndsInACommitOrSaysThatItIsUnknown) {
  const std::string revision(cecropia::git_revision());
  EXPECT_TRUE(std::regex_match(revision, std::regex(R"(unknown|(.+-\d+-g)?[0-9a-f]{7,40}(-dirty)?|v?\d+\.\d+\.\d+(-dirty)?)")))
      << revision;
}

}  // namespace

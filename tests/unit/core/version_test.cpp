// Which program wrote this? The two answers that go into run.json.
#include "cecropia/core/version.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace {

TEST(Version, IsThreeNumbersSeparatedByDots) {
  const std::string text(cecropia::version());
  EXPECT_TRUE(std::regex_match(text, std::regex(R"(\d+\.\d+\.\d+)"))) << text;
}

TEST(Version, GitRevisionEndsInACommitOrSaysThatItIsUnknown) {
  const std::string revision(cecropia::git_revision());
  const std::regex form(R"(unknown|(.+-\d+-g)?[0-9a-f]{7,40}(-dirty)?|v?\d+\.\d+\.\d+(-dirty)?)");
  EXPECT_TRUE(std::regex_match(revision, form)) << revision;
}

}  // namespace

#include "cecropia/core/closest.hpp"

#include <gtest/gtest.h>

namespace cecropia {
namespace {

TEST(EditDistance, CountsSlipsOfTheFinger) {
  EXPECT_EQ(edit_distance("eta", "eta"), 0u);
  EXPECT_EQ(edit_distance("eta", "eat"), 1u);  // neighbours swapped
  EXPECT_EQ(edit_distance("eta", "et"), 1u);
  EXPECT_EQ(edit_distance("eta", "betas"), 2u);
  EXPECT_EQ(edit_distance("ETA", "eta"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(ClosestName, IsGivenOnlyWhenItIsNear) {
  const std::vector<std::string> names{"omega_m", "omega_b", "h"};
  EXPECT_EQ(closest("omega_x", names), "omega_m");  // the first of equals
  EXPECT_EQ(closest("Omega_b", names), "omega_b");
  EXPECT_EQ(closest("temperature", names), std::nullopt);
  EXPECT_EQ(closest("x", names), std::nullopt);  // one letter replaced by another resembles nothing
}

}  // namespace
}  // namespace cecropia

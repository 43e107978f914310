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

TEST(ClosestName, GoesOnWhereTheUnitWasForgotten) {
  const std::vector<std::string> names{"imf2_max_metallicity", "imf2_maximum_msun", "eta_ii"};
  EXPECT_EQ(closest("imf2_max", names), "imf2_max_metallicity");
  EXPECT_EQ(closest("IMF2_MAX", names), "imf2_max_metallicity");
  EXPECT_EQ(closest("imf2_maxi", names), std::nullopt);  // a part of a word is no name
  EXPECT_EQ(closest("eta_i", names), "eta_ii");          // a slip of the finger comes first
}

}  // namespace
}  // namespace cecropia

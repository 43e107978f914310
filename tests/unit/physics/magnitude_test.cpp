#include "cecropia/physics/magnitude.hpp"

#include <gtest/gtest.h>

namespace {
using namespace cecropia;

TEST(Magnitude, IsZeroFor3631JanskyAtTenParsec) {
  const double ten_parsec_cm = 3.0856776e19, jansky = 1e-23;
  EXPECT_NEAR(physics::absolute_magnitude_ab(4 * 3.14159265358979 * ten_parsec_cm * ten_parsec_cm * 3631 * jansky), 0.0,
              1e-3);
}

TEST(Magnitude, FallsByFiveForAHundredTimesTheLight) {
  EXPECT_NEAR(physics::absolute_magnitude_ab(1e28), -18.405, 1e-3);  // M = 51.595 - 2.5 log10 L
  EXPECT_NEAR(physics::absolute_magnitude_ab(1e30) - physics::absolute_magnitude_ab(1e28), -5.0, 1e-12);
}
}  // namespace

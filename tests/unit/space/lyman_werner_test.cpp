#include "cecropia/space/lyman_werner.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace {
using namespace cecropia;
const cosmology::Cosmology cosmos;

TEST(LymanWernerBackground, AConstantEmissivityFillsTheHorizonOfTheNextLine) {
  space::LymanWernerBackground background(cosmos, 1.0);
  EXPECT_EQ(background.j21(), 0.0);
  const double rate = 1e51;
  double z = 0;
  for (double t = 300; t <= 500; t += 5) background.add(z = cosmos.redshift_at(t), t, rate);
  const double since = cosmos.age_myr(1.04 * (1 + z) - 1);
  const double photons_per_cm3 = rate * (500 - since) * constants::myr_s * std::pow((1 + z) / constants::mpc_cm, 3);
  const double band_hz = 2.4 * constants::ev_erg / constants::h_erg_s;
  const double j = photons_per_cm3 * 12.4 * constants::ev_erg / band_hz * constants::c_cm_s / (4 * constants::pi);
  EXPECT_NEAR(background.j21() / (j / 1e-21), 1.0, 1e-12);
}

TEST(LymanWernerBackground, LightFromBeyondTheNextLineIsLost) {
  space::LymanWernerBackground background(cosmos, 1.0);
  for (double t = 200; t <= 300; t += 5) background.add(cosmos.redshift_at(t), t, 1e51);
  for (double t = 305; t <= 500; t += 5) background.add(cosmos.redshift_at(t), t, 0.0);
  EXPECT_EQ(background.j21(), 0.0);
}

TEST(LymanWernerBackground, ItIsProportionalToTheEscapingPhotons) {
  space::LymanWernerBackground all(cosmos, 1.0), half(cosmos, 0.5);
  for (double t = 400; t <= 500; t += 20)
    for (auto* b : {&all, &half}) b->add(cosmos.redshift_at(t), t, 1e50 * t);
  EXPECT_GT(all.j21(), 0.0);
  EXPECT_DOUBLE_EQ(half.j21(), 0.5 * all.j21());
}
}  // namespace

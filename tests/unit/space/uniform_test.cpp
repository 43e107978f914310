#include "cecropia/space/uniform.hpp"

#include <gmock/gmock.h>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;

TEST(UniformSurroundings, ArePrimordialAndNeutralByDefault) {
  const space::Uniform u{{}};
  EXPECT_EQ(u.z_igm(10.0), 0.0);
  EXPECT_EQ(u.ionised_fraction(5.0), 0.0);
  EXPECT_EQ(u.igm_metal_fractions(7.0)[metal_o], 0.0);
}

TEST(UniformSurroundings, AreLinearBetweenTheNodesAndConstantOutside) {
  const space::Uniform u{{.redshift = {6.0, 8.0}, .z_igm = {1e-4, 0.0}, .ionised_fraction = {1.0, 0.2}}};
  EXPECT_DOUBLE_EQ(u.ionised_fraction(7.0), 0.6);
  EXPECT_DOUBLE_EQ(u.ionised_fraction(4.0), 1.0);
  EXPECT_DOUBLE_EQ(u.ionised_fraction(20.0), 0.2);
  EXPECT_DOUBLE_EQ(u.z_igm(7.5), 2.5e-5);
  EXPECT_NEAR(u.igm_metal_fractions(6.0)[metal_o] / u.igm_metal_fractions(6.0)[metal_z], 0.429, 1e-12);
}

TEST(UniformSurroundings, RefuseTablesOfDifferentLengthAndUnsortedRedshifts) {
  try {
    space::Uniform u{{.redshift = {6.0, 8.0}, .z_igm = {1e-4}, .ionised_fraction = {}}};
    FAIL();
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("differ in length"));
  }
  EXPECT_THROW((space::Uniform{{.redshift = {8.0, 6.0}, .z_igm = {0, 0}, .ionised_fraction = {}}}), InputError);
}
}  // namespace

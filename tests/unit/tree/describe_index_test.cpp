// What is said of a set whose halos were not read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/describe.hpp"

namespace cecropia::tree {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A set that has an index and refuses to be read.
class Index : public Reader {
 public:
  Index(SetFacts facts, std::vector<ForestSize> forests) {
    facts_ = std::move(facts);
    forests_ = std::move(forests);
  }
  void read(std::size_t, std::size_t, Catalogue&) const override { throw InternalError("halos were read"); }
};

TEST(TreeIndex, IsDescribedWithoutReadingAHalo) {
  SetFacts facts;
  facts.box_cmpc = 5.9;
  facts.h = 0.6774;
  facts.particle_mass_msun = 3e7;
  facts.scale = {0.1, 0.125, 0.2};
  facts.warnings = {"Something is odd."};
  const Index set(facts, {{3, 7, {}}, {5, 9, {}}, {8, 120, {}}});
  EXPECT_THAT(
      describe(set, "my.hdf5", "gadget4"),
      AllOf(HasSubstr("my.hdf5 (gadget4); the halos were not read"), HasSubstr("forests      3, halos 136"),
            HasSubstr("2 of 1 to 9 halos: 16 halos"), HasSubstr("1 of 100 to 999 halos: 120 halos"),
            HasSubstr("largest      forest 8 with 120 halos"), HasSubstr("levels       3, z = 9.000 to 4.000"),
            HasSubstr("box          5.9 cMpc"), HasSubstr("particles    3e+07 Msun"),
            HasSubstr("Omega_M not said, Omega_L not said, h 0.6774"), HasSubstr("warning      Something is odd.")));
}

TEST(TreeIndex, OfAnEmptySetIsDescribedToo) {
  EXPECT_THAT(describe(Index({}, {}), "nothing", "sublink"), HasSubstr("forests      0, halos 0"));
}

}  // namespace
}  // namespace cecropia::tree

// The hand-made set tests/data/trees/tiny: several traits at once, as in real files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cecropia/tree/describe.hpp"
#include "cecropia/tree/draw.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree {
namespace {

Forest tiny() {
  Parameters p;
  p.path = CECROPIA_SOURCE_DIR "/tests/data/trees/tiny";
  return load(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::world());
}

std::int64_t host_id(const Forest& f, std::int64_t id) {
  const auto h = static_cast<std::size_t>(std::find(f.id.begin(), f.id.end(), id) - f.id.begin());
  return h < f.id.size() && f.host[h] != no_halo ? f.id[f.host[h]] : -1;
}

TEST(TinySet, IsThreeForestsWithTwoInsertedHalos) {
  const Forest f = tiny();
  EXPECT_EQ(f.info.n_forests, 3);
  EXPECT_EQ(f.info.n_trees, 4);
  EXPECT_EQ(f.info.n_halos, 13);
  EXPECT_EQ(f.forest_id, (std::vector<std::int64_t>{100, 300, 400}));
  EXPECT_EQ(f.level_begin, (std::vector<Halo>{0, 2, 6, 10, 13}));
}

TEST(TinySet, TakesTheMemoryThatIsForetold) {
  const Forest f = tiny();
  EXPECT_EQ(static_cast<double>(f.bytes()), Forest::predicted_bytes(13, 3, true));
  ForestDraft unplaced = f.draft();
  unplaced.position_cmpc.clear();
  EXPECT_EQ(static_cast<double>(Forest(unplaced).bytes()), Forest::predicted_bytes(13, 3, false));
}

TEST(TinySet, NamesTheLevelOfEachHalo) {
  const Forest f = tiny();
  EXPECT_EQ(f.level_of(0), 0u);
  EXPECT_EQ(f.level_of(5), 1u);
  EXPECT_EQ(f.level_of(6), 2u);
  EXPECT_EQ(f.level_of(12), 3u);
}

TEST(TinySet, StandsInWalkingOrder) {
  const Forest f = tiny();
  EXPECT_EQ(f.id, (std::vector<std::int64_t>{130, 330,                            //
                                             120, 220, inserted_id(330, 1), 420,  //
                                             110, 111, 210, inserted_id(330, 2),  //
                                             100, 200, 300}));
}

TEST(TinySet, TheSatelliteOfASatelliteOrbitsTheCentralAndEscapes) {
  const Forest f = tiny();
  EXPECT_EQ(host_id(f, 220), 120);
  EXPECT_EQ(host_id(f, 210), 110);
  EXPECT_EQ(host_id(f, 200), -1);
}

TEST(TinySet, IsDrawnWithItsInsertedHalosDashed) {
  const std::string dot = draw_graphviz(tiny(), 300, parallel::Communicator::world());
  std::size_t dashed = 0;
  for (std::size_t at = dot.find("filled,dashed"); at != std::string::npos; at = dot.find("filled,dashed", at + 1))
    ++dashed;
  EXPECT_EQ(dashed, 2u);
}

}  // namespace
}  // namespace cecropia::tree

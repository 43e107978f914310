#include "cecropia/tree/node_forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cecropia/tree/source.hpp"

namespace {
using namespace cecropia;

TEST(NodeForest, AForestHeldOncePerNodeIsTheSameForest) {
  const auto world = parallel::Communicator::world();
  const auto node = world.split_by_node();
  tree::EpsParameters eps;
  eps.trees_per_bin = 1;
  eps.bins_per_dex = 2;
  eps.resolution_relative = 1e-2;
  const cosmology::Cosmology cosmos;
  const tree::Forest own = tree::load({}, eps, cosmos, {1, 0}, parallel::Communicator::self());
  tree::Forest shared;
  {
    const tree::Forest first = tree::share_on_node(node, node.is_root() ? own : tree::Forest());
    shared = first;  // forests are values, wherever their columns live
  }
  EXPECT_EQ(shared.id.is_shared(), node.size() > 1);
  EXPECT_EQ(shared.info.content_hash, own.info.content_hash);
  EXPECT_EQ(shared.info.warnings, own.info.warnings);
  EXPECT_EQ(shared.info.n_halos, own.info.n_halos);
  EXPECT_EQ(shared.redshift, own.redshift);
  EXPECT_EQ(shared.level_begin, own.level_begin);
  EXPECT_EQ(shared.bytes(), own.bytes());
  tree::Forest other = own;
  shared.for_each_column_with(
      other, [](const auto& a, const auto& b) { EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())); });
}

TEST(Forest, ADraftOfAForestIsTheForest) {
  tree::ForestDraft draft;
  draft.redshift = {9.0};
  draft.id = {4, 5};
  draft.position_cmpc = {{1, 2, 3}, {4, 5, 6}};
  const tree::Forest forest{tree::ForestDraft(draft)};
  EXPECT_EQ(forest.draft().id, draft.id);
  EXPECT_EQ(forest.draft().position_cmpc, draft.position_cmpc);
  EXPECT_EQ(forest.bytes(), 2 * sizeof(std::int64_t) + 2 * 12);
}

}  // namespace

#include "cecropia/stars/node_tables.hpp"

#include <gtest/gtest.h>

#include "cecropia/stars/builder.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;

TEST(NodeTables, TablesHeldOncePerNodeAreTheSameTables) {
  const auto world = parallel::Communicator::world();
  const auto node = world.split_by_node();
  const Tables built = build({});
  Tables shared;
  {
    const Tables first = share_on_node(node, node.is_root() ? built : Tables());
    shared = first;  // tables are values, wherever their stars live
  }
  EXPECT_EQ(shared.stars().is_shared(), node.size() > 1);
  EXPECT_EQ(shared.content_hash(), built.content_hash());
  EXPECT_EQ(shared.source(), built.source());
  EXPECT_EQ(shared.m_edges_msun(), built.m_edges_msun());
  for (double z : {0.0, 1e-7, 3e-3, 0.05})
    for (double m : {1.0, 9.0, 77.0, 900.0}) {
      EXPECT_EQ(shared.nearest(m, z).m_msun, built.nearest(m, z).m_msun);
      EXPECT_EQ(shared.nearest(m, z).sn_msun, built.nearest(m, z).sn_msun);
    }
}

}  // namespace

// How ranks are divided into groups, and who reads the trees for whom: machines of any shape, none of them needed.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "cecropia/scan/process_grid.hpp"

namespace {
using cecropia::scan::Division;

/// The rules that must hold whatever the shape of the machine.
void expect_rules(const std::vector<int>& node, int group_size) {
  const Division d(node, group_size);
  ASSERT_EQ(d.n_groups, static_cast<int>(node.size()) / group_size);
  std::map<int, std::pair<int, int>> place_of;  // node and slice of the ranks that share
  std::map<int, int> first;                     // lowest rank of those that share
  std::set<std::tuple<int, int>> places;
  for (int rank = 0; rank < static_cast<int>(node.size()); ++rank) {
    const int sharer = d.sharer[static_cast<std::size_t>(rank)];
    if (rank >= d.n_groups * group_size) {
      EXPECT_EQ(sharer, -1) << "a rank without work shares nothing";
      continue;
    }
    const std::pair here(node[static_cast<std::size_t>(rank)], rank % group_size);
    EXPECT_EQ(place_of.emplace(sharer, here).first->second, here) << "one copy is one slice on one node";
    first.emplace(sharer, rank);
    places.insert(here);
  }
  EXPECT_EQ(first.size(), places.size()) << "a slice lives once per node";
  for (const auto& [sharer, rank] : first)
    EXPECT_TRUE(d.is_loading[static_cast<std::size_t>(rank / group_size)])
        << "rank " << rank << " has to bring its slice";
}

std::vector<int> nodes(int n_nodes, int ranks_per_node) {
  std::vector<int> node;
  for (int n = 0; n < n_nodes; ++n) node.insert(node.end(), static_cast<std::size_t>(ranks_per_node), n);
  return node;
}

TEST(Division, HoldsEverySliceOncePerNodeOnMachinesOfAnyShape) {
  for (int n_nodes = 1; n_nodes <= 5; ++n_nodes)
    for (int per_node = 1; per_node <= 7; ++per_node)
      for (int size = 1; size <= n_nodes * per_node; ++size) expect_rules(nodes(n_nodes, per_node), size);
  expect_rules({0, 1, 0, 1, 0, 1, 2}, 2);  // ranks dealt round the nodes, one node smaller
  expect_rules({0, 0, 0, 1, 2, 2}, 3);
}

TEST(Division, OneGroupPerNodeReadsTheTreesWhereGroupsFitIntoNodes) {
  const Division d(nodes(2, 8), 2);
  EXPECT_EQ(d.n_groups, 8);
  EXPECT_EQ(d.is_loading, (std::vector<bool>{true, false, false, false, true, false, false, false}));
}

TEST(Division, AForestTooLargeForANodeIsSpreadOverSeveral) {
  const Division d(nodes(4, 2), 4);
  EXPECT_EQ(d.n_groups, 2);
  EXPECT_EQ(d.is_loading, (std::vector<bool>{true, true}));
  EXPECT_EQ(std::set<int>(d.sharer.begin(), d.sharer.end()).size(), 8u);
}

}  // namespace

#include "cecropia/scan/process_grid.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/node_forest.hpp"

namespace cecropia::scan {
namespace {

/// Number of the node of every rank, in the order in which nodes appear.
std::vector<int> nodes_of(const parallel::Communicator& world) {
  const parallel::Communicator node = world.split_by_node();
  const int root = node.broadcast(std::vector<int>{world.rank()}).front();
  const std::vector<int> roots = world.gather_all(std::vector<int>{root});
  std::map<int, int> number;
  std::vector<int> nodes;
  for (const int r : roots) nodes.push_back(number.emplace(r, static_cast<int>(number.size())).first->second);
  return nodes;
}

}  // namespace

Division::Division(const std::vector<int>& node, int size)
    : group_size(size),
      n_groups(static_cast<int>(node.size()) / size),
      sharer(node.size(), -1),
      is_loading(static_cast<std::size_t>(n_groups), false) {
  std::map<std::pair<int, int>, int> number;  // of a slice on a node
  for (int g = 0; g < n_groups; ++g)
    for (int member = 0; member < group_size; ++member) {
      const int rank = g * group_size + member;  // one of the world's, so that it is an int
      const auto in_world = static_cast<std::size_t>(rank);
      const auto [at, is_first] = number.emplace(std::pair(node[in_world], member), static_cast<int>(number.size()));
      sharer[in_world] = at->second;
      // The first rank of a slice on a node has to have it; whoever comes later finds it there.
      if (is_first) is_loading[static_cast<std::size_t>(g)] = true;
    }
}

ProcessGrid::ProcessGrid(const parallel::Communicator& world, std::int64_t ranks_per_point)
    : world_(world), group_(parallel::Communicator::self()), sharers_(parallel::Communicator::self()) {
  if (ranks_per_point > world.size())
    throw InputError({fmt::format("{} ranks per point, but only {} ranks", ranks_per_point, world.size()),
                      "ranks_per_point", fmt::format("at most {}", world.size()),
                      "start more ranks (mpirun -n, srun -n), or give each point fewer"});
  const int group_size = static_cast<int>(ranks_per_point);
  const std::vector<int> node = nodes_of(world);
  n_nodes_ = static_cast<int>(std::set<int>(node.begin(), node.end()).size());
  const Division division(node, group_size);
  n_groups_ = division.n_groups;
  n_idle_ = world.size() - n_groups_ * group_size;
  group_index_ = world.rank() / group_size;
  idle_ = group_index_ >= n_groups_;
  group_ = world.split(group_index_);
  const int sharer = division.sharer[static_cast<std::size_t>(world.rank())];
  sharers_ = world.split(idle_ ? world.size() : sharer);
  loading_ = !idle_ && division.is_loading[static_cast<std::size_t>(group_index_)];
}

tree::Forest ProcessGrid::share(const std::function<tree::Forest(const parallel::Communicator&)>& load) const {
  tree::Forest forest;
  parallel::together(world_, [&] {
    if (loading_) forest = load(group_);
  });
  if (idle_) return forest;
  return tree::share_on_node(sharers_, std::move(forest));
}

}  // namespace cecropia::scan

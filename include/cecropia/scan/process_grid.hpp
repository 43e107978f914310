#pragma once
/// \file  Groups of ranks, one model at a time each; the trees once per node for all groups that have ranks there.
#include <functional>
#include <vector>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::scan {

/// How a machine is divided; a pure function of sizes, so that it can be looked at without one.
/// Groups are runs of consecutive ranks. The member g of every group works on slice g of the trees.
struct Division {
  int group_size = 1, n_groups = 1;
  std::vector<int> sharer;       ///< per rank: ranks with the same number share one copy of their slice
  std::vector<bool> is_loading;  ///< per group: it reads the trees, for itself and for those that share with it
  /// `node` of every rank; group_size >= 1 and at most the number of ranks. Ranks beyond the last whole group have no
  /// work: their entry of `sharer` is -1.
  Division(const std::vector<int>& node, int group_size);
};

/// The division of the present ranks. Members are collective unless said otherwise.
class ProcessGrid {
 public:
  /// Collective over `world`. InputError if there are fewer ranks than that.
  ProcessGrid(const parallel::Communicator& world, std::int64_t ranks_per_point);

  const parallel::Communicator& group() const { return group_; }  ///< of an idle rank: the idle ranks
  bool is_idle() const { return idle_; }                          ///< belongs to no group
  int n_groups() const { return n_groups_; }
  int group_index() const { return group_index_; }
  int n_idle() const { return n_idle_; }
  int n_nodes() const { return n_nodes_; }

  /// Collective over all ranks: `load` makes the trees with the ranks of one group; it runs in as few groups as there
  /// have to be, and the others of a node share. An InputError of one is thrown on all.
  tree::Forest share(const std::function<tree::Forest(const parallel::Communicator&)>& load) const;

 private:
  const parallel::Communicator& world_;
  parallel::Communicator group_, sharers_;
  bool idle_ = false, loading_ = false;
  int n_groups_ = 1, group_index_ = 0, n_idle_ = 0, n_nodes_ = 1;
};

}  // namespace cecropia::scan

#include "cecropia/stars/node_tables.hpp"

#include "cecropia/parallel/node_share.hpp"

namespace cecropia::stars {

Tables share_on_node(const parallel::Communicator& node, const Tables& mine) {
  if (node.size() == 1) return mine;
  std::vector<double> z = node.broadcast(mine.z_grid()), m = node.broadcast(mine.m_grid_msun());
  std::string source = node.broadcast(mine.source());
  return Tables::with(parallel::share_on_node(node, mine.stars()), std::move(z), std::move(m), std::move(source));
}

}  // namespace cecropia::stars

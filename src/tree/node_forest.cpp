#include "cecropia/tree/node_forest.hpp"

#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/parallel/node_share.hpp"

namespace cecropia::tree {
namespace {

/// The facts that are equal on all ranks, as far as they are not numbers of fixed size.
ForestInfo broadcast(const parallel::Communicator& node, ForestInfo info) {
  info.source = node.broadcast(std::move(info.source));
  info.format = node.broadcast(std::move(info.format));
  std::int64_t n_warnings = node.broadcast(std::vector<std::int64_t>{std::ssize(info.warnings)}).front();
  info.warnings.resize(static_cast<std::size_t>(n_warnings));
  for (std::string& warning : info.warnings) warning = node.broadcast(std::move(warning));
  const auto counts = node.broadcast(std::vector<std::int64_t>{info.n_forests, info.n_trees, info.n_halos,
                                                               std::bit_cast<std::int64_t>(info.content_hash)});
  const auto sizes = node.broadcast(
      std::vector<double>{info.volume_cmpc3, info.box_cmpc, info.m_resolution_msun, info.particle_mass_msun});
  info.n_forests = counts[0];
  info.n_trees = counts[1];
  info.n_halos = counts[2];
  info.content_hash = std::bit_cast<std::uint64_t>(counts[3]);
  info.volume_cmpc3 = sizes[0];
  info.box_cmpc = sizes[1];
  info.m_resolution_msun = sizes[2];
  info.particle_mass_msun = sizes[3];
  return info;
}

}  // namespace

Forest share_on_node(const parallel::Communicator& node, Forest mine) {
  if (node.size() == 1) return mine;
  Forest shared;
  shared.info = broadcast(node, std::move(mine.info));
  shared.redshift = node.broadcast(std::move(mine.redshift));
  shared.age_myr = node.broadcast(std::move(mine.age_myr));
  shared.level_begin = node.broadcast(std::move(mine.level_begin));
  shared.for_each_column_with(
      mine, [&node](auto& column, auto& own) { column = parallel::share_on_node(node, std::exchange(own, {})); });
  return shared;
}

}  // namespace cecropia::tree

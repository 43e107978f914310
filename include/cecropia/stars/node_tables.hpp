#pragma once
/// \file  Large stellar tables once per node instead of once per rank.
#include <cstddef>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// Tables whose stars take more live once per node; smaller ones are copied per rank, where caches hold them. No result
/// depends on it; tests lower it.
inline std::size_t largest_copied_tables_bytes = std::size_t{16} << 20;

/// Collective over `node` (Communicator::split_by_node()): the tables that its rank 0 brings, for all of its ranks,
/// with the stars held once. What the others bring is not looked at. Errors as parallel::node_memory.
Tables share_on_node(const parallel::Communicator& node, const Tables& mine);

}  // namespace cecropia::stars

#pragma once
/// \file  A forest once per node instead of once per rank, for ranks that work on different models of the same trees.
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Collective over `node`, ranks that can see the same memory: the forest of its rank 0 for all of them, columns held
/// once. What the others bring is not looked at. Each column of rank 0 goes as soon as it is copied. Errors as
/// parallel::node_memory.
Forest share_on_node(const parallel::Communicator& node, Forest mine);

}  // namespace cecropia::tree

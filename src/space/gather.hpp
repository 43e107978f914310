#pragma once
/// \file  All sources of all ranks in canonical order, where they are needed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::space {

/// What a rank holds after gather().
template <class T>
struct Gathered {
  std::vector<T> all;    ///< empty on ranks that will share the copy of their node
  bool on_node = false;  ///< one copy per node, on its first rank
};

/// Collective: the records of all ranks, sorted by `before` (a total order), on every rank if they take at most
/// `node_bytes` bytes, else on the first rank of each node.
template <class T, class Before>
Gathered<T> gather(std::span<const T> mine, const parallel::Communicator& ranks, const parallel::Communicator& node,
                   std::size_t node_bytes, Before before) {
  Gathered<T> out;
  const std::int64_t all = ranks.sum(static_cast<std::int64_t>(mine.size_bytes()));
  out.on_node = static_cast<std::size_t>(all) > node_bytes && ranks.max(static_cast<std::int64_t>(node.size())) > 1;
  if (!out.on_node) {
    out.all = ranks.gather_all(mine);
  } else {
    // first to the head of the node, then between the heads
    std::vector<std::vector<T>> to_head(static_cast<std::size_t>(node.size()));
    to_head[0].assign(mine.begin(), mine.end());
    const std::vector<T> of_node = node.exchange(to_head);
    const parallel::Communicator heads = ranks.split(node.is_root() ? 0 : 1);
    if (node.is_root()) out.all = heads.gather_all(of_node);
  }
  std::sort(out.all.begin(), out.all.end(), before);
  return out;
}

}  // namespace cecropia::space

#pragma once
/// \file  One copy of large read-only data for all ranks of a node (MPI shared memory).
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/node_array.hpp"

namespace cecropia::parallel {

/// Collective over `node`, ranks that can see the same memory (Communicator::split_by_node()): `bytes` bytes that its
/// rank 0 writes in `fill` and all read afterwards. `bytes` is taken from rank 0. The memory is given back when the
/// last owner on every rank has gone; that is collective as well, so owners must go in the same order on all ranks
/// (while an exception is under way it is left to the end of the process). Throws InputError on all ranks if the node
/// has not that much shared memory, or if `fill` throws one.
std::shared_ptr<const std::byte> node_memory(const Communicator& node, std::size_t bytes,
                                             const std::function<void(std::span<std::byte>)>& fill);

/// Collective over `node`: the array of its rank 0 for all, without a second copy on the way: `fill` gets room for
/// `size` records (both taken from rank 0) and writes every one of them. Errors as node_memory.
template <class T, class Fill>
NodeArray<T> fill_on_node(const Communicator& node, std::size_t size, Fill&& fill) {
  size = node.broadcast(std::vector<std::size_t>{size}).front();
  if (size == 0) return {};
  auto memory = node_memory(node, size * sizeof(T), [&](std::span<std::byte> room) {
    fill(std::span<T>(reinterpret_cast<T*>(room.data()), size));  // aligned to a page
  });
  const T* data = reinterpret_cast<const T*>(memory.get());
  return NodeArray<T>(std::move(memory), data, size);
}

/// Collective over `node`: the array that rank 0 brings, once for all; what the others bring is not looked at. A rank
/// that is alone keeps its own memory. Errors as node_memory.
template <class T>
NodeArray<T> share_on_node(const Communicator& node, NodeArray<T> mine) {
  if (node.size() == 1) return mine;
  return fill_on_node<T>(node, mine.size(), [&](std::span<T> room) {
    for (std::size_t i = 0; i < room.size(); ++i) room[i] = mine[i];
  });
}

}  // namespace cecropia::parallel

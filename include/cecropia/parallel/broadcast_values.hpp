#pragma once
/// \file  What is no plain record, from rank 0 to all: anything that an archive can hold.
#include "cecropia/core/archive.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Collective. Rank 0's values become those of all.
template <class... Values>
void broadcast_values(const Communicator& ranks, Values&... values) {
  ByteWriter mine;
  if (ranks.is_root()) mine(values...);
  const std::string common = ranks.broadcast(mine.take());
  if (ranks.is_root()) return;
  ByteReader archive(common, "values of rank 0");
  archive(values...);
}

}  // namespace cecropia::parallel

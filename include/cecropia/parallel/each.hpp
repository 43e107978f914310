#pragma once
/// \file  Independent pieces of work, shared out over ranks.
#include <cstddef>
#include <vector>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// work(0), work(1), ..., work(n - 1) in this order on every rank. Collective. Rank r does every size-th piece,
/// beginning with its own number; a piece must depend on its number alone, so that the results do not depend on the
/// ranks.
template <class Work>
auto each(const Communicator& ranks, std::size_t n, Work&& work) {
  using Result = decltype(work(std::size_t{0}));
  const auto size = static_cast<std::size_t>(ranks.size());
  std::vector<Result> mine;
  for (std::size_t i = static_cast<std::size_t>(ranks.rank()); i < n; i += size) mine.push_back(work(i));
  const std::vector<Result> by_rank = ranks.gather_all(mine);
  std::vector<Result> ordered;
  ordered.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    // rank r's results stand behind those of the ranks before it, each of which has (n + size - 1 - r)/size of them
    const std::size_t rank = i % size;
    std::size_t before = 0;
    for (std::size_t r = 0; r < rank; ++r) before += (n + size - 1 - r) / size;
    ordered.push_back(by_rank[before + i / size]);
  }
  return ordered;
}

}  // namespace cecropia::parallel

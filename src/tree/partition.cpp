#include "cecropia/tree/partition.hpp"

#include <algorithm>

namespace cecropia::tree {
namespace {

/// Fills ranks one after the other up to `limit` each; the boundaries, or nothing if the forests do not fit.
std::vector<std::size_t> fill(std::span<const double> cost, int n_ranks, double limit) {
  std::vector<std::size_t> cut{0};
  double used = 0.0;
  for (std::size_t i = 0; i < cost.size(); ++i) {
    if (used > 0.0 && used + cost[i] > limit) {
      cut.push_back(i);
      used = 0.0;
      if (cut.size() > static_cast<std::size_t>(n_ranks)) return {};
    }
    used += cost[i];
  }
  cut.resize(static_cast<std::size_t>(n_ranks) + 1, cost.size());
  return cut;
}

}  // namespace

double predicted_cost(double m_vir_msun) { return m_vir_msun >= 3e6 ? 25.0 : 1.0; }

std::vector<std::size_t> contiguous_cut(std::span<const double> cost, int n_ranks) {
  double total = 0.0, largest = 0.0;
  for (const double c : cost) {
    total += c;
    largest = std::max(largest, c);
  }
  double low = std::max(largest, total / n_ranks), high = total;
  std::vector<std::size_t> best = fill(cost, n_ranks, low);
  if (!best.empty()) return best;
  best = fill(cost, n_ranks, high);
  while (high - low > 1e-6 * high) {
    const double middle = 0.5 * (low + high);
    auto tried = fill(cost, n_ranks, middle);
    if (tried.empty()) {
      low = middle;
    } else {
      high = middle;
      best = std::move(tried);
    }
  }
  return best;
}

}  // namespace cecropia::tree

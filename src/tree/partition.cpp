#include "cecropia/tree/partition.hpp"

#include <algorithm>
#include <array>
#include <cmath>

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

double predicted_cost(double m_vir_msun) {
  // log10 of mass [Msun] and cost, measured; in between on straight lines.
  constexpr std::array<std::array<double, 2>, 5> measured{
      {{7.0, 1.0}, {8.0, 12.0}, {9.0, 30.0}, {11.0, 80.0}, {12.0, 80.0}}};
  const double x = std::log10(m_vir_msun);
  std::size_t i = 1;
  while (i + 1 < measured.size() && x > measured[i][0]) ++i;
  const double part = std::clamp((x - measured[i - 1][0]) / (measured[i][0] - measured[i - 1][0]), 0.0, 1.0);
  return measured[i - 1][1] + part * (measured[i][1] - measured[i - 1][1]);
}

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

#include "cecropia/stars/metallicity_lookup.hpp"

#include <cmath>

namespace cecropia::stars {

MetallicityLookup::MetallicityLookup(const std::vector<double>& z_grid) {
  std::vector<double> edges;
  for (std::size_t i = 0; i + 1 < z_grid.size(); ++i) edges.push_back(std::sqrt(z_grid[i] * z_grid[i + 1]));
  cells_ = Edges(std::move(edges));
  const auto above = std::upper_bound(z_grid.begin(), z_grid.end(), z_pop_iii_max);
  lowest_ = {std::min<std::size_t>(1, z_grid.size() - 1), 0};
  highest_ = {z_grid.size() - 1, std::max<std::size_t>(1, static_cast<std::size_t>(above - z_grid.begin())) - 1};
}

}  // namespace cecropia::stars

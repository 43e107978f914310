#include "cecropia/disc/population.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::disc {

std::vector<Counted> on_mass_function(const cosmology::Variance& variance, double z, std::span<const Counted> galaxies,
                                      std::size_t n) {
  if (galaxies.size() < 2 || n < 2) throw InternalError("a population needs two galaxies of different mass");
  std::vector<double> log_m;
  for (const Counted& g : galaxies) {
    if (!(g.sfr_msun_yr > 0.0 && std::isfinite(g.m_uv) && std::isfinite(g.m_uv_intrinsic)))
      throw InternalError("a galaxy of a population has no light");
    log_m.push_back(std::log10(g.m_halo_msun));
    if (log_m.size() > 1 && !(log_m.back() > log_m[log_m.size() - 2]))
      throw InternalError("masses of the galaxies of a population ascend");
  }
  const double step = (log_m.back() - log_m.front()) / static_cast<double>(n - 1);
  std::vector<Counted> population;
  std::size_t k = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double at = log_m.front() + step * static_cast<double>(i);
    while (k + 2 < galaxies.size() && at > log_m[k + 1]) ++k;
    const Counted &low = galaxies[k], &high = galaxies[k + 1];
    const double way = (at - log_m[k]) / (log_m[k + 1] - log_m[k]);
    Counted g;
    g.m_halo_msun = std::pow(10.0, at);
    g.m_uv_intrinsic = std::lerp(low.m_uv_intrinsic, high.m_uv_intrinsic, way);
    g.m_uv = std::lerp(low.m_uv, high.m_uv, way);
    g.sfr_msun_yr = std::exp(std::lerp(std::log(low.sfr_msun_yr), std::log(high.sfr_msun_yr), way));
    const double share = i == 0 || i == n - 1 ? 0.5 : 1.0;  // the trapezoid
    g.weight_per_cmpc3 = share * step * cosmology::sheth_tormen(variance, g.m_halo_msun, z);
    population.push_back(g);
  }
  return population;
}

std::vector<double> luminosity_function(std::span<const Counted> population, LightOf which,
                                        std::span<const double> edges) {
  std::vector<double> density(edges.empty() ? 0 : edges.size() - 1);
  for (const Counted& g : population) {
    const double m = which == LightOf::stars ? g.m_uv_intrinsic : g.m_uv;
    const auto above = std::upper_bound(edges.begin(), edges.end(), m);  // NaN is above all
    if (above == edges.begin() || above == edges.end()) continue;
    const auto bin = static_cast<std::size_t>(above - edges.begin() - 1);
    density[bin] += g.weight_per_cmpc3 / (edges[bin + 1] - edges[bin]);
  }
  return density;
}

double sfr_density(std::span<const Counted> population, double faintest) {
  double sum = 0.0;
  for (const Counted& g : population)
    if (g.m_uv_intrinsic < faintest) sum += g.weight_per_cmpc3 * g.sfr_msun_yr;
  return sum;
}

}  // namespace cecropia::disc

#include "cecropia/disc/rings.hpp"

#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::disc {

RingGrid::RingGrid(const Mesh& mesh) {
  if (mesh.n_rings == 0 || !(mesh.r_min_pc > 0.0 && mesh.r_max_pc > mesh.r_min_pc))
    throw InternalError("a disc needs at least one ring between two radii that are positive and ascend");
  const double ratio = std::log(mesh.r_max_pc / mesh.r_min_pc) / static_cast<double>(mesh.n_rings);
  for (std::size_t i = 0; i <= mesh.n_rings; ++i)
    edge_pc_.push_back(i == mesh.n_rings ? mesh.r_max_pc : mesh.r_min_pc * std::exp(ratio * static_cast<double>(i)));
  for (std::size_t i = 0; i < mesh.n_rings; ++i)
    area_pc2_.push_back(constants::pi * (edge_pc_[i + 1] - edge_pc_[i]) * (edge_pc_[i + 1] + edge_pc_[i]));
}

double RingGrid::centre_pc(std::size_t ring) const { return std::sqrt(edge_pc_[ring] * edge_pc_[ring + 1]); }

void RingGrid::exponential_parts(double h_pc, std::span<double> parts) const {
  const auto outside = [h_pc](double r_pc) { return (1.0 + r_pc / h_pc) * std::exp(-r_pc / h_pc); };
  double sum = 0.0, here = outside(edge_pc_[0]);
  for (std::size_t i = 0; i < size(); ++i) {
    const double next = outside(edge_pc_[i + 1]);
    parts[i] = here - next;
    sum += parts[i];
    here = next;
  }
  if (sum > 0.0) {
    for (double& part : parts) part /= sum;
  } else {  // a scale radius so small or so large that no digit is left
    parts[h_pc < edge_pc_[0] ? 0 : size() - 1] = 1.0;
  }
}

Totals totals_of(const RingGrid& grid, std::span<const Ring> rings) {
  Totals t;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const Ring& r = rings[i];
    const double area = grid.areas_pc2()[i];
    t.gas_msun += r.gas_msun_pc2 * area;
    t.stars_msun += r.stars_msun_pc2 * area;
    t.metals_msun += r.metals_msun_pc2 * area;
    t.dust_msun += r.dust_msun_pc2 * area;
    t.star_formation_msun_myr += r.star_formation_msun_myr_pc2 * area;
    t.outflow_msun_myr += r.outflow_msun_myr_pc2 * area;
    t.returned_msun_myr += r.returned_msun_myr_pc2 * area;
    t.metallicity_of_new_stars += r.metallicity() * r.star_formation_msun_myr_pc2 * area;
  }
  t.metallicity_of_new_stars =
      t.star_formation_msun_myr > 0.0 ? t.metallicity_of_new_stars / t.star_formation_msun_myr : 0.0;
  return t;
}

MetalProfile metal_profile_of(const RingGrid& grid, std::span<const Ring> rings) {
  double w = 0.0, x = 0.0, y = 0.0;
  int n = 0;
  const auto each = [&](auto&& visit) {
    for (std::size_t i = 0; i < rings.size(); ++i) {
      const double weight = rings[i].star_formation_msun_myr_pc2 * grid.areas_pc2()[i], z = rings[i].metallicity();
      if (weight > 0.0 && z > 0.0) visit(weight, 1e-3 * grid.centre_pc(i), std::log10(z));
    }
  };
  each([&](double weight, double r_kpc, double log_z) {
    ++n;
    w += weight;
    x += weight * r_kpc;
    y += weight * log_z;
  });
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (!(w > 0.0)) return {none, none};
  double xx = 0.0, xy = 0.0, yy = 0.0;  // about the means: a small spread keeps its digits
  each([&](double weight, double r_kpc, double log_z) {
    const double dx = r_kpc - x / w, dy = log_z - y / w;
    xx += weight * dx * dx;
    xy += weight * dx * dy;
    yy += weight * dy * dy;
  });
  return {n > 1 ? xy / xx : none, std::sqrt(yy / w)};
}

double half_radius_pc(const RingGrid& grid, std::span<const double> per_area) {
  double total = 0.0;
  for (std::size_t i = 0; i < per_area.size(); ++i) total += per_area[i] * grid.areas_pc2()[i];
  if (!(total > 0.0)) return 0.0;
  double inside = 0.0;
  for (std::size_t i = 0; i < per_area.size(); ++i) {
    const double here = per_area[i] * grid.areas_pc2()[i];
    const double left = grid.edges_pc()[i], right = grid.edges_pc()[i + 1];
    if (inside + here >= 0.5 * total) return left + (right - left) * (0.5 * total - inside) / here;
    inside += here;
  }
  return grid.edges_pc().back();
}

}  // namespace cecropia::disc

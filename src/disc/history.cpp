#include "cecropia/disc/history.hpp"

#include <cmath>

#include "cecropia/cosmology/halo.hpp"
#include "cecropia/disc/cycle.hpp"

namespace cecropia::disc {

double inflow_efficiency(const Inflow& p, double m_halo_msun) {
  return p.suppressed ? 1.0 / (1.0 + m_halo_msun / p.m_suppression_msun) : 1.0;
}

double scale_radius_pc(const Inflow& p, const cosmology::Cosmology& c, double m_halo_msun, double z) {
  constexpr double pc_in_kpc = 1e3;
  return p.angular_momentum_ratio * p.spin * cosmology::r_vir_kpc(c, m_halo_msun, z) * pc_in_kpc;
}

double drawn_spin(const Inflow& p, random::Seed seed, std::uint64_t id) {
  random::Stream stream(seed, id, 0, 0, random::Purpose::spin);
  return p.spin * std::exp(p.spin_scatter * random::normal(stream));
}

GrowthHistory feed(const cosmology::Cosmology& c, const Parameters& p, cosmology::HaloHistory halo) {
  GrowthHistory h{std::move(halo), {}, {}, {}};
  for (std::size_t i = 0; i < h.redshift.size(); ++i) {
    const double m = h.m_halo_msun[i], z = h.redshift[i];
    h.inflow_msun_myr.push_back(c.baryon_fraction() * inflow_efficiency(p.inflow, m) * h.growth_msun_myr[i]);
    h.scale_radius_pc.push_back(scale_radius_pc(p.inflow, c, m, z));
    h.mass_loading.push_back(mass_loading_of(p.cycle, c, m, z));
  }
  return h;
}

GrowthHistory mean_history(const cosmology::Cosmology& c, const Parameters& p, const cosmology::MeanGrowth& growth) {
  return feed(c, p, cosmology::mean_halo_history(c, growth));
}

}  // namespace cecropia::disc

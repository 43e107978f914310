#include <cmath>

#include "cecropia/disc/cycle.hpp"
#include "cecropia/disc/disc.hpp"
#include "cecropia/disc/light.hpp"
#include "cecropia/model/galaxy_models.hpp"
#include "tree_galaxies.hpp"

namespace cecropia::model {
namespace {

/// DSC-28 on the walk.
class Discs {
 public:
  struct State {
    disc::Disc disc;
    double spin;
  };

  Discs(const disc::Parameters& p, const disc::Ejecta& ejecta, const cosmology::Cosmology& cosmos, random::Seed seed,
        const cosmology::TimeGrid& grid)
      : p_(p),
        cosmos_(&cosmos),
        seed_(seed),
        kernels_(std::make_unique<disc::Kernels>(ejecta, p.stars, grid.step_myr, grid.n_steps)) {}

  State begin(std::uint64_t id, std::size_t n_steps) const {
    return {disc::Disc(p_, *kernels_, n_steps), disc::drawn_spin(p_.inflow, seed_, id)};
  }
  void step(State& s, const TreeStep& step) const {
    const double inflow = cosmos_->baryon_fraction() * disc::inflow_efficiency(p_.inflow, step.m_halo_msun);
    s.disc.step(inflow * step.growth_msun_myr, scale_radius_pc(s, step),
                disc::mass_loading_of(p_.cycle, *cosmos_, step.m_halo_msun, step.redshift));
  }
  void absorb(State& s, const State& other, const TreeStep& step) const {
    s.disc.absorb(other.disc, scale_radius_pc(s, step));
  }
  double formed_msun(const State& s) const { return s.disc.budget().formed_msun; }

  void describe(Galaxy& g, ResolvedGalaxy& r, const State& s, double z) const {
    const disc::Totals t = disc::totals_of(s.disc.grid(), s.disc.rings());
    g.m_cold_msun = t.gas_msun;
    g.m_out_msun = s.disc.budget().outflow_msun;
    g.metals_gas_msun[metal_z] = t.metals_msun;
    g.metals_out_msun[metal_z] = s.disc.budget().metals_outflow_msun;
    if (t.metallicity_of_new_stars > 0.0) g.oh_young = std::log10(t.metallicity_of_new_stars / disc::z_sun);
    r.m_living_msun = t.stars_msun;
    r.m_dust_msun = t.dust_msun;
    if (!(t.star_formation_msun_myr > 0.0)) return;
    const disc::Light light =
        disc::light_of_disc(s.disc.grid(), s.disc.rings(), *cosmos_, z, disc::attenuation_of(p_.sight));
    g.l_uv_erg_s_hz = g.l_uv_ii_erg_s_hz = light.l_uv_intrinsic_erg_s / disc::nu_1500_hz;
    g.m_uv_ab = light.m_uv_intrinsic;
    g.r_galaxy_kpc = 1e-3 * light.r_half_pc;
    r.r_half_light_kpc = 1e-3 * light.r_half_pc;
    r.r_half_stars_kpc = 1e-3 * light.r_half_stars_pc;
    r.m_uv_seen_ab = light.m_uv;
    r.depth_1500 = light.depth;
    r.depth_1500_intrinsic = light.depth_intrinsic;
    r.t_dust_k = light.t_dust_k;
    r.flux_158_ujy = light.flux_158_ujy;
    const disc::MetalProfile metals = disc::metal_profile_of(s.disc.grid(), s.disc.rings());
    r.oh_gradient_dex_kpc = metals.gradient_dex_kpc;
    r.oh_spread_dex = metals.spread_dex;
  }
  TreeFlows flows(const State& s) const { return {s.disc.budget().inflow_msun, s.disc.budget().outflow_msun}; }
  TreeBudget budget(const State& s) const {
    const disc::Budget& b = s.disc.budget();
    const disc::Totals t = disc::totals_of(s.disc.grid(), s.disc.rings());
    return {b.inflow_msun,
            0.0,
            t.gas_msun + t.stars_msun + b.outflow_msun,
            0.0,
            b.new_metals_msun + b.recycled_metals_msun,
            t.metals_msun + b.metals_locked_msun + b.metals_outflow_msun};
  }
  void save(const State& s, ByteWriter& archive) const { archive(s.disc, s.spin); }
  void restore(State& s, ByteReader& archive) const { archive(s.disc, s.spin); }

 private:
  double scale_radius_pc(const State& s, const TreeStep& step) const {
    disc::Inflow inflow = p_.inflow;
    inflow.spin = s.spin;
    return disc::scale_radius_pc(inflow, *cosmos_, step.m_halo_msun, step.redshift);
  }

  disc::Parameters p_;
  const cosmology::Cosmology* cosmos_;
  random::Seed seed_;
  std::unique_ptr<const disc::Kernels> kernels_;  // the discs refer to it
};

}  // namespace

std::unique_ptr<GalaxyModel> disc_galaxies(const tree::Forest& forest, const cosmology::Cosmology& cosmos,
                                           const Parameters& walked, const disc::Parameters& p,
                                           const disc::Ejecta& ejecta, random::Seed seed) {
  const cosmology::TimeGrid grid =
      cosmology::time_grid(forest.age_myr.front(), forest.age_myr.back(), walked.max_step_myr);
  return std::make_unique<TreeGalaxies<Discs>>(forest, cosmos, walked, grid, Discs(p, ejecta, cosmos, seed, grid));
}

}  // namespace cecropia::model

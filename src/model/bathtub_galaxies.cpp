#include <cmath>

#include "cecropia/bathtub/bathtub.hpp"
#include "cecropia/bathtub/relations.hpp"
#include "cecropia/model/galaxy_models.hpp"
#include "tree_galaxies.hpp"

namespace cecropia::model {
namespace {

/// BTH-15, BTH-16 on the walk.
class Bathtubs {
 public:
  struct State {
    bathtub::Bathtub bathtub;
  };

  Bathtubs(const bathtub::Parameters& p, double baryon_fraction, double step_myr)
      : p_(p), baryon_fraction_(baryon_fraction), step_myr_(step_myr) {}

  State begin(std::uint64_t, std::size_t) const { return {bathtub::Bathtub(p_)}; }
  void step(State& s, const TreeStep& step) const {
    s.bathtub.step(baryon_fraction_ * step.growth_msun_myr, step_myr_, step.m_halo_msun);
  }
  void absorb(State& s, const State& other, const TreeStep&) const { s.bathtub.absorb(other.bathtub); }
  double formed_msun(const State& s) const { return s.bathtub.budget().formed_msun; }

  void describe(Galaxy& g, ResolvedGalaxy& r, const State& s, double) const {
    const bathtub::State& b = s.bathtub.state();
    g.m_cold_msun = b.gas_msun;
    g.m_out_msun = s.bathtub.budget().outflow_msun;
    g.metals_gas_msun[metal_z] = b.metals_msun;
    g.metals_out_msun[metal_z] = s.bathtub.budget().metals_outflow_msun;
    if (b.metals_msun > 0.0 && g.sfr_10_msun_yr > 0.0)
      g.oh_young = bathtub::oxygen_abundance(b.metallicity()) - bathtub::oxygen_sun;
    r.m_living_msun = b.stars_msun;
  }
  TreeFlows flows(const State& s) const { return {s.bathtub.budget().inflow_msun, s.bathtub.budget().outflow_msun}; }
  TreeBudget budget(const State& s) const {
    const bathtub::Budget& b = s.bathtub.budget();
    const bathtub::State& is = s.bathtub.state();
    // what it began with came in from nowhere
    return {b.begun_msun + b.inflow_msun,
            0.0,
            is.gas_msun + is.stars_msun + b.outflow_msun,
            b.metals_inflow_msun,
            b.metals_made_msun,
            is.metals_msun + b.metals_locked_msun + b.metals_outflow_msun};
  }
  void save(const State& s, ByteWriter& archive) const { archive(s.bathtub); }
  void restore(State& s, ByteReader& archive) const { archive(s.bathtub); }

 private:
  bathtub::Parameters p_;
  double baryon_fraction_, step_myr_;
};

}  // namespace

std::unique_ptr<GalaxyModel> bathtub_galaxies(const tree::Forest& forest, const cosmology::Cosmology& cosmos,
                                              const Parameters& walked, const bathtub::Parameters& p) {
  const cosmology::TimeGrid grid =
      cosmology::time_grid(forest.age_myr.front(), forest.age_myr.back(), walked.max_step_myr);
  return std::make_unique<TreeGalaxies<Bathtubs>>(forest, cosmos, walked, grid,
                                                  Bathtubs(p, cosmos.baryon_fraction(), grid.step_myr));
}

}  // namespace cecropia::model

#pragma once
/// \file  The baryon cycle of one halo over one level. Theory: docs/theory/baryon_cycle.md; the order of the steps in
/// src/model/evolve.cpp *is* the operator splitting (SUB-1 to UPD-2).
#include <cstdint>
#include <vector>

#include "cecropia/model/baryons.hpp"
#include "cecropia/model/parameters.hpp"
#include "cecropia/physics/outflow.hpp"
#include "cecropia/physics/structure.hpp"
#include "cecropia/space/ionised.hpp"
#include "cecropia/stars/populations.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::model {

/// The physics of a run: parameters, stellar populations and what is tabulated of them. Read-only in the walk.
struct Physics {
  Physics(const physics::Parameters& parameters, const Parameters& model_parameters,
          const cosmology::Cosmology& cosmology, const stars::Tables& tables, const stars::ImfModel& imf_ii,
          const stars::ImfModel& imf_iii, double m_massive_msun, double t_end_myr, random::Seed seed_of_run);

  physics::Parameters parameters;
  Parameters model;
  cosmology::Cosmology cosmos;
  stars::MetallicityLookup metallicities;  ///< bins of the tables for each population (SFR-3, CHOICE)
  stars::Populations pop_ii, pop_iii;
  TypeIaKernel type_ia;
  Metals w7_msun;  ///< metals of one Type Ia supernova
  random::Seed seed;
  double hydrogen_fraction;
  double critical_abundance;  ///< 10^log10_critical_abundance
  double longest_life_myr;    ///< of a massive star: length of the calendar
};

/// ION-1 over one level: the same for all its halos.
struct IonisingEscape {
  double f_esc_ii = 0, f_esc_iii = 0;
  space::IonisationRates rates{};
};

/// One halo over one level.
struct HaloStep {
  std::int64_t halo_id = 0;
  std::uint32_t level = 0;
  double t0_myr = 0, t1_myr = 0;
  physics::HaloStructure start, end;
  double m_peak_msun = 0;
  physics::OutflowLaw outflow;
  double accretion_msun = 0;               ///< gas that falls in during the step, at a constant rate
  Metals igm_fraction{};                   ///< metal mass fraction of that gas, clumping factor included
  bool forms_stars = true;                 ///< false: condensation and star formation are off, feedback goes on
  const IonisingEscape* escape = nullptr;  ///< null: no ionised region is followed
};

/// Advances `b` from t0 to t1 and fills b.step (which the caller has cleared). `clocks` is the galaxy's own or null
/// (then nothing is alive and nothing may form: give clocks to halos that form stars). Returns the number of sub-steps.
class Evolver {
 public:
  explicit Evolver(const Physics& physics) : physics_(physics) {}
  std::int64_t evolve(Baryons& b, Clocks* clocks, const HaloStep& halo);

 private:
  struct Composition {  // of the gas that would form stars now
    bool is_pop_iii;
    std::size_t i_z;
    const stars::Population* population;  // that the stars are drawn from (IMF-12)
    double oxygen_fraction, metal_fraction;
  };
  Composition star_forming_gas(Baryons& b, double t_myr) const;
  double star_formation_time_myr(const Composition& gas, double r_galaxy_kpc, double cold_msun, double star_msun) const;
  struct SubStep {
    double dt_myr, condensed_msun;  // gas that condenses in it
  };
  void resolve_burst(const Baryons& b, const Composition& gas, double photons_1e48_per_s, double t_con_myr,
                     double r_galaxy_kpc, SubStep& step) const;
  double form_stars(Baryons& b, Clocks& clocks, const HaloStep& halo, const Composition& gas, double expected_msun,
                    double t_myr, double dt_myr, std::uint32_t sub_step, std::array<double, 2>& photons,
                    std::array<double, 2>& shone);

  const Physics& physics_;
  std::vector<stars::Population::Born> born_;
};

}  // namespace cecropia::model

#pragma once
/// \file  Everything a user can set: one member per section of the parameter file.
#include <cstdint>
#include <vector>

#include "cecropia/bathtub/rows.hpp"
#include "cecropia/config/document.hpp"
#include "cecropia/core/parameter.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/disc/rows.hpp"
#include "cecropia/model/parameters.hpp"
#include "cecropia/observe/parameters.hpp"
#include "cecropia/output/parameters.hpp"
#include "cecropia/physics/parameters.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/space/parameters.hpp"
#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/tables.hpp"
#include "cecropia/tree/eps.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::scan {

/// Section `random`: which numbers chance gives. The same two numbers give the same run.
struct Random {
  std::int64_t seed = 1, realisation = 0;
};
extern const std::vector<Parameter<Random>> random_rows;

/// Resolved values of all sections. Default-constructed: the defaults of the reference page.
struct Settings {
  cosmology::Parameters cosmology;
  tree::Parameters trees;
  tree::EpsParameters eps;
  stars::Parameters stars;
  physics::Parameters physics;  ///< five sections of its own
  space::AllParameters space;   ///< four sections of its own
  model::Parameters model;
  disc::Parameters disc;  ///< one section of several blocks
  bathtub::Parameters bathtub;
  observe::Parameters observe;
  output::Parameters output;
  Random random;

  random::Seed seed() const {
    return {static_cast<std::uint64_t>(random.seed), static_cast<std::uint64_t>(random.realisation)};
  }

  /// Whether the galaxies know more than model::Galaxy holds (model::ResolvedGalaxy).
  bool is_resolved() const { return model.galaxies != model::GalaxyKind::asloth; }
  /// `disc` with what it shares with other sections.
  disc::Parameters disc_parameters() const {
    disc::Parameters p = disc;
    p.cycle.energy = physics.feedback;
    return p;
  }

  /// Calls visit(name, meaning, block, rows) for every block, in the order of the reference page; blocks of one section
  /// come one after the other.
  template <class Visitor>
  void for_each_section(Visitor&& visit) {
    visit("cosmology", "The background and the structure of halos.", cosmology, cosmology::rows);
    visit("trees", "Where the merger trees come from.", trees, tree::rows);
    visit("eps", "Extended Press-Schechter trees, for trees.path = eps.", eps, tree::eps_rows);
    visit("stars", "Stellar tables and initial mass functions.", stars, stars::rows);
    visit("threshold", "The halo mass above which stars form.", physics.threshold, physics::threshold_rows);
    visit("star_formation", "Inflow cascade, star formation, sub-steps.", physics.star_formation,
          physics::star_formation_rows);
    visit("mixing", "Metallicity of star-forming gas against the mean of the galaxy.", physics.mixing,
          physics::mixing_rows);
    visit("feedback", "Photo-heating, outflows, enrichment of the inflow.", physics.feedback, physics::feedback_rows);
    visit("type_ia", "Type Ia supernovae.", physics.type_ia, physics::type_ia_rows);
    visit("surroundings", "What a halo finds around it: from the model's galaxies, or uniform tables in redshift.",
          space.surroundings, space::rows);
    visit("bubbles", "Outflow bubbles and the metals in them.", space.bubbles, space::bubble_rows);
    visit("reionisation", "Ionised regions.", space.reionisation, space::reionisation_rows);
    visit("lyman_werner", "The Lyman-Werner background.", space.lyman_werner, space::lyman_werner_rows);
    visit("model", "How halos are stepped through a level.", model, model::rows);
    const char* discs = "Discs of rings with dust (Toyouchi et al. 2025), for model.galaxies = disc.";
    visit("disc", discs, disc.inflow, disc::inflow_rows);
    visit("disc", discs, disc.cycle, disc::cycle_rows);
    visit("disc", discs, disc.stars, disc::stars_rows);
    visit("disc", discs, disc.dust, disc::dust_rows);
    visit("disc", discs, disc.mesh, disc::mesh_rows);
    visit("disc", discs, disc.sight, disc::sight_rows);
    visit("bathtub", "One reservoir of gas in each halo (Li et al. 2025), for model.galaxies = bathtub.", bathtub,
          bathtub::rows);
    visit("observe", "Cuts, windows and data of the comparison with observations.", observe, observe::rows);
    visit("output", "What a run writes into run.h5.", output, output::rows);
    visit("random", "Seeds of the counter-based random numbers.", random, random_rows);
  }
};

/// InputError where values that are each in their range do not fit together (limits in the wrong order, lists of
/// different lengths).
void check_values(const Settings& settings);

/// check_values, and whether stellar tables that are built fit the settings.
void check(const Settings& settings);

/// InputError where a file that these settings name, other than trees, is not there.
void check_files(const Settings& settings);

/// InputError where stars of these tables live too short for the calendar of deaths (DTH-1): a death would be rounded
/// to a time at or before the birth. check() does so for tables that are built; tables of a file must be read first.
void check(const Settings& settings, const stars::Tables& tables);

/// The settings as a document that reads and writes them. `settings` must outlive it.
config::Document document(Settings& settings);

}  // namespace cecropia::scan

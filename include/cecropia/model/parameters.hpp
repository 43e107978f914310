#pragma once
/// \file  Section `model`: how halos are stepped through a level.
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::model {

enum class MassInStep { interpolated, new_level };
inline constexpr std::array mass_in_step_names{Named<MassInStep>{"interpolated", MassInStep::interpolated},
                                               Named<MassInStep>{"new_level", MassInStep::new_level}};

/// What grows in the halos.
enum class GalaxyKind { asloth, disc, bathtub };
inline constexpr std::array galaxy_kind_names{Named<GalaxyKind>{"asloth", GalaxyKind::asloth},
                                              Named<GalaxyKind>{"disc", GalaxyKind::disc},
                                              Named<GalaxyKind>{"bathtub", GalaxyKind::bathtub}};

/// What a disc or a bathtub begins with.
enum class FirstMass { gas, nothing };
inline constexpr std::array first_mass_names{Named<FirstMass>{"gas", FirstMass::gas},
                                             Named<FirstMass>{"nothing", FirstMass::nothing}};

struct Parameters {
  GalaxyKind galaxies = GalaxyKind::asloth;
  double m_halo_min_msun = 1e9;  ///< disc, bathtub: halos get a galaxy at this mass; below, matter is smooth growth
  FirstMass first_mass = FirstMass::gas;
  double max_step_myr = 1.0;  ///< disc, bathtub: steps are equal over the whole run, and no longer
  MassInStep mass_in_step = MassInStep::interpolated;  ///< STP-1; new_level is first order in the level spacing
  double calendar_myr = 1.0;                           ///< resolution of the times of stellar deaths
};
extern const std::vector<Parameter<Parameters>> rows;

}  // namespace cecropia::model

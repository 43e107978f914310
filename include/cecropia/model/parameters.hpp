#pragma once
/// \file  Section `model`: how halos are stepped through a level.
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::model {

enum class MassInStep { interpolated, new_level };
inline constexpr std::array mass_in_step_names{Named<MassInStep>{"interpolated", MassInStep::interpolated},
                                               Named<MassInStep>{"new_level", MassInStep::new_level}};

struct Parameters {
  MassInStep mass_in_step = MassInStep::interpolated;  ///< STP-1; new_level is first order in the level spacing
  double calendar_myr = 1.0;                           ///< resolution of the times of stellar deaths
};
extern const std::vector<Parameter<Parameters>> rows;

}  // namespace cecropia::model

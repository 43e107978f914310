#pragma once
/// \file  Section `disc` of the parameter file: one table for each block of disc::Parameters.
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/disc/parameters.hpp"

namespace cecropia::disc {

extern const std::vector<Parameter<Inflow>> inflow_rows;
extern const std::vector<Parameter<Cycle>> cycle_rows;
extern const std::vector<Parameter<Stars>> stars_rows;
extern const std::vector<Parameter<Dust>> dust_rows;
extern const std::vector<Parameter<Mesh>> mesh_rows;
extern const std::vector<Parameter<Sight>> sight_rows;

}  // namespace cecropia::disc

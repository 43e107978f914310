#pragma once
/// \file  Section `bathtub` of the parameter file.
#include <vector>

#include "cecropia/bathtub/parameters.hpp"
#include "cecropia/core/parameter.hpp"

namespace cecropia::bathtub {

extern const std::vector<Parameter<Parameters>> rows;

}  // namespace cecropia::bathtub

#pragma once
/// \file  A product's stars lose or make a little mass; the tables' stars do not.
#include "cecropia/stars/import.hpp"

namespace cecropia::stars {

/// IMP-5: (m - wind - supernova - remnant)/m of `star`.
double imbalance_of(const Star& star);

/// IMP-5: makes the imbalance of `star` vanish, and says what took it. Imbalances up to 1e-12 stay.
ClosedBy close_mass(Star& star, CloseWith with);

}  // namespace cecropia::stars

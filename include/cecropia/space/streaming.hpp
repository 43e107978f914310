#pragma once
/// \file  Streaming velocity between baryons and dark matter, region by region. Theory: docs/theory/space.md, STV-1.
#include <cstdint>

#include "cecropia/random/stream.hpp"
#include "cecropia/space/sphere_index.hpp"

namespace cecropia::space {

/// STV-1: speed in units of its rms (Maxwell distribution) in a region; the same for every halo of the region and for
/// any number of ranks.
double streaming_speed_sigma(random::Seed seed, std::int64_t region);

/// The region of a point: the cell of a cubic grid of about `region_cmpc` that divides the box evenly.
std::int64_t streaming_region(const Point& point, double box_cmpc, double region_cmpc);

}  // namespace cecropia::space

#include "cecropia/space/streaming.hpp"

#include <algorithm>
#include <cmath>

namespace cecropia::space {

double streaming_speed_sigma(random::Seed seed, std::int64_t region) {
  random::Stream stream(seed, static_cast<std::uint64_t>(region), 0, 0, random::Purpose::streaming);
  double sum = 0.0;
  for (int k = 0; k < 3; ++k) {
    const double x = random::normal(stream);
    sum += x * x;
  }
  return std::sqrt(sum / 3.0);
}

std::int64_t streaming_region(const Point& point, double box_cmpc, double region_cmpc) {
  const double cells = std::max(1.0, std::nearbyint(box_cmpc / region_cmpc));
  std::int64_t region = 0;
  for (const double x : point) {
    const double inside = x - box_cmpc * std::floor(x / box_cmpc);
    const double cell = std::min(std::floor(inside / box_cmpc * cells), cells - 1.0);
    region = region * static_cast<std::int64_t>(cells) + static_cast<std::int64_t>(cell);
  }
  return region;
}

}  // namespace cecropia::space

#include "cecropia/space/sphere_index.hpp"

#include <algorithm>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia::space {
namespace {

constexpr double most_cells_per_sphere = 64.0;
constexpr std::size_t most_cells_per_side = 512;

/// Cells [first, last] along one axis that the interval touches, not wrapped.
struct Reach {
  std::int64_t first, last;
};

std::size_t wrapped(std::int64_t cell, std::size_t n) {
  const auto m = static_cast<std::int64_t>(n);
  return static_cast<std::size_t>(((cell % m) + m) % m);
}

}  // namespace

SphereIndex::SphereIndex(double box_cmpc, std::span<const Sphere> spheres) : box_(box_cmpc) {
  if (!(box_ > 0.0)) throw InternalError("spheres cannot be indexed in a box without size");
  std::vector<double> radii;
  for (const Sphere& s : spheres) {
    if (!(s.radius_cmpc > 0.0)) throw InternalError("a sphere in space has no radius");
    radii.push_back(s.radius_cmpc);
  }
  // Cells as wide as the median sphere, but not many more cells than spheres.
  double side = box_;
  if (!radii.empty()) {
    const auto middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
    std::nth_element(radii.begin(), middle, radii.end());
    side = std::max(2.0 * *middle, box_ / std::cbrt(2.0 * static_cast<double>(radii.size())));
  }
  cells_ = std::clamp<std::size_t>(static_cast<std::size_t>(box_ / side), 1, most_cells_per_side);
  const double width = box_ / static_cast<double>(cells_);

  std::vector<std::uint32_t> large;
  std::vector<std::uint32_t> begin(cells_ * cells_ * cells_ + 1, 0), entries;
  const auto reach = [&](const Sphere& s, std::size_t axis) {
    return Reach{static_cast<std::int64_t>(std::floor((s.centre_cmpc[axis] - s.radius_cmpc) / width)),
                 static_cast<std::int64_t>(std::floor((s.centre_cmpc[axis] + s.radius_cmpc) / width))};
  };
  const auto is_large = [&](const std::array<Reach, 3>& r) {
    double touched = 1.0;
    for (const Reach& k : r) {
      if (k.last - k.first + 1 >= static_cast<std::int64_t>(cells_)) return true;
      touched *= static_cast<double>(k.last - k.first + 1);
    }
    return touched > most_cells_per_sphere;
  };
  const auto over_cells = [&](const std::array<Reach, 3>& r, auto&& use) {
    for (std::int64_t x = r[0].first; x <= r[0].last; ++x)
      for (std::int64_t y = r[1].first; y <= r[1].last; ++y)
        for (std::int64_t z = r[2].first; z <= r[2].last; ++z)
          use((wrapped(x, cells_) * cells_ + wrapped(y, cells_)) * cells_ + wrapped(z, cells_));
  };
  // Two passes: count, then fill; the spheres of a cell stay in order.
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t i = 0; i < spheres.size(); ++i) {
      const std::array<Reach, 3> r{reach(spheres[i], 0), reach(spheres[i], 1), reach(spheres[i], 2)};
      if (is_large(r)) {
        if (pass == 0) large.push_back(static_cast<std::uint32_t>(i));
        continue;
      }
      if (pass == 0)
        over_cells(r, [&](std::size_t cell) { ++begin[cell + 1]; });
      else
        over_cells(r, [&](std::size_t cell) { entries[begin[cell]++] = static_cast<std::uint32_t>(i); });
    }
    if (pass == 0) {
      for (std::size_t c = 1; c < begin.size(); ++c) begin[c] += begin[c - 1];
      entries.resize(begin.back());
    }
  }
  for (std::size_t c = begin.size() - 1; c > 0; --c) begin[c] = begin[c - 1];  // filling moved every start to its end
  begin[0] = 0;
  std::stable_sort(large.begin(), large.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return spheres[a].radius_cmpc > spheres[b].radius_cmpc; });
  spheres_ = parallel::NodeArray<Sphere>(std::vector<Sphere>(spheres.begin(), spheres.end()));
  cell_begin_ = parallel::NodeArray<std::uint32_t>(std::move(begin));
  entries_ = parallel::NodeArray<std::uint32_t>(std::move(entries));
  large_ = parallel::NodeArray<std::uint32_t>(std::move(large));
}

std::size_t SphereIndex::cell_of(const Point& point) const {
  const double width = box_ / static_cast<double>(cells_);
  std::size_t cell = 0;
  for (std::size_t k = 0; k < 3; ++k)
    cell = cell * cells_ + wrapped(static_cast<std::int64_t>(std::floor(point[k] / width)), cells_);
  return cell;
}

}  // namespace cecropia::space

#include "cecropia/space/sphere_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia::space {
namespace {

constexpr double most_cells_per_sphere = 64.0;
constexpr std::size_t most_cells_per_side = 512, coarser = 4;

/// Cells [first, last] along one axis that the interval touches, not wrapped.
struct Reach {
  std::int64_t first, last;
};

std::size_t wrapped(std::int64_t cell, std::size_t n) {
  const auto m = static_cast<std::int64_t>(n);
  return static_cast<std::size_t>(((cell % m) + m) % m);
}

/// Places in the lists have 32 bits: half the memory of 64, which few boxes will ever need.
void check_number(std::uint64_t n, const char* what) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  if (n >= most)
    throw InputError(
        {fmt::format("{} {} are more than can be numbered", n, what), "the space between halos",
         fmt::format("less than {}", most),
         "take a part of the box, or uniform surroundings (surroundings.metals, surroundings.ionisation)"});
}

}  // namespace

SphereIndex::Grid SphereIndex::fill_grid(std::size_t cells, std::span<const Sphere> spheres,
                                         std::vector<std::uint32_t>& left) const {
  const double width = box_ / static_cast<double>(cells);
  const auto reach = [&](const Sphere& s, std::size_t axis) {
    return Reach{static_cast<std::int64_t>(std::floor((s.centre_cmpc[axis] - s.radius_cmpc) / width)),
                 static_cast<std::int64_t>(std::floor((s.centre_cmpc[axis] + s.radius_cmpc) / width))};
  };
  const auto is_too_large = [&](const std::array<Reach, 3>& r) {
    double touched = 1.0;
    for (const Reach& k : r) {
      if (k.last - k.first + 1 >= static_cast<std::int64_t>(cells)) return true;
      touched *= static_cast<double>(k.last - k.first + 1);
    }
    return touched > most_cells_per_sphere;
  };
  const auto over_cells = [&](const std::array<Reach, 3>& r, auto&& use) {
    for (std::int64_t x = r[0].first; x <= r[0].last; ++x)
      for (std::int64_t y = r[1].first; y <= r[1].last; ++y)
        for (std::int64_t z = r[2].first; z <= r[2].last; ++z)
          use((wrapped(x, cells) * cells + wrapped(y, cells)) * cells + wrapped(z, cells));
  };
  // Two passes: count, then fill; the spheres of a cell stay in order.
  std::vector<std::uint32_t> begin(cells * cells * cells + 1, 0), entries, too_large;
  for (int pass = 0; pass < 2; ++pass) {
    for (const std::uint32_t i : left) {
      const std::array<Reach, 3> r{reach(spheres[i], 0), reach(spheres[i], 1), reach(spheres[i], 2)};
      if (is_too_large(r)) {
        if (pass == 0) too_large.push_back(i);
      } else if (pass == 0) {
        over_cells(r, [&](std::size_t cell) { ++begin[cell + 1]; });
      } else {
        over_cells(r, [&](std::size_t cell) { entries[begin[cell]++] = i; });
      }
    }
    if (pass == 0) {
      std::uint64_t n = 0;
      for (std::uint32_t& b : begin) b = static_cast<std::uint32_t>(n += b);
      check_number(n, "cells that bubbles or regions touch");
      entries.resize(n);
    }
  }
  for (std::size_t c = begin.size() - 1; c > 0; --c) begin[c] = begin[c - 1];  // filling moved every start to its end
  begin[0] = 0;
  left = std::move(too_large);
  return {cells, parallel::NodeArray<std::uint32_t>(std::move(begin)),
          parallel::NodeArray<std::uint32_t>(std::move(entries))};
}

SphereIndex::SphereIndex(double box_cmpc, std::span<const Sphere> spheres) : box_(box_cmpc) {
  if (!(box_ > 0.0)) throw InternalError("spheres cannot be indexed in a box without size");
  check_number(spheres.size(), "bubbles or ionised regions");
  std::vector<double> radii;
  std::vector<std::uint32_t> left;
  for (const Sphere& s : spheres) {
    if (!(s.radius_cmpc > 0.0)) throw InternalError("a sphere in space has no radius");
    left.push_back(static_cast<std::uint32_t>(radii.size()));
    radii.push_back(s.radius_cmpc);
  }
  if (radii.empty()) return;
  // The finest cells are as wide as the median sphere, but not many more than spheres.
  const auto middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
  std::nth_element(radii.begin(), middle, radii.end());
  const double side = std::max(2.0 * *middle, box_ / std::cbrt(2.0 * static_cast<double>(radii.size())));
  for (auto cells = std::clamp<std::size_t>(static_cast<std::size_t>(box_ / side), 1, most_cells_per_side);
       !left.empty() && cells > 1; cells /= coarser)
    grids_.push_back(fill_grid(cells, spheres, left));
  std::stable_sort(left.begin(), left.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return spheres[a].radius_cmpc > spheres[b].radius_cmpc; });
  spheres_ = parallel::NodeArray<Sphere>(std::vector<Sphere>(spheres.begin(), spheres.end()));
  large_ = parallel::NodeArray<std::uint32_t>(std::move(left));
}

std::size_t SphereIndex::bytes() const {
  std::size_t sum = spheres_.bytes() + large_.bytes();
  for (const Grid& grid : grids_) sum += grid.begin.bytes() + grid.entries.bytes();
  return sum;
}

std::vector<std::int64_t> SphereIndex::layout() const {
  std::vector<std::int64_t> cells;
  for (const Grid& grid : grids_) cells.push_back(static_cast<std::int64_t>(grid.cells));
  return cells;
}

void SphereIndex::set_layout(double box_cmpc, const std::vector<std::int64_t>& cells) {
  box_ = box_cmpc;
  grids_.resize(cells.size());
  for (std::size_t g = 0; g < cells.size(); ++g) grids_[g].cells = static_cast<std::size_t>(cells[g]);
}

std::size_t SphereIndex::cell_of(const Point& point, std::size_t cells) const {
  const double width = box_ / static_cast<double>(cells);
  std::size_t cell = 0;
  for (std::size_t k = 0; k < 3; ++k)
    cell = cell * cells + wrapped(static_cast<std::int64_t>(std::floor(point[k] / width)), cells);
  return cell;
}

}  // namespace cecropia::space

#pragma once
/// \file  Which spheres of a periodic box enclose a point? Theory: docs/theory/space.md, BOX-1.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cecropia/parallel/node_array.hpp"

namespace cecropia::space {

using Point = std::array<double, 3>;

struct Sphere {
  Point centre_cmpc;
  double radius_cmpc;
};

/// BOX-1: squared distance between a point and the nearest periodic image of another, in a box of side `box`; both
/// may lie anywhere.
inline double periodic_distance2(const Point& a, const Point& b, double box) {
  double sum = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    double d = a[k] - b[k];
    d -= box * std::nearbyint(d / box);
    sum += d * d;
  }
  return sum;
}

/// Spheres sorted into the cells that they touch, in grids of growing cells: a sphere that touches many cells of one
/// grid goes into the next, whose cells are four times as wide; the few as large as the box are kept apart. The arrays
/// may live once per node. A sphere larger than the box counts once for a point, by its nearest image.
class SphereIndex {
 public:
  SphereIndex() = default;
  /// Spheres with radius > 0; box > 0. InternalError otherwise; InputError where there are 2^32 or more, or where they
  /// touch so many cells.
  SphereIndex(double box_cmpc, std::span<const Sphere> spheres);

  double radius_cmpc(std::size_t i) const { return spheres_[i].radius_cmpc; }
  std::size_t bytes() const;

  /// Calls visit(i) for every sphere i with the point strictly inside, in an order that depends on nothing but the
  /// spheres; stops when visit returns true, and then returns true.
  template <class Visit>
  bool any_enclosing(const Point& point, Visit&& visit) const {
    const auto inside = [&](std::uint32_t i) {
      const Sphere& s = spheres_[i];
      return periodic_distance2(point, s.centre_cmpc, box_) < s.radius_cmpc * s.radius_cmpc && visit(i);
    };
    for (const std::uint32_t i : large_)
      if (inside(i)) return true;
    for (auto grid = grids_.rbegin(); grid != grids_.rend(); ++grid) {  // large spheres first
      const std::size_t cell = cell_of(point, grid->cells);
      for (std::uint32_t e = grid->begin[cell]; e < grid->begin[cell + 1]; ++e)
        if (inside(grid->entries[e])) return true;
    }
    return false;
  }

  /// The same index with its arrays replaced by what `share` makes of them (see parallel::share_on_node); collective if
  /// `share` is. A rank that did not build the index must have been given layout() of one that did.
  template <class Share>
  void share(Share&& share) {
    spheres_ = share(std::move(spheres_));
    large_ = share(std::move(large_));
    for (Grid& grid : grids_) {
      grid.begin = share(std::move(grid.begin));
      grid.entries = share(std::move(grid.entries));
    }
  }
  std::vector<std::int64_t> layout() const;  ///< cells per side of every grid
  void set_layout(double box_cmpc, const std::vector<std::int64_t>& cells);

 private:
  struct Grid {
    std::size_t cells = 1;  // per side
    parallel::NodeArray<std::uint32_t> begin, entries;
  };
  std::size_t cell_of(const Point& point, std::size_t cells) const;
  Grid fill_grid(std::size_t cells, std::span<const Sphere> spheres, std::vector<std::uint32_t>& left) const;

  double box_ = 1.0;
  parallel::NodeArray<Sphere> spheres_;
  std::vector<Grid> grids_;
  parallel::NodeArray<std::uint32_t> large_;
};

}  // namespace cecropia::space

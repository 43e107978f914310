#pragma once
/// \file  Which spheres of a periodic box enclose a point? Theory: docs/theory/space.md, BOX-1.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

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

/// Spheres sorted into the cells that they touch; the few that touch many cells are kept apart, largest first. The
/// arrays may live once per node. A sphere larger than the box counts once for a point, by its nearest image.
class SphereIndex {
 public:
  SphereIndex() = default;
  /// Spheres with radius > 0; box > 0. InternalError otherwise.
  SphereIndex(double box_cmpc, std::span<const Sphere> spheres);

  std::size_t size() const { return spheres_.size(); }
  std::size_t n_large() const { return large_.size(); }
  double radius_cmpc(std::size_t i) const { return spheres_[i].radius_cmpc; }
  std::size_t bytes() const { return spheres_.bytes() + cell_begin_.bytes() + entries_.bytes() + large_.bytes(); }

  /// Calls visit(i) for every sphere i with the point strictly inside, in an order that depends on nothing but the
  /// spheres; stops when visit returns true, and then returns true.
  template <class Visit>
  bool any_enclosing(const Point& point, Visit&& visit) const {
    if (spheres_.empty()) return false;
    const auto inside = [&](std::uint32_t i) {
      const Sphere& s = spheres_[i];
      return periodic_distance2(point, s.centre_cmpc, box_) < s.radius_cmpc * s.radius_cmpc && visit(i);
    };
    for (const std::uint32_t i : large_)
      if (inside(i)) return true;
    const std::size_t cell = cell_of(point);
    for (std::uint32_t e = cell_begin_[cell]; e < cell_begin_[cell + 1]; ++e)
      if (inside(entries_[e])) return true;
    return false;
  }

  /// The same index with its arrays replaced by what `share` makes of them (see parallel::share_on_node); collective if
  /// `share` is.
  template <class Share>
  void share(Share&& share) {
    spheres_ = share(std::move(spheres_));
    cell_begin_ = share(std::move(cell_begin_));
    entries_ = share(std::move(entries_));
    large_ = share(std::move(large_));
  }
  /// Side of the grid and of the box, which a rank that did not build the index must be told.
  std::int64_t cells_per_side() const { return static_cast<std::int64_t>(cells_); }
  void set_grid(double box_cmpc, std::int64_t cells_per_side) {
    box_ = box_cmpc;
    cells_ = static_cast<std::size_t>(cells_per_side);
  }

 private:
  std::size_t cell_of(const Point& point) const;

  double box_ = 1.0;
  std::size_t cells_ = 1;  // per side
  parallel::NodeArray<Sphere> spheres_;
  parallel::NodeArray<std::uint32_t> cell_begin_, entries_, large_;
};

}  // namespace cecropia::space

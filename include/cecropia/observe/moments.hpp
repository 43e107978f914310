#pragma once
/// \file  Weighted straight-line and plane fits from sums over galaxies. The sums are what travels between ranks; they
/// are taken about a pivot so that differences of large numbers lose no digits.
#include <array>
#include <optional>

#include "cecropia/observe/relations.hpp"

namespace cecropia::observe {

/// Weighted sums of one, x, y, xx, xy, yy, with x and y measured from a pivot.
struct Moments {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  /// Adds `factor` times other sums (about the same pivot).
  void add(const Moments& other, double factor);
};

/// A fitted line and the weighted rms of the residuals about it.
struct LineFit {
  Line line;
  double scatter = 0;
};

/// OBS-14: weighted least squares of y on x. None unless the weight is positive and the x differ by more than rounding.
std::optional<LineFit> fit_line(const Moments& sums, double x_pivot, double y_pivot);

/// y = zero_point + a x + b u.
struct PlaneFit {
  double zero_point = 0, a = 0, b = 0, scatter = 0;
};

/// Sums for a plane fit; u is constant within a level, so it is built from the level's Moments.
class PlaneSums {
 public:
  /// Adds `factor` times the sums of galaxies that share u (about the same pivots as all others).
  void add(const Moments& level, double u, double factor);
  /// OBS-15: none unless the normal equations have full rank.
  std::optional<PlaneFit> fit(double x_pivot, double y_pivot) const;

 private:
  Moments sums_;
  double u_ = 0, uu_ = 0, xu_ = 0, yu_ = 0;
};

}  // namespace cecropia::observe

#pragma once
/// \file  A function of one variable as a table on a uniform grid with cubic Hermite interpolation.
#include <cstddef>
#include <functional>
#include <vector>

namespace cecropia::math {

/// A value and the derivative with respect to the argument.
struct ValueAndSlope {
  double value = 0.0, slope = 0.0;
};

/// Continuous with its first derivative; the derivative is that of the interpolant, so both belong to one function.
/// Outside the grid the function goes on as a straight line (a power law where both sides are logarithms).
class HermiteTable {
 public:
  HermiteTable() = default;
  /// `values` and `slopes` (df/dx) at first, first + step, ...; two points at least, equal lengths, step > 0
  /// (InternalError otherwise).
  HermiteTable(double first, double step, const std::vector<double>& values, const std::vector<double>& slopes);
  /// Slopes from the values so that the table is monotone wherever the values are (Fritsch & Carlson 1980; harmonic
  /// mean of the neighbouring secants). Third-order accurate away from extrema; use exact slopes where they are known.
  static HermiteTable monotone(double first, double step, const std::vector<double>& values);

  double operator()(double x) const;
  ValueAndSlope at(double x) const;
  double first() const { return first_; }
  double last() const { return first_ + step_ * static_cast<double>(points_.size() - 1); }

 private:
  struct Point {
    double value, scaled_slope;  ///< scaled_slope = slope * step
  };
  double first_ = 0.0, step_ = 1.0, inverse_step_ = 1.0;
  std::vector<Point> points_;
};

/// Composite Gauss-Legendre quadrature of `f` over [a, b] in equal panels of 15 points each. For smooth integrands
/// whose scale of variation is known; the work is fixed, so the bits are the same everywhere.
double integrate_panels(const std::function<double(double)>& f, double a, double b, std::size_t panels);

}  // namespace cecropia::math

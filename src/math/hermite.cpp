#include "cecropia/math/hermite.hpp"

#include <boost/math/quadrature/gauss.hpp>

#include "cecropia/core/error.hpp"

namespace cecropia::math {

HermiteTable::HermiteTable(double first, double step, const std::vector<double>& values,
                           const std::vector<double>& slopes)
    : first_(first), step_(step), inverse_step_(1.0 / step) {
  if (values.size() < 2 || values.size() != slopes.size() || !(step > 0.0))
    throw InternalError("a Hermite table needs at least two values, as many slopes and a positive step");
  points_.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) points_.push_back({values[i], slopes[i] * step});
}

HermiteTable HermiteTable::monotone(double first, double step, const std::vector<double>& values) {
  const std::size_t n = values.size();
  if (n < 2) throw InternalError("a Hermite table needs at least two values");
  std::vector<double> slopes(n);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double left = values[i] - values[i - 1], right = values[i + 1] - values[i];
    slopes[i] = left * right > 0.0 ? 2.0 * left * right / (left + right) / step : 0.0;
  }
  slopes[0] = (values[1] - values[0]) / step;
  slopes[n - 1] = (values[n - 1] - values[n - 2]) / step;
  return {first, step, values, slopes};
}

ValueAndSlope HermiteTable::at(double x) const {
  const double position = (x - first_) * inverse_step_;
  if (!(position > 0.0)) {
    const Point& p = points_.front();
    return {p.value + position * p.scaled_slope, p.scaled_slope * inverse_step_};
  }
  const std::size_t last = points_.size() - 1;
  if (position >= static_cast<double>(last)) {
    const Point& p = points_.back();
    return {p.value + (position - static_cast<double>(last)) * p.scaled_slope, p.scaled_slope * inverse_step_};
  }
  const auto i = static_cast<std::size_t>(position);
  const double t = position - static_cast<double>(i);
  const Point& a = points_[i];
  const Point& b = points_[i + 1];
  const double rise = b.value - a.value;
  const double c2 = 3.0 * rise - 2.0 * a.scaled_slope - b.scaled_slope;
  const double c3 = a.scaled_slope + b.scaled_slope - 2.0 * rise;
  return {a.value + t * (a.scaled_slope + t * (c2 + t * c3)),
          (a.scaled_slope + t * (2.0 * c2 + 3.0 * t * c3)) * inverse_step_};
}

double HermiteTable::operator()(double x) const { return at(x).value; }

double integrate_panels(const std::function<double(double)>& f, double a, double b, std::size_t panels) {
  const double width = (b - a) / static_cast<double>(panels);
  double sum = 0.0;
  for (std::size_t i = 0; i < panels; ++i) {
    const double left = a + width * static_cast<double>(i);
    sum += boost::math::quadrature::gauss<double, 15>::integrate(f, left, left + width);
  }
  return sum;
}

}  // namespace cecropia::math

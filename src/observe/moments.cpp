#include "cecropia/observe/moments.hpp"

#include <algorithm>
#include <cmath>

namespace cecropia::observe {

namespace {
// Variances below this fraction of the second moment are rounding, not spread.
constexpr double rounding = 1e-12;
}  // namespace

void Moments::add(const Moments& o, double factor) {
  w += factor * o.w;
  x += factor * o.x;
  y += factor * o.y;
  xx += factor * o.xx;
  xy += factor * o.xy;
  yy += factor * o.yy;
}

std::optional<LineFit> fit_line(const Moments& s, double x_pivot, double y_pivot) {
  if (!(s.w > 0)) return std::nullopt;
  const double mean_x = s.x / s.w, mean_y = s.y / s.w;
  const double var_x = s.xx / s.w - mean_x * mean_x;
  const double cov = s.xy / s.w - mean_x * mean_y;
  const double var_y = s.yy / s.w - mean_y * mean_y;
  if (!(var_x > rounding * (s.xx / s.w))) return std::nullopt;
  const double slope = cov / var_x;
  const double intercept = mean_y + y_pivot - slope * (mean_x + x_pivot);
  return LineFit{{slope, intercept}, std::sqrt(std::max(var_y - slope * cov, 0.0))};
}

void PlaneSums::add(const Moments& level, double u, double factor) {
  sums_.add(level, factor);
  u_ += factor * level.w * u;
  uu_ += factor * level.w * u * u;
  xu_ += factor * level.x * u;
  yu_ += factor * level.y * u;
}

std::optional<PlaneFit> PlaneSums::fit(double x_pivot, double y_pivot) const {
  const Moments& s = sums_;
  if (!(s.w > 0)) return std::nullopt;
  const double mx = s.x / s.w, my = s.y / s.w, mu = u_ / s.w;
  const double xx = s.xx / s.w - mx * mx, uu = uu_ / s.w - mu * mu, yy = s.yy / s.w - my * my;
  const double xu = xu_ / s.w - mx * mu, xy = s.xy / s.w - mx * my, yu = yu_ / s.w - my * mu;
  if (!(xx > rounding * (s.xx / s.w)) || !(uu > rounding * (uu_ / s.w))) return std::nullopt;
  const double determinant = xx * uu - xu * xu;
  if (!(determinant > 1e-9 * xx * uu)) return std::nullopt;
  const double a = (xy * uu - yu * xu) / determinant, b = (yu * xx - xy * xu) / determinant;
  return PlaneFit{my + y_pivot - a * (mx + x_pivot) - b * mu, a, b, std::sqrt(std::max(yy - a * xy - b * yu, 0.0))};
}

}  // namespace cecropia::observe

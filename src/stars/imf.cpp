#include "cecropia/stars/imf.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

/// int_a^b x^p dx, exact also at p = -1 and accurate near it: expm1 keeps the digits that a difference of powers loses.
double power_integral(double p, double a, double b) {
  const double n = p + 1.0, l = std::log(b / a);
  const double y = n * l;
  const double relative = std::fabs(y) < 1e-8 ? l * (1.0 + 0.5 * y) : std::expm1(y) / n;
  return std::pow(a, n) * relative;
}

}  // namespace

Imf::Imf(std::vector<double> breaks_msun, std::vector<double> slopes)
    : breaks_(std::move(breaks_msun)), slopes_(std::move(slopes)) {
  bool usable = !slopes_.empty() && breaks_.size() == slopes_.size() + 1;
  for (std::size_t i = 0; i < breaks_.size(); ++i)
    usable = usable && std::isfinite(breaks_[i]) && breaks_[i] > 0 && (i == 0 || breaks_[i] > breaks_[i - 1]);
  for (double s : slopes_) usable = usable && std::isfinite(s);
  if (!usable)
    throw InputError({fmt::format("an initial mass function cannot have breaks [{}] Msun and slopes [{}]",
                                  fmt::join(breaks_, ", "), fmt::join(slopes_, ", ")),
                      "parameters stars.imf2_min_msun, imf2_max_msun, imf3_min_msun, imf3_max_msun, imf3_slope",
                      "positive, ascending masses, one more than slopes",
                      "let the lower limit be below the upper one"});
  norm_.assign(slopes_.size(), 1.0);
  for (std::size_t i = 1; i < slopes_.size(); ++i)
    norm_[i] = norm_[i - 1] * std::pow(breaks_[i], slopes_[i] - slopes_[i - 1]);
  const double total = moment(1, m_min_msun(), m_max_msun());
  for (double& k : norm_) k /= total;
}

Imf Imf::kroupa(double m_min_msun, double m_max_msun) {
  std::vector<double> breaks{m_min_msun}, slopes;
  const double kroupa_breaks[] = {0.08, 0.5}, kroupa_slopes[] = {0.3, 1.3, 2.3};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i < 2 && kroupa_breaks[i] <= m_min_msun) continue;  // segment wholly below the lower limit
    slopes.push_back(kroupa_slopes[i]);
    if (i == 2 || kroupa_breaks[i] >= m_max_msun) break;
    breaks.push_back(kroupa_breaks[i]);
  }
  breaks.push_back(m_max_msun);
  return Imf(std::move(breaks), std::move(slopes));
}

Imf Imf::power_law(double m_min_msun, double m_max_msun, double slope) {
  return Imf({m_min_msun, m_max_msun}, {slope});
}

double Imf::density(double m_msun) const {
  if (!(m_msun >= m_min_msun() && m_msun <= m_max_msun())) return 0.0;
  std::size_t i = 0;
  while (i + 1 < slopes_.size() && m_msun >= breaks_[i + 1]) ++i;
  return norm_[i] * std::pow(m_msun, -slopes_[i]);
}

double Imf::moment(double power, double from_msun, double to_msun) const {
  double sum = 0;
  for (std::size_t i = 0; i < slopes_.size(); ++i) {
    const double a = std::max(from_msun, breaks_[i]), b = std::min(to_msun, breaks_[i + 1]);
    if (b > a) sum += norm_[i] * power_integral(power - slopes_[i], a, b);
  }
  return sum;
}

}  // namespace cecropia::stars

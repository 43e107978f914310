#include "cecropia/stars/imf.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "cecropia/core/constants.hpp"
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

/// erf(b) - erf(a) for a < b, from the tail that both share if there is one.
double erf_difference(double a, double b) {
  if (a > 0.0) return std::erfc(a) - std::erfc(b);
  if (b < 0.0) return std::erfc(-b) - std::erfc(-a);
  return std::erf(b) - std::erf(a);
}

void check_limits(double m_min_msun, double m_max_msun) {
  if (std::isfinite(m_min_msun) && std::isfinite(m_max_msun) && m_min_msun > 0.0 && m_max_msun > m_min_msun) return;
  throw InputError({fmt::format("an initial mass function cannot reach from {} to {} Msun", m_min_msun, m_max_msun),
                    "parameters stars.imf2_* and stars.imf3_*", "positive, ascending masses",
                    "let the lower limit be below the upper one"});
}

}  // namespace

double Imf::PowerLaw::density(double m) const { return std::pow(m / pivot_msun, -slope); }

double Imf::PowerLaw::integral(double power, double a, double b) const {
  return std::pow(pivot_msun, power + 1.0) * power_integral(power - slope, a / pivot_msun, b / pivot_msun);
}

double Imf::LogNormal::density(double m) const {
  const double u = (std::log(m) - ln_centre) / width;
  return std::exp(-0.5 * u * u) / m;
}

double Imf::LogNormal::integral(double power, double a, double b) const {
  // With x = ln m the power only moves the centre of the Gaussian, by power width^2.
  const double root2 = std::sqrt(2.0);
  const auto u = [&](double m) { return (std::log(m) - ln_centre - power * width * width) / (root2 * width); };
  const double u_a = u(a), u_b = u(b);
  const double scale = root2 * width * std::exp(power * (ln_centre + 0.5 * power * width * width));
  if (u_b - u_a < 0.25)  // the difference of two erf would lose digits; 15 points are exact here
    return scale *
           boost::math::quadrature::gauss<double, 15>::integrate([](double t) { return std::exp(-t * t); }, u_a, u_b);
  return scale * 0.5 * std::sqrt(constants::pi) * erf_difference(u_a, u_b);
}

double Imf::Chon::density(double m) const {
  constexpr double c = 1.6;
  return std::pow(m, -slope) * -std::expm1(-std::pow(m / m0_msun, c)) * std::exp(-m_min_msun / m - m / m_max_msun);
}

double Imf::Chon::integral(double power, double a, double b) const {
  const auto f = [&](double x) {
    const double m = std::exp(x);
    return std::pow(m, power + 1.0) * density(m);
  };
  if (b < 1.1 * a)  // a mass cell of the tables: 15 points are exact
    return boost::math::quadrature::gauss<double, 15>::integrate(f, std::log(a), std::log(b));
  return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(f, std::log(a), std::log(b), 8, 1e-13);
}

Imf::Imf(std::vector<double> breaks_msun, std::vector<double> slopes) {
  bool usable = !slopes.empty() && breaks_msun.size() == slopes.size() + 1;
  for (std::size_t i = 0; i < breaks_msun.size(); ++i)
    usable = usable && std::isfinite(breaks_msun[i]) && breaks_msun[i] > 0 &&
             (i == 0 || breaks_msun[i] > breaks_msun[i - 1]);
  for (double s : slopes) usable = usable && std::isfinite(s);
  if (!usable)
    throw InputError({fmt::format("an initial mass function cannot have breaks [{}] Msun and slopes [{}]",
                                  fmt::join(breaks_msun, ", "), fmt::join(slopes, ", ")),
                      "parameters stars.imf2_* and stars.imf3_*",
                      "positive, ascending masses, one more than slopes (limits included)",
                      "let the lower limit be below the upper one, and the breaks ascend"});
  double norm = 1.0;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    if (i > 0) norm *= std::pow(breaks_msun[i], slopes[i] - slopes[i - 1]);
    pieces_.push_back({breaks_msun[i], breaks_msun[i + 1], norm, PowerLaw{slopes[i]}});
  }
  normalise();
}

Imf::Imf(std::vector<Piece> pieces) : pieces_(std::move(pieces)) { normalise(); }

void Imf::normalise() {
  const double total = moment(1, m_min_msun(), m_max_msun());
  if (!(std::isfinite(total) && total > 0.0))
    throw InputError({fmt::format("an initial mass function between {} and {} Msun holds no finite mass", m_min_msun(),
                                  m_max_msun()),
                      "parameters stars.imf2_* and stars.imf3_*", "slopes and densities of moderate size",
                      "use less extreme slopes, or densities nearer to 1"});
  for (Piece& p : pieces_) p.norm /= total;
}

Imf Imf::broken_power_law(double m_min_msun, double m_max_msun, const std::vector<double>& inner_breaks_msun,
                          const std::vector<double>& slopes) {
  const std::size_t n = slopes.size();
  if (n != inner_breaks_msun.size() + 1 || !std::is_sorted(inner_breaks_msun.begin(), inner_breaks_msun.end()))
    throw InputError({fmt::format("a broken power law cannot have inner breaks [{}] Msun and slopes [{}]",
                                  fmt::join(inner_breaks_msun, ", "), fmt::join(slopes, ", ")),
                      "parameters stars.imf2_breaks_msun, imf2_slopes, imf3_breaks_msun, imf3_slopes",
                      "ascending breaks, and one slope more than breaks", "give one slope for every piece"});
  std::vector<double> breaks{m_min_msun}, used;
  for (std::size_t i = 0; i < n; ++i) {
    if (i + 1 < n && inner_breaks_msun[i] <= m_min_msun) continue;  // piece wholly below the lower limit
    used.push_back(slopes[i]);
    if (i + 1 == n || inner_breaks_msun[i] >= m_max_msun) break;
    breaks.push_back(inner_breaks_msun[i]);
  }
  breaks.push_back(m_max_msun);
  return Imf(std::move(breaks), std::move(used));
}

Imf Imf::kroupa(double m_min_msun, double m_max_msun) {
  return broken_power_law(m_min_msun, m_max_msun, {0.08, 0.5}, {0.3, 1.3, 2.3});
}

Imf Imf::power_law(double m_min_msun, double m_max_msun, double slope) {
  return Imf({m_min_msun, m_max_msun}, {slope});
}

Imf Imf::chabrier(double m_min_msun, double m_max_msun) {
  check_limits(m_min_msun, m_max_msun);
  constexpr double m_centre_msun = 0.079, sigma_dex = 0.69, m_join_msun = 1.0, slope = 2.3;
  const LogNormal body{std::log(m_centre_msun), sigma_dex * std::log(10.0)};
  std::vector<Piece> pieces;
  if (m_min_msun < m_join_msun) pieces.push_back({m_min_msun, std::min(m_max_msun, m_join_msun), 1.0, body});
  if (m_max_msun > m_join_msun)
    pieces.push_back(
        {std::max(m_min_msun, m_join_msun), m_max_msun, body.density(m_join_msun), PowerLaw{slope, m_join_msun}});
  return Imf(std::move(pieces));
}

Imf Imf::chon(double m_min_msun, double m_max_msun, double z_metal, double floor_zsun) {
  check_limits(m_min_msun, m_max_msun);
  constexpr double z_sun = 0.02;
  if (!(floor_zsun > 0.0 && std::isfinite(z_metal)))
    throw InputError(
        {fmt::format("the IMF of Chon et al. has no value at Z = {} with a floor of {} solar", z_metal, floor_zsun),
         "parameters stars.imf2_chon_floor_zsun, imf3_chon_floor_zsun", "a positive floor", "leave it at 1e-4"});
  const double log10_z = std::log10(std::max(z_metal / z_sun, floor_zsun));
  const Chon shape{2.3 + 0.33 * log10_z, std::pow(10.0, 0.2 + 0.45 * log10_z), m_min_msun, m_max_msun};
  return Imf(std::vector<Piece>{{m_min_msun, m_max_msun, 1.0, shape}});
}

Imf Imf::tabulated(const std::vector<double>& m_msun, const std::vector<double>& dn_dm, double m_max_msun) {
  bool usable = m_msun.size() >= 2 && dn_dm.size() == m_msun.size();
  for (std::size_t i = 0; usable && i < m_msun.size(); ++i)
    usable = std::isfinite(m_msun[i]) && m_msun[i] > (i == 0 ? 0.0 : m_msun[i - 1]) && std::isfinite(dn_dm[i]) &&
             dn_dm[i] > 0.0;
  if (!usable)
    throw InputError({"these nodes make no initial mass function", "the table of an IMF",
                      "at least two nodes with ascending masses and positive dN/dm", "correct the nodes"});
  if (!(m_max_msun > m_msun.front() && m_max_msun <= m_msun.back()))
    throw InputError(
        {fmt::format("the table of an IMF cannot be cut at {} Msun", m_max_msun), "the upper limit of a tabulated IMF",
         fmt::format("a mass above {} and at most {} Msun, the range of its nodes", m_msun.front(), m_msun.back()),
         "let the upper limits lie inside the table, or extend the table"});
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i + 1 < m_msun.size() && m_msun[i] < m_max_msun; ++i) {
    const double slope = -std::log(dn_dm[i + 1] / dn_dm[i]) / std::log(m_msun[i + 1] / m_msun[i]);
    pieces.push_back({m_msun[i], std::min(m_msun[i + 1], m_max_msun), dn_dm[i], PowerLaw{slope, m_msun[i]}});
  }
  return Imf(std::move(pieces));
}

double Imf::density(double m_msun) const {
  if (!(m_msun >= m_min_msun() && m_msun <= m_max_msun())) return 0.0;
  std::size_t i = 0;
  while (i + 1 < pieces_.size() && m_msun >= pieces_[i].to_msun) ++i;
  return pieces_[i].norm * std::visit([&](const auto& shape) { return shape.density(m_msun); }, pieces_[i].shape);
}

double Imf::moment(double power, double from_msun, double to_msun) const {
  double sum = 0;
  for (const Piece& p : pieces_) {
    const double a = std::max(from_msun, p.from_msun), b = std::min(to_msun, p.to_msun);
    if (b > a) sum += p.norm * std::visit([&](const auto& shape) { return shape.integral(power, a, b); }, p.shape);
  }
  return sum;
}

}  // namespace cecropia::stars

#include "cecropia/tree/eps_rates.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::tree {

namespace {

constexpr double root_two_over_pi = 0.79788456080286535588;
constexpr double ln2 = 0.69314718055994530942;
constexpr int rows_per_doubling = 16;
constexpr double row_step = ln2 / rows_per_doubling;
/// The bound is raised by this, so that linear interpolation between rows cannot carry it below the rate. The largest
/// deficit is row_step / 4 = 1.1 %, just above 2 M_res where the bound rises as 1 - 2 M_res / M.
constexpr double bound_margin = 1.03;

/// V = sigma_1^2 / (sigma_1^2 - sigma_2^2)^(3/2) of the progenitor rate.
double crossing_factor(double sigma_1, double sigma_2) {
  const double gap = sigma_1 * sigma_1 - sigma_2 * sigma_2;
  return sigma_1 * sigma_1 / (gap * std::sqrt(gap));
}

/// Integral of q^(eta-1) from a to b.
double power_integral(double eta, double a, double b) {
  if (std::fabs(eta) < 1e-8) return std::log(b / a);
  return (std::pow(b, eta) - std::pow(a, eta)) / eta;
}

}  // namespace

UnresolvedIntegral::UnresolvedIntegral(double g1) {
  if (!(g1 < 1.0)) throw InternalError("J(u) diverges for g1 >= 1");
  // Below u_first the integrand is x^-g1 to 1e-10 relative; then panel by panel in ln x, where it is smooth.
  constexpr double first = -11.5, last = 11.5, step = 0.125;
  constexpr auto n = static_cast<std::size_t>((last - first) / step + 1.5);
  const auto integrand = [g1](double ln_x) {
    const double x = std::exp(ln_x);
    return x * std::pow(1.0 + 1.0 / (x * x), 0.5 * g1);
  };
  std::vector<double> ln_j(n), slope(n);
  double j = std::exp((1.0 - g1) * first) / (1.0 - g1);
  for (std::size_t i = 0; i < n; ++i) {
    const double ln_u = first + step * static_cast<double>(i);
    if (i > 0) j += math::integrate_panels(integrand, ln_u - step, ln_u, 1);
    ln_j[i] = std::log(j);
    slope[i] = integrand(ln_u) / j;
  }
  ln_j_ = math::HermiteTable(first, step, ln_j, slope);

  constexpr double w_step = 1.0 / 64.0;
  constexpr auto n_w = static_cast<std::size_t>(w_last / w_step + 1.5);
  std::vector<double> value(n_w), derivative(n_w);
  value[0] = 1.0;
  derivative[0] = (*this)(100.0) - 100.0 + g1 / 200.0;  // J(u) = u + const - g1/(2u) + O(u^-3)
  for (std::size_t i = 1; i < n_w; ++i) {
    const double w = w_step * static_cast<double>(i), j_of_w = (*this)(1.0 / w);
    value[i] = w * j_of_w;
    derivative[i] = j_of_w - std::pow(1.0 + w * w, 0.5 * g1) / w;
  }
  scaled_ = math::HermiteTable(0.0, w_step, value, derivative);
}

double UnresolvedIntegral::operator()(double u) const { return std::exp(ln_j_(std::log(u))); }

double progenitor_rate(const cosmology::Variance& variance, const EpsCalibration& calibration, double m_msun, double q,
                       double delta) {
  const double sigma_1 = variance.sigma(q * m_msun), sigma_2 = variance.sigma(m_msun);
  return root_two_over_pi * variance.alpha(q * m_msun) / (q * q) * crossing_factor(sigma_1, sigma_2) * calibration.g0 *
         std::pow(sigma_1 / sigma_2, calibration.g1) * std::pow(delta / sigma_2, calibration.g2);
}

double unresolved_rate(const cosmology::Variance& variance, const EpsCalibration& calibration,
                       const UnresolvedIntegral& j, double m_msun, double m_resolution_msun, double delta) {
  const double sigma_res = variance.sigma(m_resolution_msun), sigma_2 = variance.sigma(m_msun);
  const double u = sigma_2 / std::sqrt(sigma_res * sigma_res - sigma_2 * sigma_2);
  return root_two_over_pi * j(u) * calibration.g0 / sigma_2 * std::pow(delta / sigma_2, calibration.g2);
}

SplitTable::SplitTable(const cosmology::Variance& variance, const EpsCalibration& calibration,
                       const UnresolvedIntegral& j, double m_resolution_msun, double m_max_msun, double eps1)
    : variance_(&variance),
      j_(&j),
      calibration_(calibration),
      m_resolution_msun_(m_resolution_msun),
      m_max_msun_(m_max_msun),
      ln_m_resolution_(std::log(m_resolution_msun)) {
  if (!(m_max_msun >= m_resolution_msun)) throw InternalError("a merger tree's root is below its mass resolution");
  const auto n = static_cast<std::size_t>(std::ceil(std::log(m_max_msun / m_resolution_msun) / row_step)) + 2;
  std::vector<RowVariance> variances(n);
  for (std::size_t i = 0; i < n; ++i) {
    RowVariance& v = variances[i];
    variance.sigma_and_alpha(ln_m_resolution_ + row_step * static_cast<double>(i), v.sigma, v.alpha);
    v.ln_sigma = std::log(v.sigma);
  }
  rows_.reserve(n);
  for (std::size_t i = 0; i < n; ++i) rows_.push_back(make_row(i, variances, eps1));
}

SplitTable::Row SplitTable::make_row(std::size_t i, const std::vector<RowVariance>& variances, double eps1) const {
  const double g1 = calibration_.g1, sigma_2 = variances[i].sigma, sigma_res = variances[0].sigma;
  RowVariance half{};
  if (i >= rows_per_doubling) {
    half = variances[i - rows_per_doubling];
  } else {
    variance_->sigma_and_alpha(ln_m_resolution_ + row_step * static_cast<double>(i) - ln2, half.sigma, half.alpha);
  }
  Row row{};
  row.step_limit = eps1 * std::sqrt(2.0 * (half.sigma * half.sigma - sigma_2 * sigma_2));
  row.sigma = sigma_2;
  row.variance_gap = sigma_res * sigma_res - sigma_2 * sigma_2;
  row.unresolved_factor = root_two_over_pi * calibration_.g0 * std::exp(-calibration_.g2 * variances[i].ln_sigma);
  if (i <= rows_per_doubling) return row;  // no room for two resolved progenitors

  // Bound of Parkinson et al.: V(q) <= B q^beta through both ends, (sigma_1/sigma_h)^g1 <= (2q)^(-mu g1).
  const double ln_q_res = -row_step * static_cast<double>(i), ln_2q_res = ln_q_res + ln2;
  const double beta = std::log(crossing_factor(sigma_res, sigma_2) / crossing_factor(half.sigma, sigma_2)) / ln_2q_res;
  const double mu = g1 > 0.0 ? half.alpha : -(variances[0].ln_sigma - half.ln_sigma) / ln_2q_res;
  row.eta = beta - 1.0 - g1 * mu;
  // Its normalisation: at least the rate at both ends and in between, checked at some rows because the published
  // argument (convex ln V, alpha rising with mass) is one about cold dark matter without missing modes.
  const std::size_t resolved = i - rows_per_doubling;  // rows 0 ... resolved are possible progenitors
  const std::size_t stride = std::max<std::size_t>(1, resolved / 12);
  double norm = 0.0;
  const auto include = [&](std::size_t k) {
    const RowVariance& v = variances[k];
    const double ln_q = row_step * (static_cast<double>(k) - static_cast<double>(i));
    norm = std::max(norm, v.alpha * crossing_factor(v.sigma, sigma_2) *
                              std::exp(g1 * (v.ln_sigma - variances[i].ln_sigma) - (1.0 + row.eta) * ln_q));
  };
  for (std::size_t k = 0; k < resolved; k += stride) include(k);
  include(resolved);
  row.split_bound = bound_margin * row.unresolved_factor * norm * power_integral(row.eta, std::exp(ln_q_res), 0.5);
  return row;
}

SplitTable::Row SplitTable::row_at(double ln_m_over_resolution) const {
  const double position = std::max(0.0, ln_m_over_resolution / row_step);
  const std::size_t i = std::min(static_cast<std::size_t>(position), rows_.size() - 2);
  const double t = position - static_cast<double>(i);
  const Row &a = rows_[i], &b = rows_[i + 1];
  const auto between = [t](double left, double right) { return left + t * (right - left); };
  return {between(a.step_limit, b.step_limit),          between(a.split_bound, b.split_bound),
          a.eta == 0.0 ? b.eta : between(a.eta, b.eta), between(a.sigma, b.sigma),
          between(a.variance_gap, b.variance_gap),      between(a.unresolved_factor, b.unresolved_factor)};
}

SplitTable::Rates SplitTable::at(double ln_m_over_resolution) const {
  const Row row = row_at(ln_m_over_resolution);
  // sqrt(2/pi) G0 sigma^-g2 J(u) / sigma with u = sigma / root: it diverges at the resolution, J(u) / u does not.
  const double root = std::sqrt(row.variance_gap);
  return {row.step_limit, ln_m_over_resolution > ln2 ? row.split_bound : 0.0,
          row.unresolved_factor * j_->scaled(root / row.sigma) / root};
}

SplitTable::Trial SplitTable::trial(double ln_m_over_resolution, double uniform) const {
  const Row row = row_at(ln_m_over_resolution);
  const double q_res = std::exp(-ln_m_over_resolution);
  const double low = std::pow(q_res, row.eta), high = std::pow(0.5, row.eta);
  const double q = std::fabs(row.eta) < 1e-8 ? q_res * std::pow(0.5 / q_res, uniform)
                                             : std::pow(low + uniform * (high - low), 1.0 / row.eta);
  const double ln_m = ln_m_resolution_ + ln_m_over_resolution;
  double sigma_1 = 0.0, alpha_1 = 0.0, sigma_2 = 0.0, alpha_2 = 0.0;
  variance_->sigma_and_alpha(ln_m + std::log(q), sigma_1, alpha_1);
  variance_->sigma_and_alpha(ln_m, sigma_2, alpha_2);
  const double rate = root_two_over_pi * alpha_1 / (q * q) * crossing_factor(sigma_1, sigma_2) * calibration_.g0 *
                      std::pow(sigma_1 / sigma_2, calibration_.g1) * std::pow(sigma_2, -calibration_.g2);
  const double bound = row.split_bound / power_integral(row.eta, q_res, 0.5) * std::pow(q, row.eta - 1.0);
  const double acceptance = rate / bound;
  if (!(acceptance <= 1.0 + 1e-5))
    throw InternalError("the bound of the progenitor rate is exceeded by a factor " + std::to_string(acceptance) +
                        " at M = " + std::to_string(std::exp(ln_m)) + " Msun, q = " + std::to_string(q));
  return {q, acceptance};
}

}  // namespace cecropia::tree

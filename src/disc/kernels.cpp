#include "cecropia/disc/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/math/hermite.hpp"
#include "cecropia/stars/imf.hpp"

namespace cecropia::disc {
namespace {

// CHOICE: rows a tenth of a decade apart, up to 6.3 solar; yields end at 2.5 solar, the IMF goes on to change.
constexpr double row_spacing_dex = 0.1, highest_log10_zsun = 0.8;

/// int f(m) dN/dm dm over stars of [from, to]; f is a straight line between two of `bends_msun`.
template <class F>
double over_stars(const stars::Imf& imf, const std::vector<double>& bends_msun, double from_msun, double to_msun, F f) {
  const auto integrand = [&](double ln_m) {
    const double m = std::exp(ln_m);
    return m * imf.density(m) * f(m);
  };
  auto bend = std::upper_bound(bends_msun.begin(), bends_msun.end(), from_msun);
  double sum = 0.0;
  for (double a = from_msun; a < to_msun; ++bend) {
    const double b = bend == bends_msun.end() ? to_msun : std::min(*bend, to_msun);
    // 15 points for a factor of two in mass: the IMF is smooth on that scale.
    const double ln_a = std::log(a), ln_b = std::log(b);
    sum += math::integrate_panels(integrand, ln_a, ln_b, 1 + static_cast<std::size_t>((ln_b - ln_a) / 0.7));
    if (bend == bends_msun.end()) break;
    a = b;
  }
  return sum;
}

}  // namespace

Kernels::Kernels(const Ejecta& ejecta, const Stars& p, double step_myr, std::size_t n_ages)
    : step_myr_(step_myr), log10_floor_(std::log10(p.imf_floor_zsun)), n_ages_(n_ages) {
  if (!(step_myr > 0.0) || n_ages == 0 || !(p.imf_floor_zsun > 0.0 && log10_floor_ < highest_log10_zsun))
    throw InternalError("kernels need a positive step, an age and a floor of metallicity between 0 and 6.3 solar");
  n_supernova_ages_ =
      std::min(n_ages, static_cast<std::size_t>(std::ceil(lifetime_fit_myr(supernova_min_msun) / step_myr)));
  n_rows_ = 1 + static_cast<std::size_t>(std::ceil((highest_log10_zsun - log10_floor_) / row_spacing_dex));
  row_dex_ = (highest_log10_zsun - log10_floor_) / static_cast<double>(n_rows_ - 1);
  returned_.reserve(n_rows_ * n_ages_);
  std::vector<double> m_at_age(n_ages + 1);
  for (std::size_t a = 0; a <= n_ages; ++a) m_at_age[a] = mass_at_lifetime_msun(step_myr * static_cast<double>(a));
  for (std::size_t row = 0; row < n_rows_; ++row) {
    const double z = z_sun * std::pow(10.0, log10_floor_ + row_dex_ * static_cast<double>(row));
    const stars::Imf imf = stars::Imf::chon(imf_min_msun, imf_max_msun, z, p.imf_floor_zsun);
    for (std::size_t a = 0; a < n_ages_; ++a) {
      const double from = m_at_age[a + 1], to = m_at_age[a];
      returned_.push_back(
          over_stars(imf, ejecta.bends_msun(), from, to, [&](double m) { return ejecta.returned_msun(m, z); }));
      if (a >= n_supernova_ages_) continue;
      new_metals_.push_back(
          over_stars(imf, ejecta.bends_msun(), from, to, [&](double m) { return ejecta.new_metals_msun(m, z); }));
      supernovae_.push_back(imf.number(std::clamp(from, supernova_min_msun, supernova_max_msun),
                                       std::clamp(to, supernova_min_msun, supernova_max_msun)));
    }
  }
}

Kernels::Between Kernels::at(double z) const {
  const double position = z > 0.0 ? (std::log10(z / z_sun) - log10_floor_) / row_dex_ : 0.0;
  if (!(position > 0.0)) return {0, 0, 0.0};
  if (position >= static_cast<double>(n_rows_ - 1)) return {n_rows_ - 1, n_rows_ - 1, 0.0};
  const auto lower = static_cast<std::size_t>(position);
  return {lower, lower + 1, position - static_cast<double>(lower)};
}

Kernels::Sum Kernels::until(double z, std::size_t n) const {
  const Between b = at(z);
  const auto mixed = [&](std::span<const double> low, std::span<const double> high) {
    double sum = 0.0;
    for (std::size_t a = 0; a < std::min(n, low.size()); ++a)
      sum += (1.0 - b.upper_weight) * low[a] + b.upper_weight * high[a];
    return sum;
  };
  return {mixed(returned(b.lower), returned(b.upper)), mixed(new_metals(b.lower), new_metals(b.upper)),
          mixed(supernovae(b.lower), supernovae(b.upper))};
}

}  // namespace cecropia::disc

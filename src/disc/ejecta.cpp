#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <string>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/disc/kernels.hpp"
#include "cecropia/math/linear.hpp"

namespace cecropia::disc {
namespace {

/// Stars above this mass are what MassiveEjecta is about.
constexpr double m_covered_msun = 40.0;
/// Explosions of more than this are pair-instability supernovae [1e51 erg].
constexpr double highest_energy_1e51_erg = 1.0;

}  // namespace

double lifetime_fit_myr(double m_msun) {
  const double m15 = m_msun * std::sqrt(m_msun), m25 = m15 * m_msun, m45 = m25 * m_msun * m_msun;
  return (2.5e3 + 6.7e2 * m25 + m45) / (3.3e-2 * m15 + 3.5e-1 * m45);
}

double mass_at_lifetime_msun(double age_myr) {
  if (age_myr <= lifetime_fit_myr(imf_max_msun)) return imf_max_msun;
  if (age_myr >= lifetime_fit_myr(imf_min_msun)) return imf_min_msun;
  std::uintmax_t iterations = 200;
  const auto root = boost::math::tools::toms748_solve(
      [age_myr](double ln_m) { return std::log(lifetime_fit_myr(std::exp(ln_m)) / age_myr); }, std::log(imf_min_msun),
      std::log(imf_max_msun), boost::math::tools::eps_tolerance<double>(48), iterations);
  return std::exp(0.5 * (root.first + root.second));
}

Ejecta::Ejecta(std::span<const stars::YieldRow> rows, MassiveEjecta massive, const std::string& source)
    : massive_(massive) {
  const auto refuse = [&source](std::string what, std::string expected, std::string fix) {
    throw InputError({std::move(what), source, std::move(expected), std::move(fix)});
  };
  std::vector<stars::YieldRow> sorted;
  for (const stars::YieldRow& row : rows)
    if (row.energy_1e51_erg <= highest_energy_1e51_erg) sorted.push_back(row);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.z < b.z || (a.z == b.z && a.m_msun < b.m_msun); });
  for (const stars::YieldRow& row : sorted) {
    if (tables_.empty() || tables_.back().z != row.z) tables_.push_back({row.z, {}, {}, {supernova_min_msun}, {0.0}});
    AtMetallicity& t = tables_.back();
    if (!t.m_msun.empty() && t.m_msun.back() == row.m_msun)
      refuse(fmt::format("the star of {} Msun, Z = {} is there twice", row.m_msun, row.z),
             "every star once, but for explosions above 1e51 erg, which are not used", "remove one of the two rows");
    t.m_msun.push_back(row.m_msun);
    bends_msun_.push_back(row.m_msun);
    t.returned_msun.push_back(row.m_msun - row.m_remnant_msun);
    if (row.explodes() && row.m_msun > supernova_min_msun) {
      t.m_exploding_msun.push_back(row.m_msun);
      t.new_metals_msun.push_back(row.metals_msun - row.z * row.listed_msun);
    }
  }
  std::sort(bends_msun_.begin(), bends_msun_.end());
  bends_msun_.erase(std::unique(bends_msun_.begin(), bends_msun_.end()), bends_msun_.end());
  if (tables_.empty())
    refuse("all stars of the table explode with more than 1e51 erg", "stars of usual ends", "add rows");
  for (const AtMetallicity& t : tables_)
    if (t.m_exploding_msun.size() < 2)  // the first is where explosions begin
      refuse(fmt::format("no star of Z = {} explodes above {} Msun", t.z, supernova_min_msun),
             "one at least at each metallicity, with E_1e51erg above 0", "add rows, or leave this metallicity out");
}

template <class Amount>
double Ejecta::between_metallicities(double m_msun, double z, Amount amount) const {
  double scale = 1.0;
  if (m_msun > m_covered_msun) {
    if (massive_ == MassiveEjecta::none) return 0.0;
    if (massive_ == MassiveEjecta::scaled) {
      scale = m_msun / m_covered_msun;
      m_msun = m_covered_msun;
    }
  }
  const auto above = std::upper_bound(tables_.begin(), tables_.end(), z,
                                      [](double value, const AtMetallicity& t) { return value < t.z; });
  if (above == tables_.begin()) return scale * amount(tables_.front(), m_msun);
  if (above == tables_.end()) return scale * amount(tables_.back(), m_msun);
  const AtMetallicity &low = *(above - 1), &high = *above;
  const double way = (z - low.z) / (high.z - low.z);
  return scale * ((1.0 - way) * amount(low, m_msun) + way * amount(high, m_msun));
}

double Ejecta::returned_msun(double m_msun, double z) const {
  return between_metallicities(m_msun, z, [](const AtMetallicity& t, double m) {
    return m < t.m_msun.front() ? 0.0 : math::linear(t.m_msun, t.returned_msun, m);
  });
}

double Ejecta::new_metals_msun(double m_msun, double z) const {
  return between_metallicities(m_msun, z, [](const AtMetallicity& t, double m) {
    return math::linear(t.m_exploding_msun, t.new_metals_msun, m);
  });
}

}  // namespace cecropia::disc

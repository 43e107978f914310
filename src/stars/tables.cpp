#include "cecropia/stars/tables.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/evolution.hpp"

namespace cecropia::stars {
namespace {

bool ascending(const std::vector<double>& x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i]) || x[i] <= 0 || (i > 0 && x[i] <= x[i - 1])) return false;
  return !x.empty();
}

}  // namespace

double Star::wind_metals_msun() const { return metals_in(wind_msun); }
double Star::sn_metals_msun() const { return metals_in(sn_msun); }

Tables::Tables(std::vector<double> z_grid, std::vector<double> m_grid_msun, std::vector<Star> stars, std::string source)
    : z_(std::move(z_grid)), m_(std::move(m_grid_msun)), stars_(std::move(stars)), source_(std::move(source)) {
  check_and_make_edges();
}

Tables Tables::with(parallel::NodeArray<Star> stars, std::vector<double> z_grid, std::vector<double> m_grid_msun,
                    std::string source) {
  Tables tables;
  tables.z_ = std::move(z_grid);
  tables.m_ = std::move(m_grid_msun);
  tables.stars_ = std::move(stars);
  tables.source_ = std::move(source);
  tables.check_and_make_edges();
  return tables;
}

void Tables::check_and_make_edges() {
  const auto refuse = [this](const std::string& what, const std::string& expected) {
    throw InputError({what, "stellar tables from " + source_, expected,
                      "build the tables anew (cecropia tables build), or repair the file that they come from"});
  };
  if (!ascending(z_)) refuse("the metallicities of the stellar tables are not usable", "positive, ascending numbers");
  if (!ascending(m_))
    refuse("the masses of the stellar tables are not usable", "positive, ascending numbers, unit Msun");
  if (stars_.size() != z_.size() * m_.size())
    refuse("the stellar tables hold " + std::to_string(stars_.size()) + " stars",
           std::to_string(z_.size()) + " metallicities x " + std::to_string(m_.size()) + " masses");
  std::vector<double> m_edges;
  for (std::size_t i = 0; i + 1 < m_.size(); ++i) m_edges.push_back(0.5 * (m_[i] + m_[i + 1]));
  edges_ = {0.0};
  edges_.insert(edges_.end(), m_edges.begin(), m_edges.end());
  edges_.push_back(std::numeric_limits<double>::infinity());
  metallicities_ = MetallicityLookup(z_);
  m_cells_ = Edges(std::move(m_edges));
}

std::uint64_t Tables::content_hash() const {
  std::vector<double> columns{z_.begin(), z_.end()};
  columns.insert(columns.end(), m_.begin(), m_.end());
  for (const Star& s : stars_) {
    for (double x :
         {s.z, s.m_msun, s.lifetime_myr, s.log10_q_per_s, s.log10_q_lw_per_s, s.log10_l_uv_erg_s_hz, s.m_fin_msun,
          s.m_he_msun, s.m_co_msun, s.f_fallback, s.m_rem_baryonic_msun, s.m_rem_gravitational_msun, s.e_sn_erg,
          s.wind_new_metals_msun, s.sn_new_metals_msun, static_cast<double>(s.fate)})
      columns.push_back(x);
    columns.insert(columns.end(), s.wind_msun.begin(), s.wind_msun.end());
    columns.insert(columns.end(), s.sn_msun.begin(), s.sn_msun.end());
  }
  return XXH3_64bits(columns.data(), columns.size() * sizeof(double));
}

}  // namespace cecropia::stars

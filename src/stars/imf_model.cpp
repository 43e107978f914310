#include "cecropia/stars/imf_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "cecropia/core/error.hpp"
#include "cecropia/math/linear.hpp"

namespace cecropia::stars {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& keys, const char* expected, const char* fix) {
  throw InputError({what, fmt::format("parameters {}", keys), expected, fix});
}

bool ascends(const std::vector<double>& v) {
  return std::adjacent_find(v.begin(), v.end(), std::greater_equal<>()) == v.end();
}

std::vector<double> log10_of(std::vector<double> v) {
  for (double& x : v) x = std::log10(x);
  return v;
}

}  // namespace

ImfModel::ImfModel(const Imf& imf) : fixed_{imf} {
  p_.m_min_msun = imf.m_min_msun();
  p_.m_max_msun = imf.m_max_msun();
}

ImfModel::ImfModel(const ImfParameters& parameters, std::string_view table_text) : p_(parameters) {
  if (p_.form == ImfForm::table) {
    if (p_.file.empty())
      refuse(fmt::format("the IMF is a table, but {}_file is empty", p_.keys), p_.keys + "_form", "a file with nodes",
             "name the file, or choose another form");
    table_ = parse_imf(table_text, p_.file);
    p_.m_min_msun = table_.m_msun.front();
    p_.m_max_msun = table_.m_msun.back();
  } else if (p_.form == ImfForm::chon) {
    p_.m_min_msun = p_.chon_m_min_msun;
  } else if (p_.form == ImfForm::broken_power_law) {
    if (p_.slopes.size() != p_.breaks_msun.size() + 1 || !ascends(p_.breaks_msun))
      refuse(fmt::format("a broken power law cannot have inner breaks [{}] Msun and slopes [{}]",
                         fmt::join(p_.breaks_msun, ", "), fmt::join(p_.slopes, ", ")),
             fmt::format("{0}_breaks_msun and {0}_slopes", p_.keys), "ascending breaks, and one slope more than breaks",
             "give one slope for every piece");
  }
  check_limits();
}

void ImfModel::check_limits() const {
  const std::string &k = p_.keys, list = fmt::format("[{}]", fmt::join(p_.max_values_msun, ", "));
  if (!p_.max_metallicity.empty() && !p_.max_redshift.empty())
    refuse("the upper limit of an IMF depends on metallicity and on redshift at once",
           fmt::format("{0}_max_metallicity and {0}_max_redshift", k), "nodes in one of them",
           "empty one of the lists");
  const bool in_z = !p_.max_metallicity.empty();
  const std::vector<double>& nodes = in_z ? p_.max_metallicity : p_.max_redshift;
  const std::string name = k + (in_z ? "_max_metallicity" : "_max_redshift");
  if (nodes.size() != p_.max_values_msun.size())
    refuse(fmt::format("{} nodes for {} upper limits {} of an IMF", nodes.size(), p_.max_values_msun.size(), list),
           fmt::format("{} and {}_max_values_msun", name, k), "one upper limit for every node",
           "give as many values as nodes, or leave all of these lists empty");
  if (!ascends(nodes))
    refuse(fmt::format("the nodes [{}] of the upper limit of an IMF do not ascend", fmt::join(nodes, ", ")), name,
           "ascending values without repetition", "sort the nodes and their upper limits");
  for (const double m_max : nodes.empty() ? std::vector{p_.m_max_msun} : p_.max_values_msun) {
    if (!(m_max > p_.m_min_msun))
      refuse(fmt::format("an IMF cannot reach from {} to {} Msun", p_.m_min_msun, m_max),
             fmt::format("{0}_min_msun, {0}_max_msun, {0}_max_values_msun, {0}_chon_m_min_msun, {0}_file", k),
             "a lower limit below every upper one", "let the lower limit be below the upper one");
    if (p_.form == ImfForm::table && m_max > p_.m_max_msun)
      refuse(
          fmt::format("an upper limit of {} Msun lies beyond the last node of the IMF, {} Msun", m_max, p_.m_max_msun),
          fmt::format("{0}_max_values_msun and {0}_file", k), "upper limits inside the table",
          "extend the table or lower the limit");
  }
}

double ImfModel::m_max_msun(double z_metal, double redshift) const {
  if (!p_.max_redshift.empty()) return math::linear(p_.max_redshift, p_.max_values_msun, redshift);
  if (p_.max_metallicity.empty()) return p_.m_max_msun;
  if (!(z_metal > 0.0)) return p_.max_values_msun.front();
  return math::linear(log10_of(p_.max_metallicity), p_.max_values_msun, std::log10(z_metal));
}

double ImfModel::lowest_m_max_msun() const {
  if (p_.max_values_msun.empty()) return p_.m_max_msun;
  return *std::min_element(p_.max_values_msun.begin(), p_.max_values_msun.end());
}

double ImfModel::highest_m_max_msun() const {
  if (p_.max_values_msun.empty()) return p_.m_max_msun;
  return *std::max_element(p_.max_values_msun.begin(), p_.max_values_msun.end());
}

void ImfModel::require_massive_stars(double m_massive_msun) const {
  if (m_massive_msun < lowest_m_max_msun()) return;
  refuse(fmt::format("an IMF ends at {} Msun, not above the limit of massive stars, {} Msun", lowest_m_max_msun(),
                     m_massive_msun),
         fmt::format("{0}_max_msun, {0}_max_values_msun, {0}_file, stars.m_massive_msun", p_.keys),
         "upper limits above m_massive_msun", "raise the upper limit or lower m_massive_msun");
}

bool ImfModel::depends_on_metallicity() const {
  return !p_.max_metallicity.empty() || (fixed_.empty() && p_.form == ImfForm::chon);
}

Imf ImfModel::at(double z_metal, double redshift) const {
  return fixed_.empty() ? with_limit(z_metal, m_max_msun(z_metal, redshift)) : fixed_.front();
}

Imf ImfModel::with_limit(double z_metal, double m_max_msun) const {
  switch (p_.form) {
    case ImfForm::kroupa:
      return Imf::kroupa(p_.m_min_msun, m_max_msun);
    case ImfForm::chabrier:
      return Imf::chabrier(p_.m_min_msun, m_max_msun);
    case ImfForm::salpeter:
      return Imf::power_law(p_.m_min_msun, m_max_msun, salpeter_slope);
    case ImfForm::power_law:
      return Imf::power_law(p_.m_min_msun, m_max_msun, p_.slope);
    case ImfForm::broken_power_law:
      return Imf::broken_power_law(p_.m_min_msun, m_max_msun, p_.breaks_msun, p_.slopes);
    case ImfForm::log_flat:
      return Imf::power_law(p_.m_min_msun, m_max_msun, log_flat_slope);
    case ImfForm::chon:
      return Imf::chon(p_.m_min_msun, m_max_msun, z_metal, p_.chon_floor_zsun);
    case ImfForm::table:
      return Imf::tabulated(table_.m_msun, table_.dn_dm, m_max_msun);
  }
  throw InternalError("an IMF has an unknown form");
}

std::vector<double> ImfModel::redshift_edges(double step) const {
  std::vector<double> edges;
  for (std::size_t i = 0; i + 1 < p_.max_redshift.size(); ++i) {
    // Limits that divide [a, b] into equal ratios, at the redshifts where the straight line reaches them.
    const double a = p_.max_values_msun[i], b = p_.max_values_msun[i + 1];
    const auto n = static_cast<std::size_t>(std::ceil(std::fabs(std::log(b / a)) / step));
    for (std::size_t k = 0; k <= n && n > 0; ++k) {
      const double way = k == 0 ? 0.0
                         : k == n
                             ? 1.0
                             : (a * std::pow(b / a, static_cast<double>(k) / static_cast<double>(n)) - a) / (b - a);
      const double edge = p_.max_redshift[i] + way * (p_.max_redshift[i + 1] - p_.max_redshift[i]);
      if (edges.empty() || edge > edges.back()) edges.push_back(edge);
    }
  }
  return edges;
}

}  // namespace cecropia::stars

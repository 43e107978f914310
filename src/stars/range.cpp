#include "cecropia/stars/range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

constexpr double furthest = 2.0;  // ratio of masses

double highest_limit(double m_max, const std::vector<double>& nodes) {
  return nodes.empty() ? m_max : *std::max_element(nodes.begin(), nodes.end());
}

}  // namespace

void check_range(const Parameters& p, const Tables& tables) {
  const double first = tables.m_grid_msun().front(), last = tables.m_grid_msun().back();
  const double lowest = p.m_massive_msun;
  const double highest = std::max(highest_limit(p.imf2_max_msun, p.imf2_max_values_msun),
                                  highest_limit(p.imf3_max_msun, p.imf3_max_values_msun));
  if (first > furthest * lowest)
    throw InputError(
        {fmt::format("the stellar tables begin at {} Msun, and stars from {} Msun on are drawn", first, lowest),
         "stellar tables from " + tables.source(),
         fmt::format("tables that begin at {} Msun or below", furthest * lowest),
         "import the product with --fill standard, or raise stars.m_massive_msun"});
  if (highest > furthest * last)
    throw InputError(
        {fmt::format("the stellar tables end at {} Msun, and stars up to {} Msun are drawn", last, highest),
         "stellar tables from " + tables.source(),
         fmt::format("tables that reach {} Msun or beyond", highest / furthest),
         "import the product with --fill standard, or lower stars.imf2_max_msun and imf3_max_msun"});
}

}  // namespace cecropia::stars

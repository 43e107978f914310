#include "cecropia/stars/range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

constexpr double furthest = 2.0;  // ratio of masses

/// Highest upper limit of an IMF; 0 where a file has it.
double highest_limit(const ImfParameters& p) {
  if (!p.max_values_msun.empty()) return *std::max_element(p.max_values_msun.begin(), p.max_values_msun.end());
  return p.form == ImfForm::table ? 0.0 : p.m_max_msun;
}

void check_reach(double highest_msun, const Tables& tables) {
  const double last = tables.m_grid_msun().back();
  if (highest_msun <= furthest * last) return;
  throw InputError(
      {fmt::format("the stellar tables end at {} Msun, and stars up to {} Msun are drawn", last, highest_msun),
       "stellar tables from " + tables.source(),
       fmt::format("tables that reach {} Msun or beyond", highest_msun / furthest),
       "import the product with --fill standard, or lower the upper limits of the IMFs (stars.imf2_*, imf3_*)"});
}

}  // namespace

void check_range(const Parameters& p, const Tables& tables) {
  const double first = tables.m_grid_msun().front(), lowest = p.m_massive_msun;
  if (first > furthest * lowest)
    throw InputError(
        {fmt::format("the stellar tables begin at {} Msun, and stars from {} Msun on are drawn", first, lowest),
         "stellar tables from " + tables.source(),
         fmt::format("tables that begin at {} Msun or below", furthest * lowest),
         "import the product with --fill standard, or raise stars.m_massive_msun"});
  check_reach(std::max(highest_limit(p.imf_ii()), highest_limit(p.imf_iii())), tables);
}

void check_imf_files(const Parameters& parameters, const Tables& tables) {
  for (const ImfParameters& p : {parameters.imf_ii(), parameters.imf_iii()}) {
    if (p.form != ImfForm::table) continue;
    const ImfModel model(p, read_imf_text(p.file));
    model.require_massive_stars(parameters.m_massive_msun);
    check_reach(model.highest_m_max_msun(), tables);
  }
}

std::vector<std::string> metallicity_remarks(const Tables& tables) {
  const double lowest = tables.z_grid().front();
  if (tables.n_z() == 1)
    return {fmt::format("There is one metallicity, Z = {:.4g}: stars of both populations are taken from it.", lowest)};
  if (lowest <= z_pop_iii_max) return {};
  return {fmt::format(
      "There is no metal-free set: the lowest metallicity, Z = {:.4g}, is kept for Population III stars, and "
      "Population II stars begin at Z = {:.4g}.",
      lowest, tables.z_grid()[first_pop_ii_bin(tables)])};
}

LargestReturn largest_return(const Population& population, const Tables& tables, MetallicityBins bins) {
  LargestReturn most;
  const std::size_t end = population.first_z() + population.n_z();
  for (std::size_t z = std::max(population.first_z(), bins.first); z < end && z <= bins.last; ++z)
    for (std::size_t i = 0; i < population.n_cells(); ++i) {
      const Star& star = tables.at(z, population.first_cell() + i);
      const double ratio = star.m_loss_msun() / population.cell_mass_msun(i);
      if (ratio > most.returned_over_taken) most = {ratio, star.m_msun, star.z};
    }
  return most;
}

}  // namespace cecropia::stars

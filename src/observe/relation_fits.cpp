#include <fmt/format.h>

#include <cmath>

#include "cecropia/observe/history.hpp"
#include "evaluate.hpp"

namespace cecropia::observe {

namespace {

struct Wanted {
  const char* observable;
  double z_min, z_max;
  bool closed;  ///< z_max belongs to the range
};
// The ranges of Liu et al. (2025), Figs. 9 to 12 and A.3.
constexpr Wanted wanted[] = {{"fmr", 4, 8, true},  {"fmr", 4, 6, false},  {"fmr", 6, 8, false}, {"fmr", 8, 10, true},
                             {"mzr", 4, 10, true}, {"mzr", 4, 6, false},  {"mzr", 6, 8, false}, {"shmr", 4, 10, true},
                             {"shmr", 4, 8, true}, {"sfms", 4, 6, false}, {"sfms", 6, 8, false}};

struct Meaning {
  const char* observable;
  const char* text;
  std::size_t moments, residual;
  double x_pivot, y_pivot;
};
constexpr std::size_t no_residual = static_cast<std::size_t>(-1);
constexpr Meaning meanings[] = {
    {"fmr", "[O/H] of mu = log10 M_* - alpha log10 SFR", sum::fmr_moments, sum::fmr, mu_pivot, oh_pivot},
    {"mzr", "[O/H] of log10 M_*", sum::mzr_moments, sum::mzr, m_star_pivot, oh_pivot},
    {"shmr", "log10 M_* of log10 M_h", sum::shmr_moments, sum::shmr, m_h_pivot, m_star_pivot},
    {"sfms", "log10 SFR of log10 M_*", sum::sfms_moments, no_residual, m_star_pivot, sfr_pivot}};

bool inside(const Wanted& range, double z) {
  return z >= range.z_min && (z < range.z_max || (range.closed && z == range.z_max));
}

Relation relation_of(const Evaluation& e, const Wanted& range, const Meaning& meaning) {
  Relation r;
  r.name = fmt::format("{}_z{:g}_{:g}", range.observable, range.z_min, range.z_max);
  r.description = fmt::format("{}, detectable galaxies at z = {:g} to {:g}", meaning.text, range.z_min, range.z_max);
  r.z_min = range.z_min;
  r.z_max = range.z_max;
  Moments moments;
  double weight = 0, residual = 0, square = 0;
  bool compared = true;  // with an observed relation, over the whole range
  for (const LevelTotals& level : e.levels) {
    if (!inside(range, level.facts.redshift) || !(level.shell_cmpc3 > 0)) continue;
    moments.add(level.moments(meaning.moments), level.shell_cmpc3);
    const bool needs_oxygen = meaning.moments == sum::fmr_moments || meaning.moments == sum::mzr_moments;
    r.galaxies += level.counts[needs_oxygen ? count::with_oxygen : count::detectable];
    if (meaning.residual == no_residual) continue;
    if (!(level.sums[meaning.residual] > 0) && level.sums[meaning.moments] > 0) compared = false;
    weight += level.sums[meaning.residual] * level.shell_cmpc3;
    residual += level.sums[meaning.residual + 1] * level.shell_cmpc3;
    square += level.sums[meaning.residual + 2] * level.shell_cmpc3;
  }
  if (r.galaxies >= 3) r.fit = fit_line(moments, meaning.x_pivot, meaning.y_pivot);
  if (weight > 0 && compared) {
    r.offset = residual / weight;
    r.scatter_about_observed = std::sqrt(square / weight);
  }
  return r;
}

}  // namespace

void add_relations(const Evaluation& e, Results& results) {
  for (const Wanted& range : wanted)
    for (const Meaning& meaning : meanings)
      if (std::string(meaning.observable) == range.observable)
        results.relations.push_back(relation_of(e, range, meaning));

  PlaneSums plane;
  double bin_weight[n_efficiency_bins] = {}, bin_eta[n_efficiency_bins] = {}, total = 0;
  for (const LevelTotals& level : e.levels) {
    const double z = level.facts.redshift;
    if (z < 4 || z > 10) continue;
    plane.add(level.moments(sum::mzr_moments), 1.0 + z, level.shell_cmpc3);
    total += level.sums[sum::detectable] * level.shell_cmpc3;
    for (std::size_t b = 0; b < n_efficiency_bins; ++b) {
      bin_weight[b] += level.sums[sum::efficiency + 2 * b] * level.shell_cmpc3;
      bin_eta[b] += level.sums[sum::efficiency + 2 * b + 1] * level.shell_cmpc3;
    }
  }
  results.metallicity_plane = plane.fit(m_star_pivot, oh_pivot);
  for (std::size_t b = 0; b < n_efficiency_bins; ++b) {
    EfficiencyBin bin;
    bin.log10_m_h_min = efficiency_bin_min + efficiency_bin_width * static_cast<double>(b);
    bin.log10_m_h_max = bin.log10_m_h_min + efficiency_bin_width;
    if (bin_weight[b] > 0) {
      bin.share = bin_weight[b] / total;
      bin.log10_eta = bin_eta[b] / bin_weight[b];
    }
    results.efficiency.push_back(bin);
  }

  const auto& redshift = results.column("z").values;
  const auto& density = results.column("n_detectable_cmpc3").values;
  for (const double z : {10.0, 8.0, 6.0, 4.5}) {
    Abundance a{z, interpolate(redshift, density, z), {}};
    // Trees that end within 0.05 above the wanted redshift answer for it.
    if (!a.per_cmpc3 && !redshift.empty() && z < redshift.back() && redshift.back() - z < 0.05)
      a.per_cmpc3 = density.back();
    if (a.per_cmpc3) a.in_volume = *a.per_cmpc3 * e.count_volume_cmpc3;
    results.abundance.push_back(a);
  }
}

}  // namespace cecropia::observe

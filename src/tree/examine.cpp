#include "cecropia/tree/examine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cecropia/tree/validate.hpp"
#include "examine_parts.hpp"

namespace cecropia::tree {
namespace {

/// Levels at which the mass function is not that of the cosmology.
void judge_mass_function(Examination& report) {
  Finding finding{
      "mass_function",
      Severity::warning,
      0,
      0,
      fmt::format("bins of the mass function that differ from Sheth & Tormen by more than a factor of {:g}",
                  mass_function_factor),
      "check the mass (trees.mass_column, h), the box, sigma_8 and n_s, whether trees were left out, and set"
      " trees.particle_mass_msun if halos of few particles may count",
      {}};
  struct Worst {
    double off;
    Example example;
  };
  std::vector<Worst> all;
  for (const LevelSummary& level : report.levels)
    for (const MassBin& bin : level.mass_function) {
      if (!bin.can_be_judged()) continue;
      ++finding.of;
      if (bin.agrees()) continue;
      ++finding.count;
      const double ratio = bin.per_cmpc3 / bin.expected_per_cmpc3;
      const double off = ratio > 0.0 ? std::max(ratio, 1.0 / ratio) : std::numeric_limits<double>::infinity();
      all.push_back({off, Example{-1, -1, level.z,
                                  fmt::format("log10 M = {:.2f} to {:.2f}: {} halos, {:.4g} expected, ratio {:.3f}",
                                              bin.log10_m_low, bin.log10_m_high, bin.n, bin.expected_n, ratio)}});
    }
  if (finding.count == 0) return;
  std::stable_sort(all.begin(), all.end(), [](const Worst& a, const Worst& b) { return a.off > b.off; });
  for (std::size_t i = 0; i < std::min(all.size(), most_examples); ++i)
    finding.examples.push_back(std::move(all[i].example));
  report.findings.push_back(std::move(finding));
}

/// What depends on numbers and not on single halos.
void judge(Examination& report) {
  for (Finding& f : report.findings) {
    if (f.name == "phantom" && static_cast<double>(f.count) > many_phantoms * static_cast<double>(f.of)) {
      f.severity = Severity::warning;
      f.remedy = "the halo finder loses halos often: more snapshots, or a finder that follows halos in time, help";
    }
    // Small halos come and go at the limit of the finder. What is shown first is heaviest.
    if (f.name == "ends_early" && report.well_resolved_msun > 0.0)
      f.remedy += fmt::format(" (masses are relied on above {:.3g} Msun)", report.well_resolved_msun);
  }
  if (report.halos == 0)
    report.findings.push_back(
        {"no_halos", Severity::error, 1, 0, "no halos at all", "check the path, and that the files are complete", {}});
}

}  // namespace

bool Examination::accepted() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
}

double well_resolved_msun(double particle_msun, double least_msun) {
  return particle_msun > 0.0 ? resolved_particles * particle_msun : resolved_over_least * least_msun;
}

Examination examine(const Catalogue& c, const ForestInfo& info, const cosmology::Cosmology& cosmology,
                    const parallel::Communicator& ranks) {
  check_shape(c);
  Examination report;
  count_all(c, ranks, report);
  report.particle_msun = info.particle_mass_msun;
  report.well_resolved_msun = well_resolved_msun(report.particle_msun, report.least_msun);
  Collector found;
  {
    const HaloFinder finder(c);
    const FoundLinks links = follow(c, finder);
    const SoundLinks sound_links = sound(c, links);
    examine_links(c, links, sound_links, info.box_cmpc, ranks, found);
    // The resolution of EPS trees differs from tree to tree, and their masses are what the program made.
    const double least = info.format == "eps" ? std::numeric_limits<double>::infinity() : report.well_resolved_msun;
    examine_masses(c, sound_links, report.particle_msun, least, found);
  }
  report.findings = found.findings(c.redshift, ranks);
  count_levels(c, info, cosmology, ranks, report);
  judge_mass_function(report);
  judge(report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return report;
}

}  // namespace cecropia::tree

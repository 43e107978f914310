#include "cecropia/observe/results.hpp"

#include <fmt/format.h>

#include "cecropia/core/error.hpp"

namespace cecropia::observe {

std::optional<double> Likelihood::log10_at_sigma(double k) const {
  constexpr double log10_e = 0.43429448190325182765;
  if (!log10_l_max) return std::nullopt;
  return *log10_l_max - 0.5 * log10_e * k * k;
}

std::vector<std::pair<std::string, const Likelihood*>> Likelihoods::list() const {
  std::vector<std::pair<std::string, const Likelihood*>> names{{"all", &all},   {"csfh", &csfh},   {"sfrd", &sfrd},
                                                               {"csmd", &csmd}, {"mzsfr", &mzsfr}, {"fmr", &fmr},
                                                               {"mzr", &mzr},   {"shmr", &shmr}};
  for (const OwnLikelihood& o : own) names.emplace_back(o.name, &o.likelihood);
  return names;
}

const Column& Results::column(const std::string& name) const {
  for (const auto& c : history)
    if (c.name == name) return c;
  throw InternalError(fmt::format("the history has no column '{}'", name));
}

const Relation& Results::relation(const std::string& name) const {
  for (const auto& r : relations)
    if (r.name == name) return r;
  throw InternalError(fmt::format("there is no relation '{}'", name));
}

std::vector<Scalar> scalars(const Results& results) {
  std::vector<Scalar> list;
  for (const auto& r : results.relations) {
    std::optional<double> slope, intercept, scatter;
    if (r.fit) {
      slope = r.fit->line.slope;
      intercept = r.fit->line.intercept;
      scatter = r.fit->scatter;
    }
    list.push_back({r.name + "_slope", "dex/dex", "Slope of " + r.description, slope});
    list.push_back({r.name + "_intercept", "dex", "Intercept of " + r.description, intercept});
    list.push_back({r.name + "_scatter_dex", "dex", "Rms about the fitted line of " + r.description, scatter});
    if (r.name.rfind("sfms", 0) == 0) continue;
    list.push_back({r.name + "_offset_dex", "dex", "Mean of simulated minus observed, " + r.description, r.offset});
  }
  const auto plane = [&](const char* name, const char* unit, double PlaneFit::*member) {
    list.push_back({name, unit, "[O/H] = zero point + a log10 M_* + b (1+z), detectable galaxies at z = 4 to 10",
                    results.metallicity_plane ? std::optional((*results.metallicity_plane).*member) : std::nullopt});
  };
  plane("plane_zero_point", "dex", &PlaneFit::zero_point);
  plane("plane_a", "dex/dex", &PlaneFit::a);
  plane("plane_b", "dex", &PlaneFit::b);
  plane("plane_scatter_dex", "dex", &PlaneFit::scatter);
  for (const auto& bin : results.efficiency)
    if (bin.log10_eta)
      list.push_back(
          {fmt::format("log10_eta_halo_{:.2f}_{:.2f}", bin.log10_m_h_min, bin.log10_m_h_max), "dex",
           fmt::format("Mean log10 of M_*/(f_b M_h), detectable galaxies of log10 M_h = {:.2f} to {:.2f}, z = 4 to 10",
                       bin.log10_m_h_min, bin.log10_m_h_max),
           bin.log10_eta});
  for (const auto& a : results.abundance)
    list.push_back({fmt::format("n_detectable_z{:g}", a.z), "-",
                    fmt::format("Detectable galaxies expected in the volume at z = {:g}", a.z), a.in_volume});
  return list;
}

std::string to_text(const Results& results) {
  std::string text =
      fmt::format("{:<34} {:>8} {:>8} {:>9} {:>9}\n", "likelihood", "log10 L", "points", "1 sigma", "2 sigma");
  const auto number = [](std::optional<double> v) { return v ? fmt::format("{:.2f}", *v) : std::string("-"); };
  const auto line = [&](const std::string& label, const Likelihood& l, const std::string& points) {
    text += fmt::format("{:<34} {:>8} {:>8} {:>9} {:>9}\n", label, number(l.log10_l), points,
                        number(l.log10_at_sigma(1)), number(l.log10_at_sigma(2)));
  };
  const auto row = [&](const std::string& label, const Likelihood& l) {
    line(label, l, fmt::format("{}", l.points_used));
  };
  // What is put together sees some galaxies two or three times and adds redshifts to them: no number to show.
  const auto together = [&](const char* label, const Likelihood& l) { line(label, l, "-"); };
  const auto& l = results.likelihood;
  together("all", l.all);
  together("  cosmic star-formation history", l.csfh);
  row("    star-formation rate density", l.sfrd);
  row("    stellar mass density", l.csmd);
  together("  mass-metallicity-SFR", l.mzsfr);
  row("    fundamental metallicity", l.fmr);
  row("    mass-metallicity", l.mzr);
  row("  stellar-halo mass", l.shmr);
  for (const OwnLikelihood& o : l.own)
    row(o.in_all ? "  " + o.name : fmt::format("{} (reported, not in all)", o.name), o.likelihood);
  std::vector<std::pair<std::string, const Likelihood*>> parts{{"star-formation rate density", &l.sfrd},
                                                               {"stellar mass density", &l.csmd},
                                                               {"fundamental metallicity", &l.fmr},
                                                               {"mass-metallicity", &l.mzr},
                                                               {"stellar-halo mass", &l.shmr}};
  for (const OwnLikelihood& o : l.own) parts.emplace_back(o.name, &o.likelihood);
  for (const auto& [name, part] : parts)
    if (!part->log10_l) text += fmt::format("no likelihood of {}: {}\n", name, part->reason);
  if (results.galaxies_without_oxygen > 0)
    text += fmt::format(
        "{} detectable galaxy records have no oxygen in young stars and are not in the metallicity relations\n",
        results.galaxies_without_oxygen);
  return text;
}

}  // namespace cecropia::observe

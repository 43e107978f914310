#include "cecropia/app/tree_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/version.hpp"

namespace cecropia::app {
namespace {

using Json = nlohmann::ordered_json;
using tree::Finding;
using tree::Severity;

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    default:
      return "note";
  }
}

std::string counted(const Finding& f) {
  if (f.of <= 0) return fmt::format("{}", f.count);
  return fmt::format("{} of {} ({:.2f} %)", f.count, f.of,
                     100.0 * static_cast<double>(f.count) / static_cast<double>(f.of));
}

std::string example_text(const tree::Example& e) {
  if (e.halo_id < 0) return e.z > 0.0 ? fmt::format("z = {:.4f}: {}", e.z, e.what) : e.what;
  return fmt::format("halo {}, z = {:.4f}, forest {}: {}", e.halo_id, e.z, e.forest_id, e.what);
}

std::string finding_text(const Finding& f) {
  std::string text = fmt::format("  {}: {} {}\n", f.name, counted(f), f.what);
  // One note is like the other; faults are looked for one by one.
  const std::size_t shown = std::min<std::size_t>(f.examples.size(), f.severity == Severity::note ? 3 : 10);
  for (std::size_t i = 0; i < shown; ++i) text += "      " + example_text(f.examples[i]) + "\n";
  if (f.count > std::ssize(f.examples) || shown < f.examples.size()) text += "      ...\n";
  if (!f.remedy.empty()) text += "    to do: " + f.remedy + "\n";
  return text;
}

std::string numbers_text(const tree::Inspection& in) {
  const tree::Examination& e = in.examination;
  std::string text = fmt::format("trees        {} ({})\n", in.info.source, in.info.format);
  text += fmt::format("halos        {} in {} forests, {} trees", e.halos, e.forests, e.trees);
  if (!e.levels.empty())
    text +=
        fmt::format(", {} levels from z = {:.4f} to {:.4f}", e.levels.size(), e.levels.front().z, e.levels.back().z);
  text += in.info.box_cmpc > 0.0 ? fmt::format("\nbox          {:.4f} cMpc, volume {:.6g} cMpc^3\n", in.info.box_cmpc,
                                               in.info.volume_cmpc3)
                                 : fmt::format("\nbox          none, volume {:.6g} cMpc^3\n", in.info.volume_cmpc3);
  text += fmt::format("masses       {:.4g} to {:.4g} Msun, median {:.4g}; tests of masses from {:.4g} on\n",
                      e.least_msun, e.greatest_msun, e.median_msun, e.well_resolved_msun);
  text +=
      e.particle_msun > 0.0
          ? fmt::format("resolution   particles of {:.4g} Msun: {:.1f} in the least halo, {:.1f} in the median one\n",
                        e.particle_msun, e.least_msun / e.particle_msun, e.median_msun / e.particle_msun)
          : std::string("resolution   the mass of a particle is not known: set trees.particle_mass_msun\n");
  for (const tree::SizeClass& s : e.sizes)
    text += fmt::format("{}{} of {} to {} halos: {} halos\n", &s == e.sizes.data() ? "forests      " : "             ",
                        s.forests, s.at_least, s.below - 1, s.halos);
  if (e.largest_forest_halos > 0)
    text += fmt::format("             largest: forest {} with {} halos\n", e.largest_forest, e.largest_forest_halos);
  return text;
}

/// Some levels, some bins: enough to see where the two part.
std::string mass_function_text(const tree::Examination& e) {
  constexpr std::size_t most_rows = 8;
  if (e.levels.empty() || e.levels.front().mass_function.empty()) return "";
  std::string text =
      "\nmass function of centrals, number / that of Sheth & Tormen (fewer than 20 of both: in brackets)\n"
      "        z  log10 M >";
  for (const tree::MassBin& bin : e.levels.front().mass_function) text += fmt::format(" {:15.2f}", bin.log10_m_low);
  const std::size_t n = e.levels.size(), rows = std::min(n, most_rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const tree::LevelSummary& level = e.levels[rows == 1 ? 0 : i * (n - 1) / (rows - 1)];
    text += fmt::format("\n{:9.4f}           ", level.z);
    for (const tree::MassBin& bin : level.mass_function) {
      std::string cell = fmt::format("{}/{:.1f}", bin.n, bin.expected_n);
      if (!bin.can_be_judged()) cell = fmt::format("({})", cell);
      text += fmt::format(" {:>15}", cell);
    }
  }
  return text + "\n";
}

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json finding_json(const Finding& f) {
  Json j{{"class", f.name}, {"severity", name_of(f.severity)}, {"count", f.count}};
  if (f.of > 0) j["of"] = f.of;
  j["what"] = f.what;
  j["to_do"] = f.remedy;
  j["examples"] = Json::array();
  for (const tree::Example& e : f.examples) {
    Json example = Json::object();
    if (e.halo_id >= 0) {
      example["halo"] = e.halo_id;
      example["forest"] = e.forest_id;
    }
    if (e.halo_id >= 0 || e.z > 0.0) example["z"] = number(e.z);
    example["what"] = e.what;
    j["examples"].push_back(std::move(example));
  }
  return j;
}

Json findings_json(const std::vector<Finding>& all) {
  Json j = Json::array();
  for (const Finding& f : all) j.push_back(finding_json(f));
  return j;
}

Json level_json(const tree::LevelSummary& level) {
  Json j{{"z", level.z},
         {"age_myr", level.age_myr},
         {"halos", level.halos},
         {"satellites", level.satellites},
         {"phantoms", level.phantoms},
         {"without_descendant", level.ends},
         {"mass_function", Json::array()}};
  for (const tree::MassBin& bin : level.mass_function)
    j["mass_function"].push_back({{"log10_m_low", bin.log10_m_low},
                                  {"log10_m_high", bin.log10_m_high},
                                  {"n", bin.n},
                                  {"expected_n", number(bin.expected_n)},
                                  {"per_cmpc3", number(bin.per_cmpc3)},
                                  {"expected_per_cmpc3", number(bin.expected_per_cmpc3)}});
  return j;
}

}  // namespace

std::string report_text(const tree::Inspection& in) {
  const tree::Examination& e = in.examination;
  std::string text = numbers_text(in) + mass_function_text(e);
  if (!in.repairs.empty()) text += "\nrepaired before this examination\n";
  for (const Finding& f : in.repairs) text += finding_text(f);
  int n[3] = {0, 0, 0};
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    for (const Finding& f : e.findings) {
      if (f.severity != severity) continue;
      if (n[static_cast<int>(severity)]++ == 0)
        text += severity == Severity::error     ? "\nerrors: a run refuses these trees\n"
                : severity == Severity::warning ? "\nwarnings: a run goes on, results may suffer\n"
                                                : "\nnotes\n";
      text += finding_text(f);
    }
  const auto classes = [](int count, const char* what) {
    return fmt::format("{} class{} of {}", count, count == 1 ? "" : "es", what);
  };
  return text + (e.accepted() ? fmt::format("\n{}: right ({} halos in {} forests), {}\n", in.info.source, e.halos,
                                            e.forests, classes(n[1], "warnings"))
                              : fmt::format("\n{}: refused, {}, {}\n", in.info.source, classes(n[2], "errors"),
                                            classes(n[1], "warnings")));
}

Json report_json(const tree::Inspection& in) {
  const tree::Examination& e = in.examination;
  Json j{{"schema", 1},
         {"program", fmt::format("cecropia {}", version())},
         {"source", in.info.source},
         {"format", in.info.format},
         {"accepted", e.accepted()},
         {"halos", e.halos},
         {"forests", e.forests},
         {"trees", e.trees},
         {"box_cmpc", in.info.box_cmpc},
         {"volume_cmpc3", in.info.volume_cmpc3},
         {"least_mass_msun", e.least_msun},
         {"median_mass_msun", e.median_msun},
         {"greatest_mass_msun", e.greatest_msun},
         {"particle_mass_msun", e.particle_msun > 0.0 ? Json(e.particle_msun) : Json(nullptr)},
         {"well_resolved_msun", e.well_resolved_msun},
         {"largest_forest", {{"id", e.largest_forest}, {"halos", e.largest_forest_halos}}}};
  j["forests_by_size"] = Json::array();
  for (const tree::SizeClass& s : e.sizes)
    j["forests_by_size"].push_back(
        {{"at_least", s.at_least}, {"below", s.below}, {"forests", s.forests}, {"halos", s.halos}});
  j["repairs"] = findings_json(in.repairs);
  j["findings"] = findings_json(e.findings);
  j["levels"] = Json::array();
  for (const tree::LevelSummary& level : e.levels) j["levels"].push_back(level_json(level));
  return j;
}

}  // namespace cecropia::app

#pragma once
/// \file  What a finished scan leaves: DIR/scan.h5, every point in columns, and DIR/best.json, the points that agree
/// best with observations. Both depend on the points alone, not on who computed them when.
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/scan/design.hpp"
#include "cecropia/scan/ledger.hpp"
#include "cecropia/scan/run_point.hpp"

namespace cecropia::scan {

/// Names, units and meanings of the numbers of a point: { "history": [ { name, unit, description } ], "relations": ...
/// }.
nlohmann::ordered_json columns_json(const observe::Results& results);

/// Adds to `known` (null at first) what it does not know; whether there was anything.
bool add_columns(nlohmann::ordered_json& known, const nlohmann::ordered_json& more);

/// Histories that a scan keeps of every point; whoever wants more keeps the point (`keep` in the scan file).
const std::vector<std::string>& histories_of_scans();

/// The content of a ledger line of a prepared point: point, key, values, results (results_json), the likelihoods that
/// its observations and galaxies would have without residuals, which observed densities counted, budget, and cost.
nlohmann::ordered_json entry_json(const Point& point, const PointReport& report, double wall_s, double cpu_s);

/// A finished point of the design.
struct Finished {
  const Point* point;
  const nlohmann::ordered_json* content;  ///< of its ledger line
};

/// Points in the order of the design, at least one, each finished (a scan with points that failed has no result);
/// `header` is what was scanned, with what the columns mean. InputError if the place for the files cannot take them.
/// Both files are replaced at once or not at all.
void write_results(const std::filesystem::path& folder, const std::vector<Finished>& points, const Header& header);

/// What the points are ranked by: log10 L of the cosmic star-formation history, of the mass-metallicity-SFR relation,
/// the mean of both, and of all observables (Liu et al. 2025, section 4). Nothing where a part has no value.
struct Constraint {
  const char *name, *meaning;
  std::vector<const char*> parts;  ///< names in `likelihood`; the mean of their log10 L
};
const std::vector<Constraint>& constraints();
std::optional<double> log10_likelihood(const nlohmann::ordered_json& content, const Constraint& constraint);

/// The best point of each constraint; the first of the design among equals. null where no point has a likelihood.
nlohmann::ordered_json best_json(const std::vector<Finished>& points);

/// A table of it for people.
std::string best_text(const nlohmann::ordered_json& best);

}  // namespace cecropia::scan

#include "cecropia/scan/scan_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/scan/run_json.hpp"
#include "cecropia/scan/settings.hpp"

namespace cecropia::scan {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN: null is a number that could not be derived.
double number(const Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> column(const std::vector<Finished>& points, const char* group, const std::string& name) {
  std::vector<double> values;
  for (const Finished& p : points) values.push_back(number(p.content->at(group).value(name, Json())));
  return values;
}

/// Names that some point has in a group, in the order of their first appearance: that of the design, not that in which
/// points were finished.
std::vector<std::string> names_of(const std::vector<Finished>& points, const char* group) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const Finished& p : points)
    for (const auto& [name, value] : p.content->at(group).items())
      if (seen.insert(name).second) names.push_back(name);
  return names;
}

const Json& about(const Json& columns, const std::string& name) {
  for (const Json& c : columns)
    if (c.at("name") == name) return c;
  throw InputError({fmt::format("nothing says what the column '{}' means", name), "scan.json",
                    "a column of every number", "start the scan anew in another folder"});
}

/// The value of a parameter at every point; where a point does not set it, that of the base.
std::vector<Json> values_of(const std::vector<Finished>& points, const std::string& name, const Json& base) {
  const std::size_t dot = name.find('.');
  const Json& otherwise = base.at(name.substr(0, dot)).at(name.substr(dot + 1));
  std::vector<Json> values;
  for (const Finished& p : points) {
    const Json& own = p.content->at("values");
    values.push_back(own.contains(name) ? own.at(name) : otherwise);
  }
  return values;
}

/// The row of a parameter: its unit and its meaning.
config::Entry row_of(const std::vector<config::Section>& sections, const std::string& name) {
  const std::size_t dot = name.find('.');
  for (const config::Section& section : sections)
    for (const config::Entry& entry : section.entries)
      if (section.name == name.substr(0, dot) && entry.key == name.substr(dot + 1)) return entry;
  throw InternalError(fmt::format("a point sets '{}', which is no parameter", name));
}

void write_values(io::SerialFile& file, const std::vector<Finished>& points, const Json& base) {
  Settings settings;
  const config::Document parameters = document(settings);
  for (const std::string& name : names_of(points, "values")) {
    const std::vector<Json> values = values_of(points, name, base);
    const std::string dataset = "/points/parameters/" + name;
    const config::Entry row = row_of(parameters.sections(), name);
    if (std::all_of(values.begin(), values.end(), [](const Json& v) { return v.is_number(); })) {
      std::vector<double> numbers;
      for (const Json& v : values) numbers.push_back(v.get<double>());
      file.write(dataset, numbers, row.unit, row.meaning);
    } else {
      std::vector<std::string> texts;
      for (const Json& v : values) texts.push_back(v.is_string() ? v.get<std::string>() : v.dump());
      file.write_strings(dataset, texts, row.meaning);
    }
  }
}

/// Points may be compared with tables of different lengths: what a table does not have was not used.
void write_sfrd_used(io::SerialFile& file, const std::vector<Finished>& points) {
  std::size_t n = 0;
  for (const Finished& p : points) n = std::max(n, p.content->at("sfrd_used").size());
  std::vector<std::int64_t> all;
  for (const Finished& p : points) {
    const Json& used = p.content->at("sfrd_used");
    for (std::size_t i = 0; i < n; ++i) all.push_back(i < used.size() && used[i].get<bool>() ? 1 : 0);
  }
  file.write<std::int64_t>("/points/sfrd_used", std::span<const std::int64_t>(all), {points.size(), n}, "-",
                           "1 where an observed star-formation rate density counted. One row per point, one column "
                           "per line of the table of observations.");
}

void write_scan_file(io::SerialFile& file, const std::vector<Finished>& points, const Header& header) {
  const Json& columns = header.columns;
  std::vector<std::int64_t> ids;
  std::vector<std::string> keys;
  for (const Finished& p : points) {
    ids.push_back(p.point->id);
    keys.push_back(p.content->at("key").get<std::string>());
  }
  file.write_attribute("/", "format", "cecropia scan");
  file.write_attribute("/", "schema", std::int64_t{1});
  file.write("/points/id", ids, "-", "Place in the design, from 0.");
  file.write_strings("/points/key", keys, "Hash of the resolved parameters.");
  write_values(file, points, header.base);
  for (const std::string& name : names_of(points, "likelihood_max")) {
    file.write("/points/likelihood/" + name, column(points, "likelihood", name), "-",
               "log10 of the likelihood (docs/theory/observables.md); NaN without a qualifying point.");
    file.write("/points/likelihood_max/" + name, column(points, "likelihood_max", name), "-",
               "The same if every residual were zero (OBS-17); NaN without a qualifying point.");
  }
  for (const std::string& name : names_of(points, "points_used")) {
    std::vector<std::int64_t> used;
    for (const Finished& p : points) used.push_back(p.content->at("points_used").value(name, std::int64_t{0}));
    file.write(fmt::format("/points/points_used/{}", name), used, "-", "Observed points or galaxies that counted.");
  }
  write_sfrd_used(file, points);
  std::vector<double> tau;
  for (const Finished& p : points) tau.push_back(number(p.content->at("tau_e")));
  file.write("/points/tau_e", tau, "-", "Thomson optical depth; NaN if nothing is ionised.");
  for (const std::string& name : names_of(points, "relations")) {
    const Json& c = about(columns.at("relations"), name);
    file.write("/points/relations/" + name, column(points, "relations", name), c.at("unit").get<std::string>(),
               c.at("description").get<std::string>());
  }
  std::size_t n_levels = 0;
  for (const Json& c : columns.at("history")) {
    const std::string name = c.at("name").get<std::string>();
    std::vector<double> all;
    for (const Finished& p : points) {
      const Json& levels = p.content->at("history").at(name);
      if (n_levels == 0) n_levels = levels.size();
      if (levels.size() != n_levels)
        throw InputError({fmt::format("point {} has {} levels, others have {}", p.point->id, levels.size(), n_levels),
                          "scan.jsonl", "points of one forest", "start the scan anew in another folder"});
      for (const Json& value : levels) all.push_back(number(value));
    }
    file.write<double>("/history/" + name, std::span<const double>(all), {points.size(), n_levels},
                       c.at("unit").get<std::string>(),
                       c.at("description").get<std::string>() + ". One row per point, one column per level.");
  }
  file.write_text("/provenance/base", header.base.dump(1), "Resolved parameters that all points share, JSON.");
  file.write_attribute("/provenance", "program", header.program);
  file.write_attribute("/provenance", "forest_hash", header.forest_hash);
  file.write_attribute("/provenance", "data_hash", header.data_hash);
}

}  // namespace

const std::vector<std::string>& histories_of_scans() {
  static const std::vector<std::string> names{"z",
                                              "sfrd_msun_yr_cmpc3",
                                              "sfrd_detectable_msun_yr_cmpc3",
                                              "sfrd_iii_msun_yr_cmpc3",
                                              "csmd_msun_cmpc3",
                                              "csmd_detectable_msun_cmpc3",
                                              "q_hii",
                                              "q_metal",
                                              "ccsn_rate_yr_cmpc3",
                                              "pisn_rate_yr_cmpc3",
                                              "uv_luminosity_density_erg_s_hz_cmpc3"};
  return names;
}

bool add_columns(Json& known, const Json& more) {
  if (more.is_null()) return false;
  bool is_new = known.is_null();
  if (is_new) known = Json::object();
  for (const auto& [group, columns] : more.items()) {
    Json& mine = known[group];
    if (mine.is_null()) mine = Json::array();
    for (const Json& c : columns) {
      const auto same = [&c](const Json& k) { return k.at("name") == c.at("name"); };
      if (std::any_of(mine.begin(), mine.end(), same)) continue;
      mine.push_back(c);
      is_new = true;
    }
  }
  return is_new;
}

Json columns_json(const observe::Results& results) {
  Json j{{"history", Json::array()}, {"relations", Json::array()}};
  for (const std::string& name : histories_of_scans()) {
    const observe::Column& c = results.column(name);
    j["history"].push_back({{"name", c.name}, {"unit", c.unit}, {"description", c.description}});
  }
  for (const observe::Scalar& s : observe::scalars(results))
    j["relations"].push_back({{"name", s.name}, {"unit", s.unit}, {"description", s.description}});
  return j;
}

Json entry_json(const Point& point, const PointReport& report, double wall_s, double cpu_s) {
  const observe::Results& results = report.results;
  std::vector<const observe::Column*> history;
  for (const std::string& name : histories_of_scans()) history.push_back(&results.column(name));
  Json j{{"point", point.id}, {"key", point.key}, {"values", point.values}};
  j.update(results_json(results, history));
  for (const auto& [name, l] : results.likelihood.list())
    j["likelihood_max"]["log10_" + name] = l->log10_l_max ? Json(*l->log10_l_max) : Json(nullptr);
  j["sfrd_used"] = Json::array();
  for (const observe::DensityPoint& p : results.sfrd_points) j["sfrd_used"].push_back(p.used);
  const model::Budget& budget = report.walk.budget;
  j["budget"] = {{"mass_relative_error", budget.mass_relative_error},
                 {"metal_relative_error", budget.metal_relative_error},
                 {"stars_missing", budget.stars.missing()}};
  j["cost"] = {{"wall_s", wall_s},
               {"cpu_s", cpu_s},
               {"halo_levels", report.walk.halo_levels},
               {"sub_steps", report.walk.sub_steps}};
  return j;
}

const std::vector<Constraint>& constraints() {
  static const std::vector<Constraint> all{
      {"csfh", "cosmic star-formation history: SFRD and CSMD", {"csfh"}},
      {"mzsfr", "mass-metallicity-SFR relation: FMR and MZR", {"mzsfr"}},
      {"csfh_mzsfr", "both of them", {"csfh", "mzsfr"}},
      {"all", "all observables: both, and the stellar-halo mass relation", {"all"}}};
  return all;
}

std::optional<double> log10_likelihood(const Json& content, const Constraint& constraint) {
  double sum = 0;
  for (const char* part : constraint.parts) {
    const Json& value = content.at("likelihood").at(fmt::format("log10_{}", part));
    if (!value.is_number()) return std::nullopt;
    sum += value.get<double>();
  }
  return sum / static_cast<double>(constraint.parts.size());
}

Json best_json(const std::vector<Finished>& points) {
  Json best{{"schema", 1}, {"points", points.size()}};
  for (const Constraint& constraint : constraints()) {
    const Finished* top = nullptr;
    std::optional<double> highest;
    std::size_t without = 0;
    for (const Finished& p : points) {
      const auto l = log10_likelihood(*p.content, constraint);
      without += l ? 0 : 1;
      if (l && (!highest || *l > *highest)) {
        highest = l;
        top = &p;
      }
    }
    Json& j = best["best"][constraint.name] = {{"meaning", constraint.meaning}, {"without_likelihood", without}};
    j["log10_likelihood"] = highest ? Json(*highest) : Json(nullptr);
    j["point"] = top ? Json(top->point->id) : Json(nullptr);
    if (top == nullptr) {
      j["reason"] = "no point has this likelihood";
      continue;
    }
    j["values"] = top->content->at("values");
    j["likelihood"] = top->content->at("likelihood");
    j["relations"] = top->content->at("relations");
  }
  return best;
}

std::string best_text(const Json& best) {
  std::string text = fmt::format("{:<12} {:>9} {:>6}  values\n", "best of", "log10 L", "point");
  for (const auto& [name, b] : best.at("best").items()) {
    const Json& l = b.at("log10_likelihood");
    text += l.is_null() ? fmt::format("{:<12} {:>9} {:>6}  {}\n", name, "-", "-", b.at("reason").get<std::string>())
                        : fmt::format("{:<12} {:9.3f} {:6}  {}\n", name, l.get<double>(),
                                      b.at("point").get<std::int64_t>(), b.at("values").dump());
  }
  return text;
}

void write_results(const std::filesystem::path& folder, const std::vector<Finished>& points, const Header& header) {
  if (points.empty()) throw InternalError("a scan without points has no columns");
  io::AtomicTarget best(folder / "best.json");
  best.write(best_json(points).dump(1) + "\n");
  auto file = io::SerialFile::create(folder / "scan.h5");
  write_scan_file(file, points, header);
  file.commit();
  best.commit();
}

}  // namespace cecropia::scan

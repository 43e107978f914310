#include "cecropia/app/run_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cecropia/core/version.hpp"

namespace cecropia::app {
namespace {
using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json trees(const tree::Forest& forest) {
  const tree::ForestInfo& info = forest.info;
  Json json{{"source", info.source},
            {"format", info.format},
            {"forests", info.n_forests},
            {"trees", info.n_trees},
            {"halos", info.n_halos},
            {"levels", forest.n_levels()},
            {"z_max", forest.redshift.front()},
            {"z_min", forest.redshift.back()},
            {"volume_cmpc3", info.volume_cmpc3},
            {"m_resolution_msun", info.m_resolution_msun},
            {"content_hash", fmt::format("{:016x}", info.content_hash)}};
  if (!info.warnings.empty()) json["warnings"] = info.warnings;
  return json;
}

void add_likelihoods(Json& json, const observe::Results& results) {
  Json values = Json::object(), reasons = Json::object(), points = Json::object();
  for (const auto& [name, likelihood] : results.likelihood.list()) {
    values["log10_" + name] = or_null(likelihood->log10_l);
    if (!likelihood->log10_l) reasons["log10_" + name] = likelihood->reason;
  }
  for (const char* name : {"sfrd", "csmd", "fmr", "mzr", "shmr"})
    for (const auto& [known, likelihood] : results.likelihood.list())
      if (known == name) points[name] = likelihood->points_used;
  json["likelihood"] = std::move(values);
  json["likelihood_reasons"] = std::move(reasons);
  json["points_used"] = std::move(points);
  json["tau_e"] = results.tau_e;
}

Json density_points(const std::vector<observe::DensityPoint>& points) {
  Json list = Json::array();
  for (const observe::DensityPoint& p : points) {
    list.push_back({{"z", p.z},
                    {"log10_observed", p.observed},
                    {"sigma_dex", p.sigma},
                    {"log10_simulated", or_null(p.simulated)},
                    {"expected_galaxies", p.expected_galaxies},
                    {"used", p.used},
                    {"reference", p.reference}});
    if (!p.used) list.back()["reason"] = p.reason;
  }
  return list;
}

Json history(const observe::Results& results) {
  Json json = Json::object();
  for (const observe::Column& column : results.history) json[column.name] = column.values;
  return json;
}

Json relations(const observe::Results& results) {
  Json json = Json::object();
  for (const observe::Scalar& scalar : observe::scalars(results))
    json[scalar.name] = {{"value", or_null(scalar.value)}, {"unit", scalar.unit}, {"description", scalar.description}};
  return json;
}

Json budget(const model::Budget& budget) {
  return {{"mass_relative_error", budget.mass_relative_error},
          {"metal_relative_error", budget.metal_relative_error},
          {"accreted_msun", budget.accreted_msun},
          {"returned_msun", budget.returned_msun},
          {"content_msun", budget.content_msun},
          {"igm_metals_msun", budget.igm_metals_msun},
          {"made_metals_msun", budget.made_metals_msun},
          {"metals_content_msun", budget.metals_content_msun},
          {"drawn_over_locked_metals", budget.drawn_over_locked_metals}};
}

Json timing(const model::WalkResult& walk, const RunCost& cost) {
  const double core_s = cost.walk_s * cost.ranks;
  const auto rate = [&](std::int64_t n) { return core_s > 0 ? Json(static_cast<double>(n) / core_s) : Json(); };
  return {{"wall_s", cost.wall_s},
          {"walk_s", cost.walk_s},
          {"cpu_s", cost.cpu_s},
          {"halo_levels", walk.halo_levels},
          {"galaxy_levels", walk.galaxy_levels},
          {"sub_steps", walk.sub_steps},
          {"halo_levels_per_core_s", rate(walk.halo_levels)},
          {"sub_steps_per_core_s", rate(walk.sub_steps)},
          {"peak_rss_mib", cost.peak_rss_mib},
          {"peak_pss_mib", cost.peak_pss_mib},
          {"ranks", cost.ranks}};
}

}  // namespace

Json run_report(const Json& parameters, const tree::Forest& forest, const scan::PointReport& report,
                const RunCost& cost) {
  Json json;
  json["schema"] = 1;
  json["program"] = {{"version", version()}, {"git", git_revision()}};
  json["parameters"] = parameters;
  json["trees"] = trees(forest);
  add_likelihoods(json, report.results);
  json["sfrd_points"] = density_points(report.results.sfrd_points);
  json["csmd_points"] = density_points(report.results.csmd_points);
  json["history"] = history(report.results);
  json["relations"] = relations(report.results);
  json["galaxies_without_oxygen"] = report.results.galaxies_without_oxygen;
  json["budget"] = budget(report.walk.budget);
  json["timing"] = timing(report.walk, cost);
  return json;
}

}  // namespace cecropia::app

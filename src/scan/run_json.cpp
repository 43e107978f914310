#include "cecropia/scan/run_json.hpp"

#include <cmath>

#include "cecropia/core/version.hpp"

namespace cecropia::scan {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN and no infinity.
Json number(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }
Json number(const std::optional<double>& x) { return x ? number(*x) : Json(nullptr); }

Json list(const std::vector<double>& values) {
  Json j = Json::array();
  for (double v : values) j.push_back(number(v));
  return j;
}

Json trees(const tree::Forest& forest) {
  const tree::ForestInfo& i = forest.info;
  return {{"source", i.source},
          {"format", i.format},
          {"forests", i.n_forests},
          {"trees", i.n_trees},
          {"halos", i.n_halos},
          {"levels", forest.n_levels()},
          {"z_max", forest.redshift.front()},
          {"z_min", forest.redshift.back()},
          {"volume_cmpc3", i.volume_cmpc3},
          {"box_cmpc", i.box_cmpc}};
}

Json points(const std::vector<observe::DensityPoint>& all, bool in_log10 = true) {
  Json j = Json::array();
  for (const auto& p : all) {
    Json row{{"z", p.z}};
    if (p.bin) row.update({{"m_uv_ab", p.bin->m_uv_ab}, {"width_mag", p.bin->width_mag}});
    row.update({{in_log10 ? "log10_observed" : "observed", p.observed},
                {in_log10 ? "sigma_dex" : "sigma", p.sigma},
                {in_log10 ? "log10_simulated" : "simulated", number(p.simulated)},
                {"expected_galaxies", number(p.expected_galaxies)},
                {"used", p.used},
                {"reference", p.reference}});
    if (!p.used) row["reason"] = p.reason;
    j.push_back(std::move(row));
  }
  return j;
}

Json stars(const model::StarCount& n) {
  return {{"born", n.born},
          {"alive", n.alive},
          {"wd", n.died.wd},
          {"ccsn", n.died.ccsn},
          {"ppisn", n.died.ppisn},
          {"pisn", n.died.pisn},
          {"pisn_iii", n.died.pisn_iii},
          {"fsn", n.died.fsn},
          {"dbh", n.died.dbh},
          {"missing", n.missing()}};
}

/// The likelihoods, and why one is not there.
Json likelihoods(const observe::Likelihoods& all) {
  Json j, reasons = Json::object();
  for (const auto& [name, l] : all.list()) {
    j["log10_" + name] = number(l->log10_l);
    if (!l->log10_l) reasons["log10_" + name] = l->reason;
  }
  if (!reasons.empty()) j["reason"] = reasons;
  return j;
}

}  // namespace

Json results_json(const observe::Results& r, std::span<const observe::Column* const> history) {
  Json j;
  j["likelihood"] = likelihoods(r.likelihood);
  j["history"] = Json::object();
  for (const observe::Column* column : history) j["history"][column->name] = list(column->values);
  const observe::Likelihoods& l = r.likelihood;
  j["points_used"] = {{"sfrd", l.sfrd.points_used},
                      {"csmd", l.csmd.points_used},
                      {"fmr", l.fmr.points_used},
                      {"mzr", l.mzr.points_used},
                      {"shmr", l.shmr.points_used}};
  for (const observe::OwnLikelihood& o : l.own) j["points_used"][o.name] = o.likelihood.points_used;
  j["tau_e"] = number(r.tau_e);
  if (!r.tau_e) j["tau_e_reason"] = r.tau_e_reason;
  if (r.tau_e) j["tau_e_is_lower_limit"] = r.tau_e_is_lower_limit;
  if (r.tau_e_is_lower_limit) j["tau_e_remark"] = r.tau_e_remark;
  j["relations"] = Json::object();
  for (const observe::Scalar& s : observe::scalars(r)) j["relations"][s.name] = number(s.value);
  return j;
}

Json run_json(const Json& parameters, const tree::Forest& forest, const PointReport& report, const RunFacts& facts) {
  const observe::Results& r = report.results;
  const model::WalkResult& w = report.walk;
  std::vector<const observe::Column*> history;
  for (const observe::Column& column : r.history) history.push_back(&column);
  Json j;
  j["schema"] = 1;
  j["program"] = {{"version", version()}, {"git", git_revision()}};
  j["parameters"] = parameters;
  j["trees"] = trees(forest);
  j.update(results_json(r, history));
  for (const observe::Column& column : r.history) j["units"]["history"][column.name] = column.unit;
  for (const observe::Scalar& s : observe::scalars(r)) j["units"]["relations"][s.name] = s.unit;
  j["comparison"] = {{"sfrd", points(r.sfrd_points)}, {"csmd", points(r.csmd_points)}};
  for (const observe::OwnComparison& own : r.own) {
    j["comparison"][own.name] = points(own.points, own.in_log10);
    j["terms"][own.name] = {
        {"file", own.file}, {"quantity", own.quantity}, {"unit", own.unit}, {"log10", own.in_log10}, {"use", own.use}};
  }
  j["budget"] = {{"mass_relative_error", w.budget.mass_relative_error},
                 {"metal_relative_error", w.budget.metal_relative_error},
                 {"accreted_msun", w.budget.accreted_msun},
                 {"returned_msun", w.budget.returned_msun},
                 {"igm_metals_msun", w.budget.igm_metals_msun},
                 {"made_metals_msun", w.budget.made_metals_msun},
                 {"drawn_over_locked_metals", number(w.budget.drawn_over_locked_metals)},
                 {"stars", stars(w.budget.stars)}};
  j["inflow"] = {{"halo_levels_richer_than_the_sun", w.overenriched},
                 {"halo_levels_limited_to_half_metals", w.limited}};
  j["timing"] = {{"wall_s", facts.wall_s},
                 {"cpu_s", facts.cpu_s},
                 {"walk_cpu_s", facts.walk_cpu_s},
                 {"halo_levels", w.halo_levels},
                 {"galaxy_levels", w.galaxy_levels},
                 {"sub_steps", w.sub_steps},
                 {"halo_levels_per_core_s", facts.per_core_s(w.halo_levels)},
                 {"sub_steps_per_core_s", facts.per_core_s(w.sub_steps)},
                 {"peak_rss_mib", facts.peak_rss_mib},
                 {"peak_pss_mib", facts.peak_pss_mib},
                 {"peak_galaxies_per_rank", w.peak_galaxies},
                 {"peak_clocks_per_rank", w.peak_clocks},
                 {"ranks", facts.ranks}};
  j["phases"] = Json::array();
  for (const parallel::PhaseTime& p : facts.phases)
    j["phases"].push_back(
        {{"name", p.name}, {"calls", p.calls}, {"min_s", p.min_s}, {"mean_s", p.mean_s}, {"max_s", p.max_s}});
  return j;
}

}  // namespace cecropia::scan

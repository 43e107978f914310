#include "cecropia/scan/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/observer.hpp"
#include "cecropia/output/fields.hpp"
#include "cecropia/space/uniform.hpp"
#include "cecropia/stars/range.hpp"
#include "cecropia/stars/type_ia.hpp"
#include "cecropia/tree/repair.hpp"

namespace cecropia::scan {

namespace {
constexpr double largest_seed = 9007199254740992.0;  // 2^53: every JSON reader keeps it exactly
}

const std::vector<Parameter<Random>> random_rows{
    integer<&Random::seed>("seed", "-", "Seed of the run; every draw is a function of it, the halo and the sub-step.",
                           "Salmon et al. (2011)", 0, largest_seed),
    integer<&Random::realisation>("realisation", "-", "Number of the realisation under one seed.",
                                  "Salmon et al. (2011)", 0, largest_seed)};

void check_values(const Settings& settings) {
  // Each room knows what it needs; what is made here is thrown away.
  const cosmology::Cosmology cosmos(settings.cosmology);
  if (settings.trees.path == "eps") tree::check(settings.eps);
  tree::repairs_of(settings.trees.repair);
  stars::check_tables(settings.stars);
  stars::check_imfs(settings.stars);
  const space::Uniform uniform(settings.space.surroundings);
  space::check(settings.space);
  for (const double z_igm : settings.space.surroundings.z_igm)
    if (z_igm * settings.physics.feedback.c_zigm > 0.5)
      throw InputError({"gas that falls in would be mostly metals", "parameters surroundings.z_igm and feedback.c_zigm",
                        "a product of at most 0.5", "lower one of the two; the paper has c_zigm = 3.32"});
  const physics::Feedback &feedback = settings.physics.feedback, untouched;
  if (feedback.z_late == 0.0 &&
      (feedback.alpha_out_late != untouched.alpha_out_late || feedback.m_out0_late_msun != untouched.m_out0_late_msun))
    throw InputError({"late outflows were changed, but have no effect while feedback.z_late is 0",
                      "parameters feedback.alpha_out_late and feedback.m_out0_late_msun", "feedback.z_late above 0",
                      "set feedback.z_late to the redshift below which they hold, or leave the two out"});
  const physics::StarFormation& steps = settings.physics.star_formation;
  if (steps.min_step_myr > steps.max_step_myr)
    throw InputError({fmt::format("the shortest sub-step, {:g} Myr, is longer than the longest, {:g} Myr",
                                  steps.min_step_myr, steps.max_step_myr),
                      "parameters star_formation.min_step_myr and star_formation.max_step_myr",
                      "min_step_myr at most max_step_myr", "lower the first or raise the second"});
  const physics::TypeIa& ia = settings.physics.type_ia;
  if (ia.enabled && ia.delay_min_myr < ia.interval_myr)
    throw InputError({fmt::format("Type Ia supernovae could explode after {:g} Myr, within the {:g} Myr of births that "
                                  "are joined",
                                  ia.delay_min_myr, ia.interval_myr),
                      "parameters type_ia.delay_min_myr and type_ia.interval_myr",
                      "delay_min_myr at least interval_myr", "lower interval_myr"});
  const stars::DelayTimes delays(ia.delay_min_myr, ia.delay_max_myr, ia.delay_slope);
  observe::check(settings.observe);
  output::select_fields(settings.output.properties, settings.is_resolved());
}

void check(const Settings& settings) {
  check_values(settings);
  if (settings.stars.table_file.empty()) check(settings, stars::build(settings.stars.builder()));
}

void check_files(const Settings& settings) {
  const auto must_exist = [](const char* key, const std::filesystem::path& place) {
    std::error_code ignored;
    if (place.empty() || std::filesystem::exists(place, ignored)) return;
    throw InputError({"there is no such file", fmt::format("parameter {} = {}", key, place.string()),
                      "a file that can be read", "check the spelling; paths count from where the program is started"});
  };
  must_exist("stars.table_file", settings.stars.table_file);
  if (settings.stars.imf_ii().form == stars::ImfForm::table)
    must_exist("stars.imf2_file", settings.stars.imf_ii().file);
  if (settings.stars.imf_iii().form == stars::ImfForm::table)
    must_exist("stars.imf3_file", settings.stars.imf_iii().file);
  must_exist("disc.yields_file", settings.disc.stars.yields_file);
  must_exist("observe.observations_path", settings.observe.observations_path);
}

void check(const Settings& settings, const stars::Tables& tables) {
  stars::check_range(settings.stars, tables);
  double shortest_myr = std::numeric_limits<double>::infinity();
  for (std::size_t z = 0; z < tables.n_z(); ++z)
    for (std::size_t m = 0; m < tables.n_m(); ++m) shortest_myr = std::min(shortest_myr, tables.at(z, m).lifetime_myr);
  if (settings.model.calendar_myr > shortest_myr)
    throw InputError({fmt::format("the calendar of deaths is coarser than the shortest stellar life, {:.4g} Myr in {}",
                                  shortest_myr, tables.source()),
                      fmt::format("parameter model.calendar_myr = {:g}", settings.model.calendar_myr),
                      fmt::format("at most {:.4g} Myr", shortest_myr), "lower model.calendar_myr"});
}

config::Document document(Settings& settings) {
  std::vector<config::Section> sections;
  settings.for_each_section([&](const char* name, const char* meaning, auto& block, const auto& rows) {
    config::Section section = config::section(name, meaning, block, rows);
    if (!sections.empty() && sections.back().name == section.name)
      std::move(section.entries.begin(), section.entries.end(), std::back_inserter(sections.back().entries));
    else
      sections.push_back(std::move(section));
    if (sections.back().name == "model") sections.back().short_for = "galaxies";
  });
  return config::Document(std::move(sections));
}

}  // namespace cecropia::scan

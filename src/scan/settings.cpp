#include "cecropia/scan/settings.hpp"

#include "cecropia/core/error.hpp"
#include "cecropia/output/fields.hpp"

namespace cecropia::scan {

namespace {
constexpr double largest_seed = 9007199254740992.0;  // 2^53: every JSON reader keeps it exactly
}

const std::vector<Parameter<Random>> random_rows{
    integer<&Random::seed>("seed", "-", "Seed of the run; every draw is a function of it, the halo and the sub-step.",
                           "Salmon et al. (2011)", 0, largest_seed),
    integer<&Random::realisation>("realisation", "-", "Number of the realisation under one seed.",
                                  "Salmon et al. (2011)", 0, largest_seed)};

void check(const Settings& settings) {
  // Each room knows what it needs; what is made here is thrown away.
  const cosmology::Cosmology cosmos(settings.cosmology);
  if (settings.trees.path == "eps") tree::check(settings.eps);
  if (settings.stars.table_file.empty()) stars::build(settings.stars.builder());
  settings.stars.imf_ii();
  settings.stars.imf_iii();
  const space::Uniform surroundings(settings.surroundings);
  for (const double z_igm : settings.surroundings.z_igm)
    if (z_igm * settings.physics.feedback.c_zigm > 0.5)
      throw InputError({"gas that falls in would be mostly metals", "parameters surroundings.z_igm and feedback.c_zigm",
                        "a product of at most 0.5", "lower one of the two; the paper has c_zigm = 3.32"});
  output::select_fields(settings.output.properties);
}

config::Document document(Settings& settings) {
  std::vector<config::Section> sections;
  settings.for_each_section([&](const char* name, const char* meaning, auto& block, const auto& rows) {
    sections.push_back(config::section(name, meaning, block, rows));
  });
  return config::Document(std::move(sections));
}

}  // namespace cecropia::scan

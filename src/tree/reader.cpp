#include "cecropia/tree/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/text_file.hpp"
#include "words.hpp"

namespace cecropia::tree {
void append(Catalogue& to, const HaloRow& halo, std::uint32_t forest, bool with_position) {
  to.id.push_back(halo.id);
  to.descendant_id.push_back(halo.descendant_id);
  to.host_id.push_back(halo.host_id);
  to.level.push_back(halo.level);
  to.m_vir_msun.push_back(halo.m_vir_msun);
  if (with_position) to.position_cmpc.push_back(halo.position_cmpc);
  to.flags.push_back(halo.flags);
  to.forest.push_back(forest);
}

Catalogue read_forests(const Reader& reader, std::size_t first, std::size_t last, double volume_cmpc3) {
  Catalogue c;
  c.redshift = redshifts_of(reader.facts());
  for (std::size_t f = first; f < last; ++f) {
    const ForestSize& forest = reader.forests()[f];
    c.forest_id.push_back(forest.id);
    c.weight_per_cmpc3.push_back(forest.weight_per_cmpc3.value_or(1.0 / volume_cmpc3));
  }
  reader.read(first, last, c);
  return c;
}

std::vector<double> redshifts_of(const SetFacts& facts) {
  return facts.redshift.empty() ? redshifts_of(facts.scale) : facts.redshift;
}

std::vector<double> redshifts_of(const std::vector<double>& scale) {
  std::vector<double> z;
  z.reserve(scale.size());
  for (const double a : scale) z.push_back(1.0 / a - 1.0);
  return z;
}

std::vector<double> read_scale_factors(const std::string& path) {
  const MappedFile file(path);
  std::string_view text = file.bytes();
  std::vector<double> scale;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = trim(next_line(text));
    if (line.empty() || line.front() == '#') continue;
    const auto refuse = [&](const std::string& what) {
      throw InputError({what, fmt::format("{}, line {}", path, number),
                        "one scale factor per line, rising, above 0 and not above 1.1",
                        "give the list of the simulation's snapshots, the earliest first"});
    };
    double a = 0.0;
    if (!parse_number(line, a)) refuse(fmt::format("{} is not a scale factor", quote(line)));
    if (!is_scale_factor(a)) refuse(fmt::format("{} is not a scale factor", a));
    if (!scale.empty() && !(a > scale.back()))
      refuse(fmt::format("the scale factor {} does not follow {}", a, scale.back()));
    scale.push_back(a);
  }
  if (scale.empty())
    throw InputError({fmt::format("'{}' holds no scale factors", path), fmt::format("{}, byte 0", path),
                      "one scale factor per line", "give the list of the simulation's snapshots"});
  return scale;
}

double volume_of(const Reader& reader, const Parameters& parameters) {
  if (parameters.volume_cmpc3 > 0.0) return parameters.volume_cmpc3;
  if (reader.facts().volume_cmpc3) return *reader.facts().volume_cmpc3;
  if (reader.facts().box_cmpc) return std::pow(*reader.facts().box_cmpc, 3);
  const bool all_weighted = std::all_of(reader.forests().begin(), reader.forests().end(),
                                        [](const ForestSize& f) { return f.weight_per_cmpc3.has_value(); });
  if (all_weighted) return 0.0;
  throw InputError({"the trees do not tell the volume that they stand for", parameters.path,
                    "the side of the box, or the volume", "set trees.box_cmpc or trees.volume_cmpc3"});
}

double particle_mass_of(const SetFacts& facts, const Parameters& parameters) {
  return parameters.particle_mass_msun > 0.0 ? parameters.particle_mass_msun : facts.particle_mass_msun.value_or(0.0);
}

void check_cosmology(const SetFacts& facts, const Parameters& parameters, const cosmology::Parameters& cosmology) {
  const double tolerance = parameters.cosmology_tolerance;
  const auto as_parameter = [&](const std::optional<double>& value, double parameter, const char* name,
                                const char* key) {
    // The other way round NaN would pass.
    if (value && !(std::abs(*value - parameter) <= tolerance * std::max(std::abs(*value), std::abs(parameter))))
      throw InputError(
          {fmt::format("the trees were made with {} = {}, the parameters say {} = {}", name, *value, key, parameter),
           parameters.path, fmt::format("equal values within {} (relative)", tolerance),
           fmt::format("set '{}' to {}, or widen trees.cosmology_tolerance", key, *value)});
  };
  as_parameter(facts.omega_m, cosmology.omega_m, "Omega_M", "cosmology.omega_m");
  as_parameter(facts.h, cosmology.h, "h", "cosmology.h");
  if (facts.omega_m && facts.omega_l && !(std::abs(*facts.omega_m + *facts.omega_l - 1.0) <= tolerance))
    throw InputError({fmt::format("the trees were made in a curved universe: Omega_M + Omega_L = {}",
                                  *facts.omega_m + *facts.omega_l),
                      parameters.path, "Omega_M + Omega_L = 1", "use trees of a flat cosmology"});
}

std::size_t choose_mass(const std::string& chosen, const std::vector<std::string>& offered, const std::string& where) {
  if (lower(chosen) == "auto" && offered.size() == 1) return 0;
  for (std::size_t i = 0; i < offered.size(); ++i)
    if (lower(offered[i]) == lower(chosen)) return i;
  throw InputError({lower(chosen) == "auto" ? std::string("the trees offer several masses of a halo")
                                            : fmt::format("the trees have no mass '{}'", chosen),
                    where, fmt::format("one of: {}", fmt::join(offered, ", ")),
                    "choose the mass with trees.mass_column"});
}

}  // namespace cecropia::tree

#include "cecropia/scan/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"

namespace cecropia::scan {
namespace {

/// Sections that all points of a scan share, because the forest is made of them, once.
constexpr std::array<std::string_view, 5> common{"cosmology", "trees", "eps", "output", "random"};

void apply(const Point& point, config::Document& document) {
  for (const auto& [name, value] : point.values.items()) {
    const std::string_view section = std::string_view(name).substr(0, name.find('.'));
    if (std::find(common.begin(), common.end(), section) != common.end())
      throw InputError({fmt::format("'{}' cannot differ between the points of a scan", name), point.where,
                        "parameters of galaxies, stars or observations: all points share trees, background and "
                        "random numbers",
                        "set it in the base, and run one scan for each of its values"});
    document.apply_value(name, value, point.where);
  }
}

std::string science_of(nlohmann::ordered_json json) {
  for (const auto& [section, key] :
       {std::pair("trees", "path"), std::pair("trees", "format"), std::pair("stars", "table_file"),
        std::pair("stars", "imf2_file"), std::pair("stars", "imf3_file"), std::pair("observe", "observations_path")})
    if (json.at(section).erase(key) != 1) throw InternalError(fmt::format("parameter '{}.{}' is gone", section, key));
  return json.dump(1);
}

}  // namespace

std::string science_json(const config::Document& document) { return science_of(document.resolved_json()); }

std::string key_of(nlohmann::ordered_json resolved) { return io::hash128_hex(science_of(std::move(resolved))); }

Resolver::Resolver(const config::Document& base) : base_(base.resolved_json().dump()) {}

Settings Resolver::settings(const Point& point) const {
  Settings settings;
  config::Document of = document(settings);
  of.apply_json(base_, "base of the scan");
  apply(point, of);
  try {
    check(settings);
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = fmt::format("{}; {}", point.where, complaint.where);
    throw InputError(complaint);
  }
  return settings;
}

std::string Resolver::key(const Point& point) const {
  Settings settings;
  config::Document of = document(settings);
  of.apply_json(base_, "base of the scan");
  apply(point, of);
  return key_of(of.resolved_json());
}

}  // namespace cecropia::scan

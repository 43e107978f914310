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

/// Parameters that say where data lie, not what they hold: the content hash of each stands beside it in the output.
constexpr std::array<std::pair<const char*, const char*>, 6> places{{{"trees", "path"},
                                                                     {"trees", "format"},
                                                                     {"stars", "table_file"},
                                                                     {"stars", "imf2_file"},
                                                                     {"stars", "imf3_file"},
                                                                     {"observe", "observations_path"}}};

std::string science_of(nlohmann::ordered_json json, const nlohmann::ordered_json& values) {
  for (const auto& [section, key] : places)
    if (!values.contains(fmt::format("{}.{}", section, key)) && json.at(section).erase(key) != 1)
      throw InternalError(fmt::format("parameter '{}.{}' is gone", section, key));
  return json.dump(1);
}

}  // namespace

std::string science_json(const config::Document& document) {
  return science_of(document.resolved_json(), nlohmann::ordered_json::object());
}

std::string key_of(const nlohmann::ordered_json& resolved, const nlohmann::ordered_json& values) {
  return io::hash128_hex(science_of(resolved, values));
}

Resolver::Resolver(const config::Document& base) : base_(base.resolved_json().dump()) {}

Settings Resolver::settings(const Point& point) const {
  Settings settings;
  config::Document of = document(settings);
  of.apply_json(base_, "base of the scan");
  apply(point, of);
  return settings;
}

Settings Resolver::prepare(Point& point) const {
  Settings of = settings(point);
  try {
    check(of);
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = fmt::format("{}; {}", point.where, complaint.where);
    throw InputError(complaint);
  }
  point.key = key_of(document(of).resolved_json(), point.values);
  return of;
}

}  // namespace cecropia::scan

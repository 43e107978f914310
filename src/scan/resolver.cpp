#include "cecropia/scan/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/stars/builder.hpp"

namespace cecropia::scan {
namespace {

/// Sections that all points of a scan share, because the forest is made of them, once.
constexpr std::array<std::string_view, 5> common{"cosmology", "trees", "eps", "output", "random"};

void apply(const Point& point, config::Document& document) {
  const std::string& where_names = point.where_names.empty() ? point.where : point.where_names;
  for (const auto& [name, value] : point.values.items()) {
    const std::string_view section = std::string_view(name).substr(0, name.find('.'));
    if (std::find(common.begin(), common.end(), section) != common.end())
      throw InputError({fmt::format("'{}' cannot differ between the points of a scan", name), where_names,
                        "parameters of galaxies, stars or observations: all points share trees, background and "
                        "random numbers",
                        "set it in the base, and run one scan for each of its values"});
    const std::string full = document.apply_value(name, value, point.where, where_names);
    if (full != name && point.values.contains(full))
      throw InputError({fmt::format("'{}' and '{}' are one parameter, and the point sets both", name, full),
                        where_names, "every parameter once", "leave one of the two out"});
  }
}

/// Parameters that say where data lie, not what they hold: the content hash of each stands beside it in the output.
constexpr std::array<std::pair<const char*, const char*>, 7> places{{{"trees", "path"},
                                                                     {"trees", "format"},
                                                                     {"stars", "table_file"},
                                                                     {"stars", "imf2_file"},
                                                                     {"stars", "imf3_file"},
                                                                     {"disc", "yields_file"},
                                                                     {"observe", "observations_path"}}};

nlohmann::ordered_json science_of(nlohmann::ordered_json json) {
  for (const auto& [section, key] : places)
    if (json.at(section).erase(key) != 1) throw InternalError(fmt::format("parameter '{}.{}' is gone", section, key));
  return json;
}

}  // namespace

std::string science_json(const config::Document& document) { return science_json(document.resolved_json()); }
std::string science_json(const nlohmann::ordered_json& resolved) { return science_of(resolved).dump(1); }

Resolver::Resolver(const config::Document& base) : base_json_(base.resolved_json().dump()) {
  document(base_).apply_json(base_json_, "base of the scan");
  science_ = science_of(base.resolved_json());
}

/// Of a file, or of the files of a folder; the name of what cannot be read, which a run will complain about.
std::string Resolver::content_hash(const std::filesystem::path& place) const {
  namespace fs = std::filesystem;
  std::error_code error;
  try {
    if (fs::is_directory(place, error)) {
      std::vector<std::string> files;
      for (const fs::directory_entry& entry : io::entries_of(place))
        if (entry.is_regular_file(error)) files.push_back(entry.path().filename().string() + " " + content_hash(entry));
      std::sort(files.begin(), files.end());
      return io::hash128_hex(fmt::format("{}", fmt::join(files, "\n")));
    }
    std::string& hash = hashes_[fmt::format("{} {} {}", place.string(), fs::file_size(place, error),
                                            fs::last_write_time(place, error).time_since_epoch().count())];
    if (hash.empty()) hash = io::hash128_hex(io::read_file(place));
    return hash;
  } catch (const InputError&) {
    return place.string();
  }
}

std::string Resolver::key_of(const nlohmann::ordered_json& resolved, const nlohmann::ordered_json& values) const {
  return key_of_science(science_of(resolved), values);
}

std::string Resolver::key_of_science(const nlohmann::ordered_json& science,
                                     const nlohmann::ordered_json& values) const {
  std::string text = science.dump(1);
  for (const auto& [section, key] : places)
    if (const auto own = values.find(fmt::format("{}.{}", section, key)); own != values.end() && own->is_string())
      text += fmt::format("\n{}.{} {}", section, key, content_hash(own->get<std::string>()));
  return io::hash128_hex(text);
}

Settings Resolver::settings(const Point& point) const {
  present_ = base_;
  apply(point, document_);
  return present_;
}

const stars::Tables& Resolver::tables_of(const Settings& settings) const {
  const stars::BuilderParameters wanted = settings.stars.builder();
  if (std::string description = stars::describe(wanted); description != built_) {
    tables_ = stars::build(wanted);
    built_ = std::move(description);
  }
  return *tables_;
}

Settings Resolver::prepare(Point& point) const {
  present_ = base_;
  for (const std::string& name : changed_) document_.refresh(science_, name);
  changed_.clear();
  Settings of = settings(point);
  at(point, [&] {
    check_values(of);
    if (of.stars.table_file.empty()) check(of, tables_of(of));
  });
  for (const auto& [name, value] : point.values.items()) changed_.push_back(name);
  for (const std::string& name : changed_) document_.refresh(science_, name);
  point.key = key_of_science(science_, point.values);
  return of;
}

}  // namespace cecropia::scan

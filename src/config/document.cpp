#include "cecropia/config/document.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "cecropia/config/located_json.hpp"
#include "cecropia/config/value.hpp"
#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::config {
namespace {
using Json = nlohmann::ordered_json;

std::string full_name(const Section& section, std::string_view key) { return fmt::format("{}.{}", section.name, key); }
std::string full_name(const Section& section, const Entry& entry) { return full_name(section, entry.key); }

std::vector<std::string> keys_of(const Section& section) {
  std::vector<std::string> keys;
  for (const Entry& entry : section.entries) keys.emplace_back(entry.key);
  return keys;
}

// The value of --set: JSON where the parameter is no text and the value is JSON, else what stands there.
Json value_of_set(const Entry& entry, std::string_view raw) {
  const bool quoted = !raw.empty() && raw.front() == '"';
  if ((entry.kind == Kind::text || entry.kind == Kind::choice) && !quoted) return Json(raw);
  Json parsed = parse_json(raw);
  return parsed.is_discarded() ? Json(raw) : parsed;
}

}  // namespace

std::string read_text(const std::filesystem::path& file, const FileKind& kind) {
  const auto refuse = [&](const std::string& problem, const std::string& fix) -> InputError {
    return InputError(
        {fmt::format("{} '{}' {}", kind.what, file.string(), problem), file.string(), kind.expected, fix});
  };
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (!std::filesystem::exists(status)) throw refuse("does not exist", kind.if_missing);
  if (std::filesystem::is_directory(status)) throw refuse("is a folder", "name a file in it");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw refuse("cannot be read", "check its permissions");
  constexpr std::streamsize largest = std::streamsize{16} << 20;  // bytes
  std::string text;
  for (char block[65536]; stream.read(block, sizeof block) || stream.gcount() > 0;) {
    text.append(block, static_cast<std::size_t>(stream.gcount()));
    if (static_cast<std::streamsize>(text.size()) > largest)
      throw refuse("is larger than 16 MiB", "is this the right file?");
  }
  if (stream.bad()) throw refuse("cannot be read", "check the disk it lies on");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) throw refuse("is empty", kind.if_empty);
  return text;
}

Document::Document(std::vector<Section> sections) : sections_(std::move(sections)) {
  std::set<std::string> names;
  for (const Section& section : sections_) {
    if (!names.insert(section.name).second) throw InternalError("two parameter sections are called " + section.name);
    for (const Entry& entry : section.entries)
      if (!names.insert(full_name(section, entry)).second)
        throw InternalError("two parameters are called " + full_name(section, entry));
    origins_.emplace_back(section.entries.size());
  }
}

const Section& Document::find_section(std::string_view name, const std::string& where) const {
  std::vector<std::string> known;
  for (const Section& section : sections_) {
    if (section.name == name) return section;
    known.push_back(section.name);
  }
  std::string fix = "see 'cecropia params list'";
  if (const auto meant = closest(name, known)) fix = fmt::format("did you mean '{}'?", *meant);
  for (const Section& section : sections_)  // a key written without its section
    for (const Entry& entry : section.entries)
      if (entry.key == name) fix = fmt::format("'{}' belongs to the section '{}'", name, section.name);
  throw InputError(
      {fmt::format("section '{}' is unknown", name), where, fmt::format("one of: {}", fmt::join(known, ", ")), fix});
}

Document::Found Document::find(std::string_view section_name, std::string_view key, const std::string& where) {
  const Section& section = find_section(section_name, where);
  for (std::size_t i = 0; i < section.entries.size(); ++i)
    if (section.entries[i].key == key)
      return {&section, &section.entries[i], &origins_[static_cast<std::size_t>(&section - sections_.data())][i]};
  const std::vector<std::string> known = keys_of(section);
  std::string fix = "see 'cecropia params list'";
  for (const Section& other : sections_)
    for (const Entry& entry : other.entries)
      if (entry.key == key) fix = fmt::format("did you mean '{}.{}'?", other.name, key);
  if (const auto meant = closest(key, known)) fix = fmt::format("did you mean '{}'?", *meant);
  throw InputError({fmt::format("parameter '{}.{}' is unknown", section_name, key), where,
                    fmt::format("one of: {}", fmt::join(known, ", ")), fix});
}

std::optional<std::pair<std::string_view, std::string_view>> Document::split_name(std::string_view name) const {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos)
    for (const Section& section : sections_)
      if (section.name == name && !section.short_for.empty())
        return std::pair(name, std::string_view(section.short_for));
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return std::nullopt;
  return std::pair(name.substr(0, dot), name.substr(dot + 1));
}

void Document::set(const Found& found, const Json& value, const std::string& name, const std::string& where,
                   const std::string& origin) {
  found.entry->store(checked(*found.entry, value, name, where));
  *found.origin = origin;
}

void Document::apply_json(std::string_view text, const std::string& file_name) {
  const LocatedJson located(text, file_name);
  const std::string shape = "{ \"section\": { \"key\": value } }";
  if (!located.json().is_object())
    throw InputError({"the parameters are not a JSON object", file_name, shape, "put braces around the sections"});
  for (const auto& [section_name, content] : located.json().items()) {
    const std::string at = located.where(section_name);
    const Section& section = find_section(section_name, at);
    if (!section.short_for.empty() && content.is_primitive()) {
      set(find(section_name, section.short_for, at), content, full_name(section, section.short_for), at, at);
      continue;
    }
    if (!content.is_object())
      throw InputError({fmt::format("section '{}' is not a group of values", section_name), at, shape,
                        fmt::format("write \"{}\": {{ ... }}", section_name)});
    for (const auto& [key, given] : content.items()) {
      const std::string name = section_name + "." + key, where = located.where(name);
      set(find(section_name, key, where), given, name, where, where);
    }
  }
}

void Document::apply_set(std::string_view assignment) {
  const std::string where = fmt::format("--set {}", assignment);
  const std::size_t equals = assignment.find('=');
  const auto name = split_name(assignment.substr(0, equals));
  if (equals == std::string_view::npos || !name)
    throw InputError({fmt::format("'{}' does not set a parameter", assignment), where, "section.key=value",
                      "for example: --set cosmology.h=0.6774"});
  const Found found = find(name->first, name->second, where);
  set(found, value_of_set(*found.entry, assignment.substr(equals + 1)), std::string(assignment.substr(0, equals)),
      where, "--set");
}

std::string Document::apply_value(std::string_view name, const Json& value, const std::string& where,
                                  const std::string& where_name) {
  const auto parts = split_name(name);
  if (!parts)
    throw InputError({fmt::format("'{}' does not name a parameter", name), where_name, "section.key",
                      "for example: feedback.alpha_out; see 'cecropia params list'"});
  const Found found = find(parts->first, parts->second, where_name);
  set(found, value, std::string(name), where, where);
  return full_name(*found.section, *found.entry);
}

Json Document::resolved_json() const {
  Json all = Json::object();
  for (const Section& section : sections_) {
    Json& group = all[section.name] = Json::object();
    for (const Entry& entry : section.entries) group[std::string(entry.key)] = to_json(entry.load());
  }
  return all;
}

void Document::refresh(Json& resolved, std::string_view name) const {
  const auto parts = split_name(name);
  if (!parts) return;
  const auto group = resolved.find(parts->first);
  if (group == resolved.end()) return;
  const auto value = group->find(parts->second);
  if (value == group->end()) return;
  for (const Section& section : sections_)
    for (const Entry& entry : section.entries)
      if (section.name == parts->first && entry.key == parts->second) *value = to_json(entry.load());
}

std::vector<Change> Document::changes() const {
  std::vector<Change> list;
  for (std::size_t s = 0; s < sections_.size(); ++s)
    for (std::size_t e = 0; e < sections_[s].entries.size(); ++e) {
      const Entry& entry = sections_[s].entries[e];
      const Value value = entry.load();
      if (value != entry.fallback)
        list.push_back({full_name(sections_[s], entry), to_json(value).dump(), origins_[s][e]});
    }
  return list;
}

}  // namespace cecropia::config

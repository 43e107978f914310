// The three forms of the parameter reference: page, terminal, scripts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cecropia/config/document.hpp"
#include "cecropia/config/value.hpp"

namespace cecropia::config {
namespace {
using Json = nlohmann::ordered_json;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::text:
      return "text";
    case Kind::choice:
      return "choice";
    case Kind::numbers:
      return "numbers";
    case Kind::texts:
      return "texts";
  }
  return {};
}

std::string cell(std::string_view text) {  // a bar would end the cell of a table
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string shown(const Value& value) {
  const std::string text = plain(value);
  return text.empty() ? "(empty)" : text;
}

}  // namespace

std::string Document::markdown() const {
  std::string page =
      "# Parameters\n\n"
      "This page is the output of `cecropia params list --markdown`; a test fails when the two differ.\n\n"
      "A parameter file is `{ \"section\": { \"key\": value } }` with comments allowed; what it does not mention keeps "
      "its\n"
      "default. `--set section.key=value` overrides it; repeat `--set` for each value. A list is written as in the "
      "file:\n"
      "`--set 'output.redshifts=[6, 8]' --set 'output.properties=[\"m_star_msun\"]'`.\n"
      "Unknown names, wrong types and values out of range are errors.\n"
      "Sources like `COS-1` are labels of the theory manual (`docs/theory/`).\n";
  for (const Section& section : sections_) {
    page += fmt::format("\n## {}\n\n{}\n\n", section.name, section.meaning);
    page += "| parameter | unit | default | allowed | meaning | source |\n|---|---|---|---|---|---|\n";
    for (const Entry& entry : section.entries)
      page += fmt::format("| `{}.{}` | {} | {} | {} | {} | {} |\n", section.name, entry.key, cell(entry.unit),
                          cell(shown(entry.fallback)), cell(allowed(entry)), cell(entry.meaning), cell(entry.source));
  }
  return page;
}

std::string Document::text() const {
  std::string page;
  for (const Section& section : sections_) {
    page += fmt::format("{}{}: {}\n", page.empty() ? "" : "\n", section.name, section.meaning);
    for (const Entry& entry : section.entries) {
      const std::string unit = entry.unit == "-" ? "" : fmt::format(" {}", entry.unit);
      page += fmt::format("  {}.{} = {}{}   allowed: {}\n      {} ({})\n", section.name, entry.key,
                          shown(entry.fallback), unit, allowed(entry), entry.meaning, entry.source);
    }
  }
  return page;
}

Json Document::json() const {
  Json list = Json::array();
  for (const Section& section : sections_)
    for (const Entry& entry : section.entries) {
      Json row{{"name", fmt::format("{}.{}", section.name, entry.key)},
               {"kind", kind_name(entry.kind)},
               {"unit", entry.unit},
               {"default", to_json(entry.fallback)}};
      if (entry.kind == Kind::number || entry.kind == Kind::integer || entry.kind == Kind::numbers) {
        row["lowest"] = std::isfinite(entry.lowest) ? Json(entry.lowest) : Json();
        row["highest"] = std::isfinite(entry.highest) ? Json(entry.highest) : Json();
      }
      if (entry.kind == Kind::choice) row["choices"] = entry.choices;
      row["meaning"] = entry.meaning;
      row["source"] = entry.source;
      list.push_back(std::move(row));
    }
  return list;
}

}  // namespace cecropia::config

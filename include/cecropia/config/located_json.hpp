#pragma once
/// \file  JSON text that remembers where its keys stand, and refuses what JSON libraries let pass: a key given twice.
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace cecropia::config {

/// Lists and groups may lie in each other so deep. No file of ours comes near, and whoever goes through JSON calls
/// itself for each.
constexpr std::size_t deepest_json = 64;

/// The value of JSON text without comments; discarded (nlohmann::ordered_json::is_discarded) if it is malformed or
/// deeper than deepest_json.
nlohmann::ordered_json parse_json(std::string_view text);

class LocatedJson {
 public:
  /// Parses `text` (comments allowed). InputError with file, line and column if it is malformed or deeper than
  /// deepest_json; with both lines if a key stands twice in one object; for NaN, Infinity and numbers beyond the range
  /// of a double.
  LocatedJson(std::string_view text, std::string file_name);

  const nlohmann::ordered_json& json() const { return json_; }
  /// "params/fiducial.json, line 14" for the key at `path` ("section.key"); the file alone if there is no such key.
  std::string where(const std::string& path) const;

 private:
  std::string file_;
  std::map<std::string, std::size_t> line_of_;
  nlohmann::ordered_json json_;
};

}  // namespace cecropia::config

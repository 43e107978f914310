#pragma once
/// \file  All parameters of the program, read strictly. A parameter file is JSON (comments allowed):
///
///   { "section": { "key": value } }
///
/// A section may have a key of which its name alone is short (Section::short_for): { "section": value }, --set
/// section=value. What is not mentioned keeps its value. Unknown names, wrong types, values out of range, NaN,
/// duplicates and malformed text are InputErrors that name the key, the file and the line, what was expected and how to
/// repair it.
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cecropia/config/section.hpp"

namespace cecropia::config {

/// What a file is, for messages about it.
struct FileKind {
  const char* what = "the parameter file";
  const char* expected = "a JSON file like those in params/";
  const char* if_empty = "write { } for a run with all defaults";
  const char* if_missing = "check the path; it is relative to the present folder";
};

/// Content of a file of text. InputError if it is missing, a folder, empty, not readable or larger than 16 MiB.
std::string read_text(const std::filesystem::path& file, const FileKind& kind = {});

/// A value that differs from its default, for the log.
struct Change {
  std::string name;    ///< "section.key"
  std::string value;   ///< as JSON
  std::string origin;  ///< "params/fiducial.json, line 14" or "--set"
};

class Document {
 public:
  /// Section names must differ, keys must differ inside a section; InternalError otherwise.
  explicit Document(std::vector<Section> sections);

  /// Sets what `text` mentions. `file_name` is for messages. Values before a faulty one are already set when it throws.
  void apply_json(std::string_view text, const std::string& file_name);
  /// Sets one value from "section.key=value". The value is JSON; where the parameter is a text or a choice, or where it
  /// is no JSON, it is taken as it stands.
  void apply_set(std::string_view assignment);
  /// Sets "section.key" to a JSON value; `where` is for messages and becomes its origin. The name may stand elsewhere,
  /// as in the first line of a table. Returns "section.key", also where `name` is a section that is short for one of
  /// its keys.
  std::string apply_value(std::string_view name, const nlohmann::ordered_json& value, const std::string& where,
                          const std::string& where_name);
  std::string apply_value(std::string_view name, const nlohmann::ordered_json& value, const std::string& where) {
    return apply_value(name, value, where, where);
  }

  /// Every resolved value: { "section": { "key": value } }, sections and keys in the order of the tables. Applying it
  /// to another document gives the same values to the last bit.
  nlohmann::ordered_json resolved_json() const;
  /// Brings one value of an earlier resolved_json up to date: that of `name`, if it is in `resolved` at all.
  void refresh(nlohmann::ordered_json& resolved, std::string_view name) const;
  /// What differs from the defaults, in the order of the tables.
  std::vector<Change> changes() const;

  std::string markdown() const;         ///< the reference page
  std::string text() const;             ///< the reference for a terminal
  nlohmann::ordered_json json() const;  ///< the reference for scripts: a list of rows

  const std::vector<Section>& sections() const { return sections_; }

 private:
  struct Found {
    const Section* section;
    const Entry* entry;
    std::string* origin;
  };
  Found find(std::string_view section, std::string_view key, const std::string& where);
  const Section& find_section(std::string_view section, const std::string& where) const;
  /// "section.key", or a section that is short for a key, in two parts; nothing if it is neither.
  std::optional<std::pair<std::string_view, std::string_view>> split_name(std::string_view name) const;
  void set(const Found& found, const nlohmann::ordered_json& value, const std::string& name, const std::string& where,
           const std::string& origin);

  std::vector<Section> sections_;
  std::vector<std::vector<std::string>> origins_;  // where each value was set; empty for the default
};

}  // namespace cecropia::config

#pragma once
/// \file  From a point of a design to the settings of a model.
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/config/document.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/scan/design.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::scan {

/// What determines the science of a run, as JSON text. Where trees, stellar tables, tabulated IMFs and observational
/// tables lie does not: the content hash of each stands beside it in the output.
std::string science_json(const config::Document& document);
/// The same of `resolved` as in run.json; nlohmann::json::exception or InternalError if it is not of this program.
std::string science_json(const nlohmann::ordered_json& resolved);

/// Runs `check`; the place of its InputErrors begins with that of the point.
template <class Check>
void at(const Point& point, Check&& check) {
  try {
    std::forward<Check>(check)();
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = point.where + "; " + complaint.where;
    throw InputError(complaint);
  }
}

/// Makes settings of points. All points share the trees, the background and the random numbers of the base, so axes in
/// the sections cosmology, trees, eps, output and random are refused.
class Resolver {
 public:
  explicit Resolver(const config::Document& base);
  Resolver(const Resolver&) = delete;  // document_ refers to present_
  Resolver& operator=(const Resolver&) = delete;

  /// The settings of a point whose values are known to be right (prepare). InputError with the place of the point for
  /// values that are wrong each by itself.
  Settings settings(const Point& point) const;
  /// Checks a point and gives it its key; returns its settings. InputError with the place of the point.
  Settings prepare(Point& point) const;
  /// The name of what is computed with these parameters at a point with these values: a hash of all that determines the
  /// science. Of data that the point itself names the content counts, of others nothing: they are those of the base.
  /// `resolved` as in run.json; nlohmann::json::exception or InternalError if it is not of this program.
  std::string key_of(const nlohmann::ordered_json& resolved, const nlohmann::ordered_json& values) const;
  /// Every resolved value of the base: { "section": { "key": value } }.
  const std::string& base_json() const { return base_json_; }

 private:
  std::string content_hash(const std::filesystem::path& place) const;
  /// key_of, of what is left of `resolved` without the places of data.
  std::string key_of_science(const nlohmann::ordered_json& science, const nlohmann::ordered_json& values) const;

  /// Built tables, kept while points that follow each other ask for the same.
  const stars::Tables& tables_of(const Settings& settings) const;

  std::string base_json_;
  Settings base_;
  // For each point in turn, so that what a hundred thousand points share is made once: its settings, their document,
  // and the resolved values that determine the science.
  mutable Settings present_;
  mutable config::Document document_{document(present_)};
  mutable nlohmann::ordered_json science_;
  mutable std::vector<std::string> changed_;  // what differs from the base in science_
  mutable std::string built_;
  mutable std::optional<stars::Tables> tables_;
  mutable std::map<std::string, std::string> hashes_;  // of files, by name, size and time: many points name the same
};

}  // namespace cecropia::scan

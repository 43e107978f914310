#pragma once
/// \file  From a point of a design to the settings of a model.
#include <nlohmann/json.hpp>
#include <string>

#include "cecropia/config/document.hpp"
#include "cecropia/scan/design.hpp"
#include "cecropia/scan/settings.hpp"

namespace cecropia::scan {

/// What determines the science of a run, as JSON text. Where trees, stellar tables, tabulated IMFs and observational
/// tables lie does not: the content hash of each stands beside it in the output.
std::string science_json(const config::Document& document);

/// The name of what is computed with these parameters: a hash of their science_json. `resolved` as in run.json.
std::string key_of(nlohmann::ordered_json resolved);

/// Makes settings of points. All points share the trees, the background and the random numbers of the base, so axes in
/// the sections cosmology, trees, eps, output and random are refused.
class Resolver {
 public:
  explicit Resolver(const config::Document& base);

  /// The settings of a point, checked. InputError with the place of the point.
  Settings settings(const Point& point) const;
  /// A name for the point that depends on what it computes, not on where it stands in a design: a hash of science_json.
  std::string key(const Point& point) const;
  /// Every resolved value of the base: { "section": { "key": value } }.
  const std::string& base_json() const { return base_; }

 private:
  std::string base_;
};

}  // namespace cecropia::scan

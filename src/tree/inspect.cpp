#include "cecropia/tree/inspect.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/repair.hpp"

namespace cecropia::tree {
namespace {

Finding refused(const char* name, const Complaint& complaint) {
  return {name,
          Severity::error,
          1,
          0,
          complaint.what + "; expected: " + complaint.expected,
          complaint.fix,
          {{-1, -1, 0.0, complaint.where}}};
}

}  // namespace

Inspection inspect(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                   random::Seed seed, const parallel::Communicator& ranks) {
  Inspection in;
  const std::vector<Repair> repairs = repairs_of(parameters.repair);
  std::vector<Finding> of_reader;
  std::optional<Catalogue> catalogue;
  try {
    catalogue = read_unrepaired(parameters, eps, cosmology, seed, ranks, in.info);
  } catch (const InputError& error) {
    // With any cosmology allowed: if that helps, it was the cosmology.
    Parameters tolerant = parameters;
    tolerant.cosmology_tolerance = std::numeric_limits<double>::max();
    in.info = {};
    try {
      catalogue = read_unrepaired(tolerant, eps, cosmology, seed, ranks, in.info);
      of_reader.push_back(refused("cosmology", error.complaint()));
    } catch (const InputError&) {
      of_reader.push_back(refused("unreadable", error.complaint()));
      if (in.info.source.empty()) in.info.source = parameters.path;
    }
  }
  if (catalogue) {
    in.repairs = repair(*catalogue, repairs, in.info.particle_mass_msun, cosmology, ranks);
    in.examination = examine(*catalogue, in.info, cosmology, ranks);
    if (in.examination.accepted()) {
      try {
        arrange(*catalogue, in.info, cosmology, ranks);
      } catch (const InputError& error) {
        of_reader.push_back(refused("refused", error.complaint()));
      }
    }
    if (!in.info.warnings.empty()) {
      Finding said{"source", Severity::warning,       std::ssize(in.info.warnings),
                   0,        "remarks of the reader", "see each of them",
                   {}};
      for (const std::string& warning : in.info.warnings) said.examples.push_back({-1, -1, 0.0, warning});
      std::vector<Finding>& all = in.examination.findings;
      auto at = all.begin();
      while (at != all.end() && at->severity == Severity::error) ++at;
      all.insert(at, std::move(said));
    }
  }
  in.examination.findings.insert(in.examination.findings.begin(), of_reader.begin(), of_reader.end());
  return in;
}

}  // namespace cecropia::tree

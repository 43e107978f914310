#pragma once
// Counts faults by class and keeps the first few of each, the same ones for any number of ranks.
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/finding.hpp"

namespace cecropia::tree {

/// The classes, in the order of docs/trees.md. The table of their words is in collector.cpp.
enum class Class : std::int64_t {
  bad_mass,
  duplicate_id,
  orphan_descendant,
  foreign_descendant,
  descendant_not_later,
  descendant_circle,
  orphan_host,
  foreign_host,
  host_at_other_time,
  host_circle,
  progenitors_missing,
  no_place,
  id_too_large,
  ends_early,
  mass_jump,
  mass_dip,
  mass_swap,
  scarce_halos,
  outside_box,
  skipped_snapshot,
  host_in_other_tree,
  sub_subhalo,
  phantom,
  mass_falls,
  n_classes
};

inline constexpr std::int64_t no_level = -1;

/// One case of a class. What the numbers mean depends on the class.
struct Case {
  Class of = Class::n_classes;
  double rank = 0.0;  ///< higher is shown earlier
  std::int64_t halo = -1, forest = -1, level = no_level;
  std::int64_t other = -1, other_forest = -1, other_level = no_level;
  double a = 0.0, b = 0.0;
};

class Collector {
 public:
  /// Counts the case, and keeps it if it is among the first.
  void add(const Case& a_case);
  /// Collective. Findings of all classes that occurred.
  std::vector<Finding> findings(const std::vector<double>& redshift, const parallel::Communicator& ranks);
  /// How many could have been cases, on this rank (halos, links, steps).
  void out_of(Class of, std::int64_t n_here) { out_of_[static_cast<std::size_t>(of)] += n_here; }

 private:
  static constexpr auto n = static_cast<std::size_t>(Class::n_classes);
  std::array<std::int64_t, n> count_{}, out_of_{};
  std::array<std::vector<Case>, n> first_;
};

}  // namespace cecropia::tree

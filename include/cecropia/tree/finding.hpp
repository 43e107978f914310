#pragma once
/// \file  What was noticed about a tree set: one entry per class of fault or trait, with numbers and examples.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cecropia::tree {

enum class Severity {
  note,     ///< a trait that runs take as it is
  warning,  ///< runs go on, and results may suffer
  error     ///< a run refuses these trees
};

struct Example {
  std::int64_t halo_id = -1, forest_id = -1;
  double z = 0.0;
  std::string what;  ///< one phrase about this halo
};

/// At most this many halos are shown of a class.
inline constexpr std::size_t most_examples = 10;

struct Finding {
  std::string name;  ///< of the class, e.g. "orphan_host"; docs/trees.md lists them
  Severity severity = Severity::note;
  std::int64_t count = 0, of = 0;  ///< so many of so many; of = 0: no such number
  std::string what, remedy;        ///< what the class means; what to do about it
  std::vector<Example> examples;
};

}  // namespace cecropia::tree

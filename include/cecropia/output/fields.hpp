#pragma once
/// \file  The properties of a galaxy that a catalogue can hold: one row = one dataset. The writer, the unit attributes
/// and docs/output.md walk this table.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/model/record.hpp"

namespace cecropia::output {

/// How a field stands in the file.
enum class Stored { uint8, float32, float64 };

struct Field {
  std::string_view name, unit, description;
  Stored stored = Stored::float32;
  bool in_default = false;  ///< part of properties = ["default"]
  std::size_t width = 1;    ///< entries per galaxy; above 1 the dataset has two dimensions
  /// Fills `width` entries.
  void (*get)(const model::Galaxy& galaxy, const model::ResolvedGalaxy& resolved, double* out) = nullptr;
  bool resolved = false;  ///< only models with discs or bathtubs know it
};

/// All fields, in the order of the documentation. halo_id, descendant_id and main_progenitor_index are not among them:
/// every catalogue holds those.
const std::vector<Field>& fields();

/// The fields that `properties` asks for ("default", "all" or names), each once, in table order; of a model that knows
/// ResolvedGalaxy or of one that does not. InputError that lists the names if one is unknown, or not of this model.
std::vector<const Field*> select_fields(const std::vector<std::string>& properties, bool resolved = false);

/// The table of docs/output.md.
std::string fields_markdown();

/// Columns that every catalogue holds: name and description (64-bit integers without unit).
struct IdColumn {
  std::string_view name, description;
};
inline constexpr IdColumn id_columns[] = {
    {"halo_id", "Id of the galaxy's halo, as in the tree source."},
    {"descendant_id", "Id of the halo's descendant, as in the tree source; -1 at a root."},
    {"main_progenitor_index",
     "Row of the main progenitor in the group of the level just before this one; -1 if that level or that galaxy was "
     "not "
     "written, or if there is none."}};

}  // namespace cecropia::output

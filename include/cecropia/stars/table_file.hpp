#pragma once
/// \file  Stellar tables as one HDF5 file with units, sources and conservation checks. Layout: docs/theory/stars.md.
#include <cstdint>
#include <filesystem>

#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

inline constexpr std::int64_t table_schema = 2;  ///< grows with every change of the layout

/// Writes the tables; the file appears under its name only when it is complete. Throws InputError if the place does not
/// take it.
void write_tables(const std::filesystem::path& path, const Tables& tables);

/// Reads and checks: kind of file, schema, units, shapes, names of slots and fates, conservation, content hash. Throws
/// InputError naming the file, the item and the remedy.
Tables read_tables(const std::filesystem::path& path);

}  // namespace cecropia::stars

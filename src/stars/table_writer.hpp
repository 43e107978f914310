#pragma once
/// \file  Writing tables with something beside them in the same file.
#include <filesystem>
#include <functional>

#include "cecropia/io/hdf5.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// write_tables (table_file.hpp); `also` adds what it wants before the file gets its name.
void write_tables(const std::filesystem::path& path, const Tables& tables,
                  const std::function<void(io::SerialFile&)>& also);

}  // namespace cecropia::stars

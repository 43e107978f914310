#pragma once
/// \file  Tables are built on first use and kept in the user's cache folder. Serial functions: in a parallel run one
/// rank calls first, the others after it (they then find the file, or build the same tables in memory).
#include <filesystem>
#include <optional>
#include <string>

#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// $CECROPIA_CACHE, else $XDG_CACHE_HOME/cecropia, else $HOME/.cache/cecropia; nothing if none of them is set (the
/// latter two must be absolute).
std::optional<std::filesystem::path> cache_folder();

/// Name of the file for these parameters: "stellar_tables_<key>.h5". The key is a hash of the parameters, the schema of
/// the file and a sample of stars built now, so that a program with other formulae does not read the tables of an old
/// one.
std::string cache_file_name(const BuilderParameters& parameters);

/// The tables from the cache, or built and put there (under a temporary name, then renamed: many jobs may do so at
/// once). A folder that cannot be written costs only the building: an info message says so. A file that cannot be
/// used is replaced.
Tables load_or_build(const BuilderParameters& parameters);

/// The tables that the parameter file asks for: `table_file` if it is given (then every fault of it is an InputError),
/// else load_or_build of the builder's parameters.
Tables load_or_build(const Parameters& parameters);

}  // namespace cecropia::stars

#pragma once
/// \file  Track tables of the population-synthesis code SEVN: a folder per metallicity, a file per quantity, a track
/// per line.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/product.hpp"
#include "text.hpp"

namespace cecropia::stars::sevn {

/// Files that a folder has to hold, time and mass first.
extern const std::vector<std::string> quantities;

/// True if the folder holds such tables, or folders that do.
bool is_mine(const std::filesystem::path& folder);

/// "0008" -> 0.008: the digits of Z without the point, which stands behind the first; "0.008" is understood as well.
/// InputError otherwise.
double metallicity_of(const std::string& folder_name, const std::string& path);

/// The lines of one file.
using Rows = std::vector<std::vector<text::Printed>>;
/// InputError if a value is no finite number or is negative.
Rows parse_quantity(const std::string& file, std::string_view text);

/// The stars of one metallicity from the files in the order of `quantities`. InputError with file, row and column.
std::vector<ProductStar> stars_of(const std::string& folder, double z, const std::vector<Rows>& tables,
                                  const BuilderParameters& builder);

/// All of it: each path is such a folder or holds some.
Product read(const std::vector<std::filesystem::path>& paths, const BuilderParameters& builder);

}  // namespace cecropia::stars::sevn

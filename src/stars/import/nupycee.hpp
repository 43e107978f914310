#pragma once
/// \file  Yield tables in the layout of NuPyCEE: blocks of "H Table: (M=...,Z=...)" with a line per isotope.
#include <string>
#include <string_view>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/import.hpp"
#include "cecropia/stars/product.hpp"

namespace cecropia::stars::nupycee {

/// True if the text has a line "H Table:".
bool is_mine(std::string_view text);

/// Reads a file of this layout. Yields in Msun, total or net (`yields`; `automatic`: what the header says, total if it
/// says nothing); `limits` say which stars leave white dwarfs or collapse by electron capture, for the layout has no
/// fates. InputError with row and column.
Product parse(const std::string& file, std::string_view text, Yields yields, const BuilderParameters& limits);

}  // namespace cecropia::stars::nupycee

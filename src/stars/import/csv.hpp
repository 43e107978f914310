#pragma once
/// \file  Stellar tables as comma-separated values: every quantity of stars::Star under its name, unit included.
#include <string>
#include <string_view>

#include "cecropia/stars/product.hpp"

namespace cecropia::stars::csv {

/// True if the first line that is no comment names the columns of this layout.
bool is_mine(std::string_view text);

/// InputError if the text just misses this layout: empty, other separators, quotation marks, a byte-order mark, no
/// names of columns. Returns otherwise.
void explain(const std::string& file, std::string_view text);

/// Reads a file of this layout. Columns in any order; `z` and `m_msun` are needed, the columns of the end (fate,
/// remnant, ejecta) all or none, every other one may be missing or have empty cells. InputError with row and column.
Product parse(const std::string& file, std::string_view text);

/// The tables in this layout, exact to the last bit.
std::string write(const Tables& tables);

}  // namespace cecropia::stars::csv

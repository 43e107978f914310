#pragma once
/// \file  "Did you mean ...?"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia {

/// Number of single-letter insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment distance), upper and lower case being equal.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name nearest to `given`, or nothing if none is near (distance above 2 and above a third of the length) and none
/// goes on with "_" behind it ("imf2_max": imf2_max_msun). Among equally near names the first one is returned.
std::optional<std::string> closest(std::string_view given, const std::vector<std::string>& names);

}  // namespace cecropia

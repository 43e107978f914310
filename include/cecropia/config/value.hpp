#pragma once
/// \file  One value between JSON and a parameter: checking, and saying what was expected.
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cecropia/config/section.hpp"

namespace cecropia::config {

/// The JSON value as a value of this entry. Numbers accept whole numbers; whole numbers accept 5, 5.0 and 5e0 but
/// not 5.5. InputError (naming `name` and `where`) for a wrong type, a value out of range, NaN or an unknown choice.
Value checked(const Entry& entry, const nlohmann::ordered_json& given, const std::string& name,
              const std::string& where);

nlohmann::ordered_json to_json(const Value& value);

/// "a number in [1e6, 1e13], unit Msun", "one of: a, b", ...
std::string expected(const Entry& entry);
/// "[0, 1]", "true or false", the names of a choice: the column of the reference page.
std::string allowed(const Entry& entry);
/// The shortest text that reads back as the same number; powers of ten from a million on ("3e9").
std::string shortest(double x);
/// A number, text or list as people write it in the reference page: no quotes around a text.
std::string plain(const Value& value);

}  // namespace cecropia::config

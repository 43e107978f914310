#pragma once
/// \file  The report of `cecropia trees check`, for people and for programs.
#include <nlohmann/json.hpp>
#include <string>

#include "cecropia/tree/inspect.hpp"

namespace cecropia::app {

/// For reading; ends with one line that says whether a run takes these trees.
std::string report_text(const tree::Inspection& inspection);

/// The same and the mass function of every level; schema: docs/trees.md.
nlohmann::ordered_json report_json(const tree::Inspection& inspection);

}  // namespace cecropia::app

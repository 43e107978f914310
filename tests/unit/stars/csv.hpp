#pragma once
/// \file  The reference files of tests/data/stellar.
#include <string>
#include <vector>

#include "testing/csv.hpp"

namespace cecropia::testing_stars {

using testing_data::num;
using testing_data::Row;

inline std::vector<Row> read_csv(const std::string& name) { return testing_data::read_csv("stellar/" + name); }

}  // namespace cecropia::testing_stars

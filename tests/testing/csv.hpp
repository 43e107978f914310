#pragma once
/// \file  Reads the small comma-separated reference files of tests/data.
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace cecropia::testing_data {

/// Fields by the names of the columns.
using Row = std::map<std::string, std::string>;

inline double num(const Row& row, const std::string& key) { return std::stod(row.at(key)); }

/// Rows of tests/data/`name`; lines that begin with # are comments.
inline std::vector<Row> read_csv(const std::string& name) {
  const std::string path = std::string(CECROPIA_SOURCE_DIR) + "/tests/data/" + name;
  std::ifstream in(path);
  if (!in) throw std::runtime_error("no reference file " + path);
  std::vector<std::string> header;
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> fields(1);
    bool quoted = false;  // a comma between quotes belongs to the field
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        fields.emplace_back();
      else
        fields.back() += c;
    }
    if (header.empty()) {
      header = fields;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i) row[header.at(i)] = fields[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace cecropia::testing_data

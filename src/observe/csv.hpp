#pragma once
/// \file  Comma-separated tables: lines that begin with '#' are comments, the first other line names the columns,
/// fields may be quoted, a byte-order mark is skipped. Strict: every record has as many fields as there are columns.
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::observe {

class CsvTable {
 public:
  /// Throws InputError for a table without header or records, repeated columns, ragged records, open quotes.
  CsvTable(std::string file_name, std::string_view text);

  std::size_t n_records() const { return records_.size(); }
  bool has(std::string_view column) const;
  /// Field of a record; InputError if there is no such column.
  const std::string& text(std::size_t record, std::string_view column) const;
  /// The field as a finite number in [lowest, highest]; InputError with file and line otherwise.
  double number(std::size_t record, std::string_view column, double lowest, double highest) const;
  /// Number in column `value` of the only record whose column `key` says `name`.
  double coefficient(std::string_view key, std::string_view name, std::string_view value) const;
  /// "file, line n" of a record.
  std::string where(std::size_t record) const;

 private:
  std::size_t column_index(std::string_view column) const;
  std::string file_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> records_;
  std::vector<std::size_t> lines_;
};

}  // namespace cecropia::observe

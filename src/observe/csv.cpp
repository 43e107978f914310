#include "csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cecropia/core/byte_order_mark.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::observe {

namespace {

std::string trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(s.substr(first, s.find_last_not_of(" \t\r") - first + 1));
}

std::vector<std::string> split(std::string_view line, const std::string& where) {
  std::vector<std::string> fields;
  std::string field;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted) {
      fields.push_back(trimmed(field));
      field.clear();
    } else
      field += c;
  }
  if (quoted)
    throw InputError({"a quotation mark is not closed", where, "text in \"...\" on one line", "close the quotation"});
  fields.push_back(trimmed(field));
  return fields;
}

}  // namespace

CsvTable::CsvTable(std::string file_name, std::string_view text) : file_(std::move(file_name)) {
  std::size_t number = 0;
  text = without_byte_order_mark(text);
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    const std::string here = fmt::format("{}, line {}", file_, number);
    auto fields = split(line, here);
    if (columns_.empty()) {
      columns_ = std::move(fields);
      for (std::size_t i = 0; i < columns_.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          if (columns_[i] == columns_[j])
            throw InputError({fmt::format("column '{}' stands twice in the header", columns_[i]), here,
                              "every column once", "rename or remove one of them"});
      continue;
    }
    if (fields.size() != columns_.size())
      throw InputError({fmt::format("{} fields under a header of {} columns", fields.size(), columns_.size()), here,
                        fmt::format("the columns {}", fmt::join(columns_, ", ")), "complete the line or remove it"});
    records_.push_back(std::move(fields));
    lines_.push_back(number);
  }
  if (records_.empty())
    throw InputError({"the table is empty", file_, "a header line and at least one record",
                      "add what it should hold, or restore the file from the program's source"});
}

bool CsvTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t CsvTable::column_index(std::string_view column) const {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i] == column) return i;
  throw InputError({fmt::format("column '{}' is missing", column), file_,
                    fmt::format("a header with '{}'; there are: {}", column, fmt::join(columns_, ", ")),
                    "add the column or restore the file from the program's source"});
}

std::string CsvTable::where(std::size_t record) const { return fmt::format("{}, line {}", file_, lines_[record]); }

const std::string& CsvTable::text(std::size_t record, std::string_view column) const {
  return records_[record][column_index(column)];
}

double CsvTable::number(std::size_t record, std::string_view column, double lowest, double highest) const {
  const std::string& field = text(record, column);
  double value = 0;
  const char* begin = field.data() + (!field.empty() && field.front() == '+' ? 1 : 0);
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || value < lowest || value > highest)
    throw InputError({fmt::format("'{}' in column '{}' cannot be used", field, column), where(record),
                      fmt::format("a number in [{:g}, {:g}]", lowest, highest), "correct the number"});
  return value;
}

double CsvTable::coefficient(std::string_view key, std::string_view name, std::string_view value) const {
  std::size_t found = records_.size();
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (text(i, key) != name) continue;
    if (found != records_.size())
      throw InputError(
          {fmt::format("'{}' is given twice", name), where(i), "every coefficient once", "remove one line"});
    found = i;
  }
  if (found == records_.size())
    throw InputError({fmt::format("'{}' is not given", name), file_, fmt::format("a line whose {} is '{}'", key, name),
                      "add the line or restore the file from the program's source"});
  return number(found, value, -1e6, 1e6);
}

}  // namespace cecropia::observe

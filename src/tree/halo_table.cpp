#include "halo_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "cecropia/core/error.hpp"

namespace cecropia::tree {

std::size_t rows_in(const io::SerialFile& file, const std::string& name, std::size_t width) {
  const std::vector<std::size_t> dims = file.dims(name);
  const bool good =
      width == 1 ? dims.size() == 1 || (dims.size() == 2 && dims[1] == 1) : dims.size() == 2 && dims[1] == width;
  if (!good)
    throw InputError({fmt::format("dataset '{}' has the shape ({})", name, fmt::join(dims, ", ")),
                      fmt::format("{}, dataset {}", file.path().string(), name),
                      width == 1 ? "one number per row" : fmt::format("{} numbers per row", width),
                      "check that the file is of the right kind (h5ls -r)"});
  return dims[0];
}

void require_rows(const io::SerialFile& file, const std::string& name, std::size_t n, std::size_t width) {
  const std::size_t rows = rows_in(file, name, width);
  if (rows != n)
    throw InputError({fmt::format("dataset '{}' has {} rows instead of {}", name, rows, n),
                      fmt::format("{}, dataset {}", file.path().string(), name), fmt::format("{} rows", n),
                      "the file is incomplete: copy it again, or ask whoever made it"});
}

std::int64_t count_attribute(const io::SerialFile& file, const std::string& object, const std::string& key,
                             std::int64_t limit) {
  const std::int64_t n = file.read_int64_attribute(object, key);
  if (n < 0 || n > limit)
    throw InputError({fmt::format("{} is {}", key, n),
                      fmt::format("{}, attribute {} of {}", file.path().string(), key, object),
                      fmt::format("a number from 0 to {}", limit), "the file is damaged: copy it again"});
  return n;
}

std::vector<std::array<double, 3>> in_threes(const std::vector<double>& flat) {
  std::vector<std::array<double, 3>> rows(flat.size() / 3);
  if (!rows.empty()) std::memcpy(rows.data(), flat.data(), rows.size() * sizeof rows[0]);
  return rows;
}

void HaloTable::add(const Part& part) {
  parts_.push_back(part);
  begin_.push_back(begin_.back() + part.n_rows);
}

template <class T>
std::vector<T> HaloTable::values(const std::string& column, std::int64_t first, std::int64_t last,
                                 std::size_t width) const {
  std::vector<T> all;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::int64_t from = std::max(first, begin_[p]), to = std::min(last, begin_[p + 1]);
    if (from >= to) continue;
    const Part& part = parts_[p];
    const io::SerialFile& file = file_.at(part.path);
    const auto begin = static_cast<std::size_t>(from - begin_[p]), n = static_cast<std::size_t>(to - from);
    io::Array<T> rows;
    if (part.is_compound) {
      rows = file.read_column_rows<T>(part.place, column, begin, n);
    } else {
      const std::string name = part.place + "/" + column;
      require_rows(file, name, static_cast<std::size_t>(part.n_rows), width);
      rows = file.read_rows<T>(name, begin, n);
    }
    if (all.empty()) {
      all = std::move(rows.data);
    } else {
      all.insert(all.end(), rows.data.begin(), rows.data.end());
    }
  }
  return all;
}

std::vector<std::int64_t> HaloTable::integers(const std::string& column, std::int64_t first, std::int64_t last) const {
  return values<std::int64_t>(column, first, last, 1);
}

std::vector<double> HaloTable::reals(const std::string& column, std::int64_t first, std::int64_t last) const {
  return values<double>(column, first, last, 1);
}

std::vector<std::array<double, 3>> HaloTable::vectors(const std::string& column, std::int64_t first,
                                                      std::int64_t last) const {
  return in_threes(values<double>(column, first, last, 3));
}

std::string HaloTable::where(std::int64_t row) const {
  const auto p = static_cast<std::size_t>(std::upper_bound(begin_.begin(), begin_.end(), row) - begin_.begin()) - 1;
  if (p >= parts_.size()) return fmt::format("row {}", row);
  return fmt::format("{}, {}, row {}", parts_[p].path, parts_[p].place, row - begin_[p]);
}

}  // namespace cecropia::tree

#pragma once
// Halos in HDF5 files as rows of one long table: datasets of a group, or the columns of a compound dataset; of one file
// after the other.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/io/hdf5.hpp"

namespace cecropia::tree {

/// HDF5 files of which one is open: they are visited in order.
class OpenFile {
 public:
  const io::SerialFile& at(const std::string& path) const {
    if (!file_ || path_ != path) file_.emplace(io::SerialFile::open(path));
    path_ = path;
    return *file_;
  }

 private:
  mutable std::optional<io::SerialFile> file_;
  mutable std::string path_;
};

/// Length of a dataset of one dimension, or of the first one of `width` columns. InputError for any other shape.
std::size_t rows_in(const io::SerialFile& file, const std::string& name, std::size_t width = 1);

/// InputError unless the dataset has so many rows (of `width` numbers).
void require_rows(const io::SerialFile& file, const std::string& name, std::size_t n, std::size_t width = 1);

/// A count that stands in an attribute. InputError if it is negative or above `limit`.
std::int64_t count_attribute(const io::SerialFile& file, const std::string& object, const std::string& key,
                             std::int64_t limit = std::int64_t{1} << 50);

/// Rows of three numbers that stand one after the other.
std::vector<std::array<double, 3>> in_threes(const std::vector<double>& flat);

class HaloTable {
 public:
  struct Part {
    std::string path;
    std::string place;  ///< a group with a dataset per column, or a compound dataset
    bool is_compound = false;
    std::int64_t n_rows = 0;
  };
  void add(const Part& part);

  std::int64_t n_rows() const { return begin_.back(); }
  const std::vector<Part>& parts() const { return parts_; }
  std::vector<std::int64_t> integers(const std::string& column, std::int64_t first, std::int64_t last) const;
  std::vector<double> reals(const std::string& column, std::int64_t first, std::int64_t last) const;
  /// Three numbers per row; not from a compound dataset.
  std::vector<std::array<double, 3>> vectors(const std::string& column, std::int64_t first, std::int64_t last) const;
  /// File, group or dataset, and row in it.
  std::string where(std::int64_t row) const;

 private:
  template <class T>
  std::vector<T> values(const std::string& column, std::int64_t first, std::int64_t last, std::size_t width) const;

  std::vector<Part> parts_;
  std::vector<std::int64_t> begin_{0};
  OpenFile file_;
};

/// Calls work(first forest, last forest) for runs of forests [first, last) that have about 2^18 halos together: enough
/// to read them at once, few enough to forget. `begin` holds the first row of each forest, and the end.
template <class Work>
void in_blocks(const std::vector<std::int64_t>& begin, std::size_t first, std::size_t last, Work&& work) {
  constexpr std::int64_t rows_at_once = std::int64_t{1} << 18;
  while (first < last) {
    std::size_t end = first + 1;
    while (end < last && begin[end + 1] - begin[first] <= rows_at_once) ++end;
    work(first, end);
    first = end;
  }
}

}  // namespace cecropia::tree

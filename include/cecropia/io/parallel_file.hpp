#pragma once
/// \file  One HDF5 file written by all ranks together, whose bytes do not depend on how many there are.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/io/hdf5.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::io {

/// All members are collective over the communicator given at construction, and all ranks give the same names, units,
/// descriptions and attribute values. T is double, float, std::int64_t, std::int32_t or std::uint8_t.
///
/// The file is written under a temporary name and takes its place in commit(). A disk without room, a folder that
/// cannot be written, a quota: the same InputError on all ranks, never a hang; the temporary goes away and what was at
/// the target stays. Room on the disk is reserved before anything is written, so a full disk is met before HDF5 starts.
/// If a write fails all the same, HDF5 cannot close its file safely; then the file is left open for the rest of the
/// process.
///
/// Without compression every rank writes its own part through parallel HDF5. With compression (storage.deflate_level >
/// 0) rank 0 gathers one column at a time, compresses and writes it: smaller files, slower writing, memory for one
/// column. Why: docs/decisions/009-hdf5.md.
class ParallelFile {
 public:
  /// `ranks` must outlive the file. `storage` holds for all columns.
  ParallelFile(const parallel::Communicator& ranks, const std::filesystem::path& target, const Storage& storage = {});
  ParallelFile(const ParallelFile&) = delete;
  ParallelFile& operator=(const ParallelFile&) = delete;
  /// Without commit(): the temporary goes away. Collective, except while an exception is under way.
  ~ParallelFile();

  /// Reserves room for `datasets` columns with `bytes` in all that all ranks together are about to write (before
  /// compression), so that a group of columns is refused before its first. write_column() does it by itself for what
  /// has not been reserved.
  void reserve(std::uint64_t bytes, std::size_t datasets = 0);
  /// Makes a group and those above it.
  void make_group(const std::string& name);
  /// One dataset: the concatenation of the parts of all ranks, in rank order. A part may be empty, and so may the
  /// whole. `width` > 1 makes a table of rows with `width` entries each; every part must hold whole rows.
  template <class T>
  void write_column(const std::string& name, std::span<const T> mine, std::string_view unit,
                    std::string_view description, std::size_t width = 1);
  template <class T>
  void write_column(const std::string& name, const std::vector<T>& mine, std::string_view unit,
                    std::string_view description, std::size_t width = 1) {
    write_column(name, std::span<const T>(mine), unit, description, width);
  }
  /// The rows of a column of this file that this rank wrote; in rank order they are the whole column. (Compressed: rank
  /// 0 wrote all.) InputError on all ranks if the disk does not give them back; the file goes on.
  template <class T>
  std::vector<T> read_back(const std::string& name);

  /// One dataset that every rank holds whole; rank 0's values are written. values.size() equals the product of `dims`.
  template <class T>
  void write_common(const std::string& name, std::span<const T> values, const std::vector<std::size_t>& dims,
                    std::string_view unit, std::string_view description);
  template <class T>
  void write_common(const std::string& name, const std::vector<T>& values, std::string_view unit,
                    std::string_view description) {
    write_common(name, std::span<const T>(values), {values.size()}, unit, description);
  }
  /// A list of texts, or one text of any length; rank 0's are written. (Fixed length, UTF-8, padded with zeros: HDF5
  /// cannot write texts of variable length in parallel.)
  void write_strings(const std::string& name, const std::vector<std::string>& values, std::string_view description);
  void write_text(const std::string& name, std::string_view text, std::string_view description);
  /// Attribute of a group or dataset that exists ("/" is the file).
  void write_attribute(const std::string& object, const std::string& key, std::string_view value);
  void write_attribute(const std::string& object, const std::string& key, const char* value) {
    write_attribute(object, key, std::string_view(value));
  }
  void write_attribute(const std::string& object, const std::string& key, double value);
  void write_attribute(const std::string& object, const std::string& key, std::int64_t value);
  void write_attribute(const std::string& object, const std::string& key, std::int32_t value);
  /// Closes the file, makes it durable, and renames it to the target.
  void commit();

  const std::filesystem::path& target() const;

 private:
  friend class GrowingTable;
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace cecropia::io

#pragma once
/// \file  HDF5 files that one rank reads or writes: stellar tables, tree files, checkpoints of one rank. No HDF5 type
/// appears here. Every dataset carries `unit` and `description`; nothing carries a date, so equal content is equal
/// bytes. The collective writer is parallel_file.hpp.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::io {

/// An array as it stands in a file: row-major, the last index runs fastest. A scalar has no dims and one value.
template <class T>
struct Array {
  std::vector<std::size_t> dims;
  std::vector<T> data;
};

/// How a dataset is stored. Compressed datasets are cut into chunks of `chunk_rows` rows, whatever wrote them.
struct Storage {
  int deflate_level = 0;           ///< 0 (contiguous, not compressed) to 9
  bool shuffle = true;             ///< byte shuffle before deflate; halves most columns of numbers
  std::size_t chunk_rows = 16384;  ///< rows (first index) of one chunk, >= 1
};

/// True if a regular file with the signature of HDF5 is at `path`; it may be damaged all the same.
bool looks_like_hdf5(const std::filesystem::path& path);

/// One file, one rank. Names are paths inside the file ("/group/name"); missing groups are made. T is double, float,
/// std::int64_t, std::int32_t or std::uint8_t; reading converts from the file's number type. Every failure is an
/// InputError that names the file and the dataset and gives HDF5's reason.
class SerialFile {
 public:
  /// Opens an existing file for reading.
  static SerialFile open(const std::filesystem::path& path);
  /// A new file. It is written under a temporary name beside `path` and takes its place in commit(); without commit()
  /// (an exception, a forgotten call) the temporary goes away and whatever was at `path` stays.
  static SerialFile create(const std::filesystem::path& path);
  SerialFile(SerialFile&&) noexcept;
  SerialFile& operator=(SerialFile&&) noexcept;
  ~SerialFile();

  // --- writing ---
  /// Writes values.size() == product of `dims` numbers; `dims` empty writes a scalar.
  template <class T>
  void write(const std::string& name, std::span<const T> values, const std::vector<std::size_t>& dims,
             std::string_view unit, std::string_view description, const Storage& storage = {});
  template <class T>
  void write(const std::string& name, const std::vector<T>& values, const std::vector<std::size_t>& dims,
             std::string_view unit, std::string_view description, const Storage& storage = {}) {
    write(name, std::span<const T>(values), dims, unit, description, storage);
  }
  /// One-dimensional.
  template <class T>
  void write(const std::string& name, const std::vector<T>& values, std::string_view unit,
             std::string_view description) {
    write(name, std::span<const T>(values), {values.size()}, unit, description);
  }
  /// A list of UTF-8 texts (fixed length in the file, padded with zeros).
  void write_strings(const std::string& name, const std::vector<std::string>& values, std::string_view description);
  /// One text of any length.
  void write_text(const std::string& name, std::string_view text, std::string_view description);
  /// Attribute `key` of the group or dataset `object` ("/" is the file itself); the group is made if it is not there.
  void write_attribute(const std::string& object, const std::string& key, std::string_view value);
  void write_attribute(const std::string& object, const std::string& key, const char* value) {
    write_attribute(object, key, std::string_view(value));
  }
  void write_attribute(const std::string& object, const std::string& key, double value);
  void write_attribute(const std::string& object, const std::string& key, std::int64_t value);
  /// Ends writing: flush, fsync, rename to the name that was asked for. Afterwards the object is closed.
  void commit();

  // --- reading ---
  bool has(const std::string& name) const;  ///< a group or dataset with this path
  bool has_attribute(const std::string& object, const std::string& key) const;
  std::vector<std::string> children(const std::string& group) const;  ///< names in a group, sorted
  std::vector<std::size_t> dims(const std::string& name) const;
  /// Bytes that a dataset takes in the file, compressed. A damaged file may claim dimensions that no disk could hold.
  std::uint64_t stored_bytes(const std::string& name) const;
  template <class T>
  Array<T> read(const std::string& name) const;
  Array<double> read_double(const std::string& name) const { return read<double>(name); }
  Array<std::int64_t> read_int64(const std::string& name) const { return read<std::int64_t>(name); }
  /// Rows [first, first + count) of the first index.
  template <class T>
  Array<T> read_rows(const std::string& name, std::size_t first, std::size_t count) const;
  /// All of a dataset that must have this shape: InputError otherwise, before anything is read.
  template <class T>
  Array<T> read_shaped(const std::string& name, const std::vector<std::size_t>& dims) const;
  /// Names of the columns of a table (a dataset of a compound type), in its order; empty for any other dataset.
  std::vector<std::string> columns(const std::string& table) const;
  /// Rows [first, first + count) of one column, which holds one number per row, of a table of one dimension.
  template <class T>
  Array<T> read_column_rows(const std::string& table, const std::string& column, std::size_t first,
                            std::size_t count) const;
  /// The file that the external link `name` points to, as the link says; empty if it is no such link.
  std::string external_file(const std::string& name) const;
  std::vector<std::string> read_strings(const std::string& name) const;  ///< fixed or variable length
  std::string read_text(const std::string& name) const;                  ///< the only or first entry of such a dataset
  std::string read_string_attribute(const std::string& object, const std::string& key) const;
  double read_double_attribute(const std::string& object, const std::string& key) const;
  std::int64_t read_int64_attribute(const std::string& object, const std::string& key) const;
  std::string unit(const std::string& name) const;         ///< attribute `unit` of a dataset
  std::string description(const std::string& name) const;  ///< attribute `description` of a dataset

  const std::filesystem::path& path() const;  ///< the name that was asked for

 private:
  struct Inside;
  explicit SerialFile(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace cecropia::io

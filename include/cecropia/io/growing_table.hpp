#pragma once
/// \file  Columns that are longer than memory: written by all ranks together, a few rows at a time, compressed by all
/// ranks at once, with bytes that depend neither on their number nor on how many rows came at a time.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "cecropia/io/parallel_file.hpp"

namespace cecropia::io {

/// One column of a GrowingTable. T is double, float, std::int64_t, std::int32_t or std::uint8_t.
struct GrowingColumn {
  enum class Number : std::uint8_t { f64, f32, i64, i32, u8 };
  std::string name;  ///< path of the dataset
  Number number = Number::f64;
  std::size_t width = 1;  ///< numbers in a row; above 1 the dataset has two dimensions
  std::string unit, description;

  template <class T>
  static GrowingColumn of(std::string name, std::string unit, std::string description, std::size_t width = 1) {
    constexpr Number number = std::is_same_v<T, double>         ? Number::f64
                              : std::is_same_v<T, float>        ? Number::f32
                              : std::is_same_v<T, std::int64_t> ? Number::i64
                              : std::is_same_v<T, std::int32_t> ? Number::i32
                                                                : Number::u8;
    static_assert(number != Number::u8 || std::is_same_v<T, std::uint8_t>, "no type that a file can hold");
    return {std::move(name), number, width, std::move(unit), std::move(description)};
  }
  std::size_t row_bytes() const;
};

/// A set of columns of equal, unknown length in a file that rank 0 writes (a ParallelFile with compression). All
/// members are collective. What is appended goes into chunks of storage.chunk_rows rows; every rank compresses its
/// part of the chunks that are full, rank 0 writes them chunk by chunk (all columns of a chunk, then the next chunk).
/// Rank 0 holds the compressed chunks of one append(), each rank the rows it brings. Errors as ParallelFile: the same
/// InputError on all ranks, nothing at the target.
class GrowingTable {
 public:
  /// `file` must outlive the table; nothing else may be written into it before finish(). InternalError without
  /// compression.
  GrowingTable(ParallelFile& file, std::vector<GrowingColumn> columns);
  GrowingTable(const GrowingTable&) = delete;
  GrowingTable& operator=(const GrowingTable&) = delete;
  ~GrowingTable();

  /// The rows of rank 0, then those of rank 1, and so on, behind what is there. One span of bytes per column, in the
  /// order of the columns, all with the same number of rows (may be 0).
  void append(const std::vector<std::span<const std::byte>>& columns);
  /// Writes the last, shorter chunk.
  void finish();
  /// Rows appended so far, by all ranks.
  std::uint64_t rows() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace cecropia::io

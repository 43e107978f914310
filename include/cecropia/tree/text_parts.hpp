#pragma once
/// \file  Any part of any of many text files, in blocks of whole lines: files may be larger than memory.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::tree {

/// CHOICE: 2 GiB of unpacked text, about five million halos of consistent-trees.
inline constexpr std::int64_t most_unpacked_bytes = std::int64_t{1} << 31;

/// Plain files are read as they are asked for, through one buffer; packed ones are unpacked into memory when the set is
/// opened. Keeps few files open at a time. Not for several threads. Errors: InputError that names the file and, where
/// it ends too early, the byte.
class TextParts {
 public:
  /// InputError if the packed files hold more than `most_unpacked` bytes of text together, or one cannot be read.
  explicit TextParts(std::vector<std::string> paths, std::int64_t most_unpacked = most_unpacked_bytes);
  ~TextParts();
  TextParts(const TextParts&) = delete;
  TextParts& operator=(const TextParts&) = delete;

  std::size_t n_files() const { return files_.size(); }
  const std::string& path(std::size_t file) const { return files_[file].path; }
  std::int64_t size(std::size_t file) const { return files_[file].size; }  ///< of the text, bytes

  /// Hands over [begin, end) of the text in blocks of whole lines with the offset of their first byte; only the last
  /// block may end without a line end. `take` returns false to stop early.
  void lines(std::size_t file, std::int64_t begin, std::int64_t end,
             const std::function<bool(std::string_view block, std::int64_t offset)>& take) const;
  /// Bytes [begin, end) of the text, valid until the next call.
  std::string_view bytes(std::size_t file, std::int64_t begin, std::int64_t end) const;
  /// Number of line ends in the first `offset` bytes.
  std::int64_t lines_before(std::size_t file, std::int64_t offset) const;

 private:
  struct File {
    std::string path;
    std::int64_t size = 0;
    bool in_memory = false;
    std::string text;  ///< of a packed file
  };
  int descriptor(std::size_t file) const;
  void fill(std::size_t file, char* to, std::int64_t begin, std::int64_t end) const;

  std::vector<File> files_;
  mutable std::vector<int> descriptor_;      ///< -1: closed
  mutable std::vector<std::size_t> opened_;  ///< open files, the oldest first
  mutable std::string buffer_;
};

}  // namespace cecropia::tree

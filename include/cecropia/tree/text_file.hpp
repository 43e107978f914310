#pragma once
/// \file  Bytes of a file: mapped into memory, or unpacked by zlib block by block. MPI is not needed here.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::tree {

/// A file mapped read-only into memory; the pages come when they are touched. Errors: InputError naming the path when
/// the file is missing, a folder or not readable.
class MappedFile {
 public:
  explicit MappedFile(std::string path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return {data_, size_}; }
  /// True if the first two bytes are those of gzip; the name of the file does not matter.
  bool is_gzip() const;

 private:
  std::string path_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Unpacks a gzip file (one or several members) and hands over its text in blocks of whole lines; only the last block
/// may end without a line end. `take` gets the block and the offset of its first byte in the unpacked text; it returns
/// false to stop early. A stream that is cut or damaged is an InputError that names the file and the byte (in the
/// packed file) where it ended; the lines before it are not handed over twice.
void unpack_lines(const MappedFile& file, const std::function<bool(std::string_view block, std::int64_t offset)>& take);

/// The first lines of a file, plain or gzip, to see what it is: at most `n`, without line ends, and no more than its
/// first 64 kB, so that a file that is no text costs nothing. InputError: it cannot be read.
std::vector<std::string> first_lines(const std::string& path, std::size_t n);

}  // namespace cecropia::tree

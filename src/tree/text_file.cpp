#include "cecropia/tree/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "cecropia/core/error.hpp"
#include "mapped_fault.hpp"
#include "words.hpp"

namespace cecropia::tree {
namespace {

InputError unreadable(const std::string& path, const std::string& why) {
  return InputError({fmt::format("the tree file '{}' cannot be read: {}", path, why), path, "a readable file",
                     "check the path (parameter 'trees.path' or the option --trees) and its permissions"});
}

/// Inflate's state, released in any case.
struct Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw InternalError("zlib could not be started");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

MappedFile::MappedFile(std::string path) : path_(std::move(path)) {
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw unreadable(path_, std::strerror(errno));
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0;
  if (!known || !S_ISREG(info.st_mode)) {
    ::close(fd);
    throw unreadable(path_, "it is not a regular file");
  }
  size_ = static_cast<std::size_t>(info.st_size);
  void* mapped = size_ > 0 ? ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
  const int reason = errno;
  ::close(fd);
  if (mapped == MAP_FAILED) throw unreadable(path_, std::strerror(reason));
  if (mapped != nullptr) ::madvise(mapped, size_, MADV_SEQUENTIAL);
  data_ = static_cast<const char*>(mapped);
  if (mapped != nullptr) watch_mapping(data_, size_, path_);
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  forget_mapping(data_);
  ::munmap(const_cast<char*>(data_), size_);  // munmap takes the address, it does not write
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

bool MappedFile::is_gzip() const {
  return size_ >= 2 && static_cast<unsigned char>(data_[0]) == 0x1f && static_cast<unsigned char>(data_[1]) == 0x8b;
}

void unpack_lines(const MappedFile& file, const std::function<bool(std::string_view, std::int64_t)>& take) {
  std::size_t block_bytes = std::size_t{64} << 10;  // a small first block: who only looks at the header stops there
  Inflater inflater;
  z_stream& z = inflater.stream;
  const std::string_view packed = file.bytes();
  std::size_t fed = 0;  // packed bytes given to zlib
  std::string text;     // [0, held): unpacked and not yet handed over
  std::size_t held = 0;
  std::int64_t offset = 0;  // of text[0] in the unpacked file
  bool member_open = true;
  const auto position = [&] { return static_cast<std::int64_t>(fed) - static_cast<std::int64_t>(z.avail_in); };
  while (true) {
    if (z.avail_in == 0 && fed < packed.size()) {
      const std::size_t n = std::min(packed.size() - fed, std::size_t{1} << 30);
      z.next_in =
          reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + fed));  // zlib's old interface; not written
      z.avail_in = static_cast<uInt>(n);
      fed += n;
    }
    if (!member_open) {
      if (z.avail_in == 0) break;
      // A new member starts with its magic number; trailing zero bytes are padding (tapes, some archivers).
      if (*z.next_in == 0) {
        ++z.next_in;
        --z.avail_in;
        continue;
      }
      inflateReset(&z);
      member_open = true;
    }
    if (text.size() < held + block_bytes) text.resize(held + block_bytes);
    z.next_out = reinterpret_cast<Bytef*>(text.data() + held);
    z.avail_out = static_cast<uInt>(std::min<std::size_t>(text.size() - held, std::numeric_limits<uInt>::max()));
    const uInt room = z.avail_out;
    const int code = inflate(&z, Z_NO_FLUSH);
    held += room - z.avail_out;
    if (code == Z_STREAM_END) {
      member_open = false;
    } else if (code == Z_BUF_ERROR || (code == Z_OK && z.avail_in == 0 && fed == packed.size() && z.avail_out > 0)) {
      throw InputError({fmt::format("the gzip file '{}' is cut off", file.path()),
                        fmt::format("{}, byte {} of the packed file ({} bytes of text unpacked)", file.path(),
                                    position(), offset + static_cast<std::int64_t>(held)),
                        "a complete gzip stream", "copy the file again and compare its size with the original"});
    } else if (code != Z_OK) {
      throw InputError({fmt::format("the gzip file '{}' is damaged: {}", file.path(), z.msg ? z.msg : "bad data"),
                        fmt::format("{}, near byte {} of the packed file", file.path(), position()),
                        "a valid gzip stream", "copy the file again and test it with: gzip -t"});
    }
    if (held < block_bytes && member_open) continue;
    const std::size_t last = std::string_view(text.data(), held).rfind('\n');
    if (last == std::string_view::npos) continue;
    if (!take(std::string_view(text.data(), last + 1), offset)) return;
    offset += static_cast<std::int64_t>(last + 1);
    std::memmove(text.data(), text.data() + last + 1, held - last - 1);
    held -= last + 1;
    block_bytes = std::size_t{4} << 20;
  }
  if (held > 0) take(std::string_view(text.data(), held), offset);
}

std::vector<std::string> first_lines(const std::string& path, std::size_t n) {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view text, std::int64_t) {
    text = text.substr(0, std::size_t{64} << 10);
    while (lines.size() < n && !text.empty()) lines.emplace_back(next_line(text));
    return false;
  };
  const MappedFile file(path);
  if (file.is_gzip())
    unpack_lines(file, keep);
  else
    keep(file.bytes(), 0);
  return lines;
}

}  // namespace cecropia::tree

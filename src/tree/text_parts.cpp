#include "cecropia/tree/text_parts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/text_file.hpp"

namespace cecropia::tree {
namespace {

/// Small enough to stay in the cache between reading and parsing, large enough to keep disks busy.
constexpr std::int64_t block_bytes = std::int64_t{1} << 20;
/// No line of a tree file is nearly as long: beyond, it is not text.
constexpr std::size_t longest_line = std::size_t{1} << 26;
/// Far below the number of files that a process may have open (often 1024).
constexpr std::size_t most_open = 128;

}  // namespace

TextParts::TextParts(std::vector<std::string> paths, std::int64_t most_unpacked) {
  std::int64_t unpacked = 0;
  for (std::string& path : paths) {
    const MappedFile mapped(path);
    File file;
    file.size = static_cast<std::int64_t>(mapped.bytes().size());
    file.in_memory = mapped.is_gzip();
    if (file.in_memory) {
      unpack_lines(mapped, [&](std::string_view lines, std::int64_t) {
        unpacked += static_cast<std::int64_t>(lines.size());
        if (unpacked > most_unpacked)
          throw InputError({fmt::format("the packed tree files hold more than {} bytes of text", most_unpacked), path,
                            "packed files that fit into memory, or plain files of any size",
                            "unpack them first (gunzip -k), and keep only the plain files in the folder"});
        file.text += lines;
        return true;
      });
      file.text.shrink_to_fit();
      file.size = static_cast<std::int64_t>(file.text.size());
    }
    file.path = std::move(path);
    files_.push_back(std::move(file));
  }
  descriptor_.assign(files_.size(), -1);
}

TextParts::~TextParts() {
  for (const std::size_t file : opened_) ::close(descriptor_[file]);
}

int TextParts::descriptor(std::size_t file) const {
  if (descriptor_[file] >= 0) return descriptor_[file];
  if (opened_.size() == most_open) {
    ::close(descriptor_[opened_.front()]);
    descriptor_[opened_.front()] = -1;
    opened_.erase(opened_.begin());
  }
  const int fd = ::open(files_[file].path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    throw InputError({fmt::format("the tree file '{}' cannot be read: {}", files_[file].path, std::strerror(errno)),
                      files_[file].path, "a readable file", "do not move tree files while they are read"});
  opened_.push_back(file);
  return descriptor_[file] = fd;
}

void TextParts::fill(std::size_t file, char* to, std::int64_t begin, std::int64_t end) const {
  const int fd = descriptor(file);
  while (begin < end) {
    const ssize_t n = ::pread(fd, to, static_cast<std::size_t>(end - begin), begin);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      throw InputError(
          {n < 0 ? fmt::format("the tree file '{}' cannot be read: {}", files_[file].path, std::strerror(errno))
                 : fmt::format("the tree file '{}' became shorter while it was read", files_[file].path),
           fmt::format("{}, byte {}", files_[file].path, begin), fmt::format("{} bytes", files_[file].size),
           "do not change tree files while they are read"});
    to += n;
    begin += n;
  }
}

void TextParts::lines(std::size_t file, std::int64_t begin, std::int64_t end,
                      const std::function<bool(std::string_view, std::int64_t)>& take) const {
  if (begin >= end) return;
  if (files_[file].in_memory) {
    take(bytes(file, begin, end), begin);
    return;
  }
  std::size_t held = 0;  // bytes of a line that the last block cut
  for (std::int64_t at = begin; at < end;) {
    const std::int64_t n = std::min(block_bytes, end - at);
    if (buffer_.size() < held + static_cast<std::size_t>(n)) buffer_.resize(held + static_cast<std::size_t>(n));
    fill(file, buffer_.data() + held, at, at + n);
    const std::int64_t offset = at - static_cast<std::int64_t>(held);
    at += n;
    held += static_cast<std::size_t>(n);
    std::size_t whole = held;
    if (at < end) {
      const std::size_t last = std::string_view(buffer_.data(), held).rfind('\n');
      if (last == std::string_view::npos && held > longest_line)
        throw InputError({fmt::format("'{}' has a line of more than {} bytes", files_[file].path, longest_line),
                          fmt::format("{}, byte {}", files_[file].path, offset), "lines of text",
                          "copy the file again"});
      if (last == std::string_view::npos) continue;
      whole = last + 1;
    }
    if (!take(std::string_view(buffer_.data(), whole), offset)) return;
    held -= whole;
    std::memmove(buffer_.data(), buffer_.data() + whole, held);
  }
}

std::string_view TextParts::bytes(std::size_t file, std::int64_t begin, std::int64_t end) const {
  const auto n = static_cast<std::size_t>(end - begin);
  if (files_[file].in_memory) return std::string_view(files_[file].text).substr(static_cast<std::size_t>(begin), n);
  if (buffer_.size() < n) buffer_.resize(n);
  fill(file, buffer_.data(), begin, end);
  return {buffer_.data(), n};
}

std::int64_t TextParts::lines_before(std::size_t file, std::int64_t offset) const {
  if (files_[file].in_memory) {
    const std::string_view text = bytes(file, 0, offset);
    return std::count(text.begin(), text.end(), '\n');
  }
  std::int64_t n = 0;
  std::string block(static_cast<std::size_t>(block_bytes), '\0');  // its own: somebody may be looking at buffer_
  for (std::int64_t at = 0; at < offset; at += block_bytes) {
    const std::int64_t length = std::min(block_bytes, offset - at);
    fill(file, block.data(), at, at + length);
    n += std::count(block.begin(), block.begin() + length, '\n');
  }
  return n;
}

}  // namespace cecropia::tree

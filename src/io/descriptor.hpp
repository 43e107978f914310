#pragma once
/// \file  What the files of this room share: descriptors, and what to say when the system refuses.
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace cecropia::io {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

/// InputError with the system's reason and a remedy for it.
[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& doing, int error);

/// All of `content`, however often the system interrupts; refuse() otherwise.
void write_all(const Descriptor& file, std::string_view content, const std::filesystem::path& path);

}  // namespace cecropia::io

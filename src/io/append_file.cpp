#include "cecropia/io/append_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "descriptor.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;

struct AppendFile::Inside {
  fs::path path;
  Descriptor file;
};

AppendFile::AppendFile(const fs::path& path) {
  survive_file_size_limit();
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (file.get() < 0) refuse(path, "opening the file", errno);
  inside_ = std::make_unique<Inside>(Inside{path, std::move(file)});
}
AppendFile::~AppendFile() = default;

void AppendFile::cut(std::uintmax_t bytes) {
  if (::ftruncate(inside_->file.get(), static_cast<off_t>(bytes)) != 0)
    refuse(inside_->path, "cutting the file", errno);
}

void AppendFile::append(std::string_view text) {
  write_all(inside_->file, text, inside_->path);
  struct stat facts {};
  if (::fstat(inside_->file.get(), &facts) == 0 && facts.st_nlink == 0)
    refuse(inside_->path, "adding to a file that somebody has removed", ENOENT);
  // Some files have no fsync (EINVAL): pipes and the like.
  if (::fsync(inside_->file.get()) != 0 && errno != EINVAL) refuse(inside_->path, "writing the file", errno);
}

std::string AppendFile::read(std::uintmax_t begin, std::size_t length) const {
  std::string text(length, '\0');
  for (std::size_t done = 0; done < length;) {
    const ssize_t n = ::pread(inside_->file.get(), text.data() + done, length - done, static_cast<off_t>(begin + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse(inside_->path, "reading the file", errno);
    if (n == 0)
      throw InputError({"this file has lost what was written to it", inside_->path.string(),
                        "a file that nobody else changes", "start the same command again"});
    done += static_cast<std::size_t>(n);
  }
  return text;
}

struct LockFile::Inside {
  Descriptor file;
  bool locked = false;
};

LockFile::LockFile(const fs::path& path, const char* what) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (file.get() < 0) refuse(path, "opening the file", errno);
  int result = 0;
  do {
    result = ::flock(file.get(), LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno == EWOULDBLOCK)
    throw InputError({fmt::format("another {} is at work in this folder", what), path.string(),
                      fmt::format("one {} per folder at a time", what),
                      "wait for it, or choose another folder with --out"});
  inside_ = std::make_unique<Inside>(Inside{std::move(file), result == 0});
}
LockFile::~LockFile() = default;

bool LockFile::keeps_others_out() const { return inside_->locked; }

}  // namespace cecropia::io

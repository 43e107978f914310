#pragma once
/// \file  Files that grow line by line and must survive whatever happens, and folders that belong to one process.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cecropia::io {

/// A file that is appended to. Errors: InputError with the system's reason and a remedy.
class AppendFile {
 public:
  /// Opens or makes the file.
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Cuts the file at this length.
  void cut(std::uintmax_t bytes);
  /// Returns when the text is on the disk.
  void append(std::string_view text);
  /// These bytes of the file.
  std::string read(std::uintmax_t begin, std::size_t length) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Holds a file locked as long as it lives; the lock goes with the process, however it ends. Where a file system has no
/// locks (Lustre without `-o flock`, NFS without its lock service) nobody can be kept out.
class LockFile {
 public:
  /// `what` holds it, for messages: "scan". InputError if the file cannot be made, or if another process holds it.
  LockFile(const std::filesystem::path& path, const char* what);
  ~LockFile();
  bool keeps_others_out() const;  ///< false: the file system has no locks
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace cecropia::io

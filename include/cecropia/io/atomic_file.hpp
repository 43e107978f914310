#pragma once
/// \file  Files that are there whole or not at all.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cecropia::io {

/// Reserves a name beside a target, and puts the finished file in the target's place: fsync of the file, rename, fsync
/// of the folder. Until then, and after every failure, what was at the target stays, and the temporary goes away. The
/// temporary's name is `<target>.partial-<16 hexadecimal digits>`, new for every object, so that many jobs can work on
/// one target: the last rename wins, each reader sees a whole file.
class AtomicTarget {
 public:
  /// Makes the temporary, empty and for nobody else to read or write. InputError if the folder does not exist or cannot
  /// be written, or if the target is a folder.
  explicit AtomicTarget(std::filesystem::path target);
  AtomicTarget(AtomicTarget&& other) noexcept;
  AtomicTarget& operator=(AtomicTarget&& other) noexcept;
  /// Removes the temporary unless it was committed.
  ~AtomicTarget();

  const std::filesystem::path& target() const { return target_; }
  const std::filesystem::path& temporary() const { return temporary_; }
  /// Reserves room on the disk for the file to grow by `bytes` beyond `size` without changing its size. InputError if
  /// there is no room (or a quota or a file-size limit forbids it). Where the file system cannot reserve, only its
  /// count of free bytes is looked at.
  void reserve(std::uintmax_t size, std::uintmax_t bytes) const;
  /// Writes `content` into the temporary; commit() gives it its name. InputError if the disk refuses.
  void write(std::string_view content);
  /// Both at once.
  void write_and_commit(std::string_view content);
  /// The permissions of a new file, fsync, rename, fsync of the folder. InputError if the disk refuses; then the target
  /// is what it was.
  void commit();
  /// Removes the temporary now. Another rank may have done it already.
  void abandon() noexcept;

 private:
  std::filesystem::path target_, temporary_;
};

/// A text file that is written whole or not at all (run.json, a ledger's header, a table in text).
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& target) : target_(target) {}
  void write(std::string_view text) { text_.append(text); }
  /// Writes, makes it durable, renames. InputError as for AtomicTarget.
  void commit() { target_.write_and_commit(text_); }

 private:
  AtomicTarget target_;
  std::string text_;
};

/// The whole of `text` as the file `target`, atomically.
void write_atomically(const std::filesystem::path& target, std::string_view text);

/// A copy of `source` as the file `target`, atomically. InputError as for AtomicTarget, or if `source` cannot be read.
void copy_atomically(const std::filesystem::path& source, const std::filesystem::path& target);

/// The whole content of a file. InputError if it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// From now on a limit of the file size (ulimit -f) is met with an error code and a message, not with the death of the
/// process by SIGXFSZ. Everything in this room that writes calls it.
void survive_file_size_limit();

/// Makes the folder and those above it; nothing if it is there. InputError if that is not possible or if a file has the
/// name.
void make_folder(const std::filesystem::path& folder);

/// InputError if a part of `path` below `folder` is a symbolic link: what belongs into a folder of results stays in it,
/// whatever was put there before. The folder itself may be one.
void stay_inside(const std::filesystem::path& folder, const std::filesystem::path& path);

/// Removes the temporaries of AtomicTarget that processes left in this folder when they were killed, and what MPI kept
/// beside them; returns how many. `alone`: everybody else is kept out of the folder (LockFile), so that all of them are
/// left over. Otherwise those go whose process lived on this machine and is dead.
std::size_t remove_temporaries(const std::filesystem::path& folder, bool alone);

/// Removes those of this process in the folder, for a process that has to end at once.
void remove_own_temporaries(const std::filesystem::path& folder);

}  // namespace cecropia::io

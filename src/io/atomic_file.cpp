#include "cecropia/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/io/left_over.hpp"
#include "descriptor.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view temporary_mark = ".partial-";
constexpr std::size_t hex_digits = 16;

/// Machine, boot and name space of processes: where a process number means the same process. A random number where that
/// cannot be known, so that nobody takes somebody else's file for that of a dead process.
std::uint32_t this_machine() {
  static const std::uint32_t number = [] {
    std::error_code error;
    std::string boot;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    const fs::path processes = fs::read_symlink("/proc/self/ns/pid", error);
    if (boot.empty() || error) return static_cast<std::uint32_t>(std::random_device{}());
    return static_cast<std::uint32_t>(hash64(boot + processes.string()));
  }();
  return number;
}

constexpr std::uint32_t most_names = 256;  // of one process for one target

/// Digits in the name of a temporary, or of a file that a library of MPI keeps beside the one it opens (Open MPI
/// probes locks with `<name>.locktest.<rank>`); empty for every other name.
std::string_view digits_of(std::string_view name) {
  const std::size_t mark = name.rfind(temporary_mark);
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = name.substr(mark + temporary_mark.size()), digits = rest.substr(0, hex_digits);
  const bool ends = rest.size() == hex_digits || (rest.size() > hex_digits && rest[hex_digits] == '.');
  return ends && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos ? digits : std::string_view{};
}

bool is_temporary(std::string_view name) { return !digits_of(name).empty(); }

/// Whether the process that made the temporary with these digits lived on this machine and is dead.
bool is_left_over(const std::string& digits) {
  if (std::stoul(digits.substr(0, 8), nullptr, 16) != this_machine()) return false;
  const auto process = static_cast<pid_t>(std::stoul(digits.substr(8, 6), nullptr, 16));
  if (::kill(process, 0) != 0) return errno == ESRCH;
  std::string facts;  // "number (name) state ...": Z is dead, though nobody has asked for its exit code yet
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", process)), facts);
  const std::size_t name_end = facts.rfind(") ");
  return name_end != std::string::npos && name_end + 2 < facts.size() && facts[name_end + 2] == 'Z';
}

std::string own_digits() {
  return fmt::format("{:08x}{:06x}", this_machine(), static_cast<std::uint32_t>(::getpid()) & 0xffffffU);
}

/// Removes what is in the folder and `is_wanted` by its name; how many.
template <class Wanted>
std::size_t remove_entries(const fs::path& folder, Wanted&& is_wanted) {
  std::vector<fs::path> left;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (is_wanted(entry->path().filename().string())) left.push_back(entry->path());
  std::size_t removed = 0;
  for (const fs::path& path : left) {
    const std::uintmax_t n = fs::remove_all(path, error);  // it may be a folder
    removed += !error && n > 0 ? 1 : 0;
  }
  return removed;
}

/// What the umask leaves of "everybody may read and write". From /proc: umask() itself would change it for a moment.
mode_t permissions_of_new_files() {
  static const mode_t permissions = [] {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
      if (word == "Umask:" && status >> word) return static_cast<mode_t>(0666 & ~std::stoul(word, nullptr, 8));
    const mode_t masked = ::umask(077);
    ::umask(masked);
    return static_cast<mode_t>(0666 & ~masked);
  }();
  return permissions;
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

}  // namespace

void refuse(const fs::path& path, const std::string& doing, int error) {
  std::string expected = "a folder that exists and that you may write to", fix = "choose another place for the output";
  if (error == ENOSPC || error == EDQUOT) {
    expected = "free space on the disk";
    fix = "free some space, or choose another place for the output, or write fewer levels and properties";
  } else if (error == EFBIG) {
    expected = "a limit of the file size that lets the file be written";
    fix = "raise the limit (ulimit -f), or write fewer levels and properties";
  } else if (error == EACCES || error == EPERM || error == EROFS) {
    fix = "change the permissions (chmod u+w), or choose another place for the output";
  } else if (error == ELOOP) {
    expected = "a file of its own, and no symbolic link to another place";
    fix = "remove the link, or choose another place for the output";
  } else if (error == ENOENT) {
    fix = "make the folder (mkdir -p), or choose another place for the output";
  }
  throw InputError({fmt::format("{} failed: {}", doing, std::strerror(error)), path.string(), expected, fix});
}

void write_all(const Descriptor& file, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(file.get(), content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) refuse(path, "writing the file", n < 0 ? errno : ENOSPC);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
}

void survive_file_size_limit() {
  static const bool done = (std::signal(SIGXFSZ, SIG_IGN), true);
  static_cast<void>(done);
}

fs::path temporary_beside(const fs::path& target) {
  static std::atomic<std::uint32_t> made{0};
  fs::path name = target;
  name += fmt::format("{}{}{:02x}", temporary_mark, own_digits(), made++ % most_names);
  return name;
}

AtomicTarget::AtomicTarget(fs::path target) : target_(std::move(target)) {
  survive_file_size_limit();
  std::error_code ignored;
  if (fs::is_directory(target_, ignored))
    throw InputError({"the output file has the name of a folder", target_.string(), "the name of a file",
                      "remove or rename the folder, or choose another name for the output"});
  int made = -1, error = EEXIST;  // a process of our number may be dead and have left its file
  for (std::uint32_t attempt = 0; made < 0 && error == EEXIST && attempt < most_names; ++attempt) {
    temporary_ = temporary_beside(target_);
    made = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    error = errno;
  }
  const Descriptor fd(made);
  if (fd.get() < 0) {
    const fs::path wanted = std::exchange(temporary_, fs::path());
    refuse(target_, fmt::format("making a file in the folder '{}'", folder_of(wanted).string()), error);
  }
}

AtomicTarget::AtomicTarget(AtomicTarget&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, fs::path())) {}

AtomicTarget& AtomicTarget::operator=(AtomicTarget&& other) noexcept {
  std::swap(target_, other.target_);
  std::swap(temporary_, other.temporary_);
  return *this;
}

AtomicTarget::~AtomicTarget() { abandon(); }

void AtomicTarget::abandon() noexcept {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void AtomicTarget::reserve(std::uintmax_t size, std::uintmax_t bytes) const {
  if (bytes == 0) return;
  const std::string doing = fmt::format("reserving {:.1f} MiB", static_cast<double>(bytes) / 1048576.0);
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size + bytes > limit.rlim_cur)
    refuse(target_, doing, EFBIG);
  // The count of free bytes first: an impossible reservation would fill the disk before it fails.
  struct statvfs space {};
  if (::statvfs(folder_of(temporary_).c_str(), &space) == 0 &&
      static_cast<std::uintmax_t>(space.f_bavail) * space.f_frsize < bytes)
    refuse(target_, doing, ENOSPC);
  const Descriptor fd(::open(temporary_.c_str(), O_RDWR | O_CLOEXEC));
  if (fd.get() < 0) refuse(target_, doing, errno);
  int result = 0;
  do {
    result = ::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size), static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) refuse(target_, doing, errno);
}

void AtomicTarget::commit() {
  {
    Descriptor fd(::open(temporary_.c_str(), O_RDWR | O_CLOEXEC));
    if (fd.get() < 0) refuse(target_, "finishing the file", errno);
    struct stat facts {};
    // Cutting the file at its own length gives reserved room beyond it back.
    if (::fstat(fd.get(), &facts) != 0 || ::ftruncate(fd.get(), facts.st_size) != 0 || ::fsync(fd.get()) != 0 ||
        ::fchmod(fd.get(), permissions_of_new_files()) != 0 || fd.close() != 0)
      refuse(target_, "finishing the file", errno);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) refuse(target_, "giving the finished file its name", errno);
  temporary_.clear();
  const Descriptor folder(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems have no fsync for folders (EINVAL); the rename has happened all the same.
  if (folder.get() >= 0 && ::fsync(folder.get()) != 0 && errno == EIO)
    refuse(target_, "making the file's name durable", errno);
}

void AtomicTarget::write_and_commit(std::string_view content) {
  write(content);
  commit();
}

void AtomicTarget::write(std::string_view content) {
  Descriptor fd(::open(temporary_.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.get() < 0) refuse(target_, "opening the file", errno);
  write_all(fd, content, target_);
  if (fd.close() != 0) refuse(target_, "writing the file", errno);
}

void write_atomically(const fs::path& target, std::string_view text) {
  AtomicFile file(target);
  file.write(text);
  file.commit();
}

void copy_atomically(const fs::path& source, const fs::path& target) {
  AtomicTarget copy(target);
  std::error_code error;
  fs::copy_file(source, copy.temporary(), fs::copy_options::overwrite_existing, error);
  if (error) refuse(target, fmt::format("copying '{}'", source.string()), error.value());
  copy.commit();
}

std::string read_file(const fs::path& path) {
  const auto complain = [&](int error) {
    throw InputError({fmt::format("the file cannot be read: {}", std::strerror(error)), path.string(),
                      "a file that exists and that you may read", "check the path and its permissions"});
  };
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) complain(errno);
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) complain(errno);
    if (n == 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  if (fs::exists(folder, error))
    throw InputError({"the output folder has the name of a file", folder.string(), "the name of a folder",
                      "remove or rename the file, or choose another name for the output folder"});
  fs::create_directories(folder, error);
  std::error_code ignored;
  if (error && !fs::is_directory(folder, ignored)) refuse(folder, "making the folder", error.value());
}

void stay_inside(const fs::path& folder, const fs::path& path) {
  fs::path place = folder;
  for (const fs::path& part : path.lexically_relative(folder)) {
    place /= part;
    std::error_code ignored;
    if (fs::is_symlink(fs::symlink_status(place, ignored))) refuse(place, "writing through a symbolic link", ELOOP);
  }
}

std::size_t remove_temporaries(const fs::path& folder, bool alone) {
  return remove_entries(folder, [&](std::string_view name) {
    return is_temporary(name) && (alone || is_left_over(std::string(digits_of(name))));
  });
}

void remove_own_temporaries(const fs::path& folder) {
  const std::string own = own_digits();
  remove_entries(folder.empty() ? fs::path(".") : folder,
                 [&](std::string_view name) { return digits_of(name).starts_with(own); });
}

std::size_t remove_left_over(const fs::path& target) {
  const std::string begin = target.filename().string() + std::string(temporary_mark);
  return remove_entries(folder_of(target), [&](const std::string& name) {
    return name.starts_with(begin) && is_temporary(name) && is_left_over(std::string(digits_of(name)));
  });
}

}  // namespace cecropia::io

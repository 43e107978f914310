#include "cecropia/io/parallel_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "hdf5_dataset.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t margin_bytes = 1 << 20;  // kept free for HDF5's own tables, so that the file can be closed
constexpr std::uint64_t bytes_per_dataset = 16
                                            << 10;  // header, attributes and group entry of one dataset: an upper limit

/// Lets every open descriptor of `path` in this process point into memory instead. After a failed write HDF5 still
/// holds the file and writes to it once more inside MPI_Finalize; a second failure there ends in a segmentation fault
/// (seen with HDF5 1.10.8 and Open MPI 4.1.4), which would hide our message and our exit code. The emptied file itself
/// stays open and nameless: HDF5 knows open files by their inode number, which must not be given to another file.
void detach(const fs::path& path) {
  struct stat wanted {};
  const int keep = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (keep < 0 || ::fstat(keep, &wanted) != 0) return;
  const int memory = ::memfd_create("abandoned", MFD_CLOEXEC);
  if (memory < 0) return;
  std::error_code error;
  std::vector<int> open;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", error))
    open.push_back(std::stoi(entry.path().filename()));
  for (const int fd : open) {
    struct stat facts {};
    if (fd != keep && ::fstat(fd, &facts) == 0 && facts.st_dev == wanted.st_dev && facts.st_ino == wanted.st_ino)
      ::dup2(memory, fd);
  }
  ::close(memory);
}

}  // namespace

struct ParallelFile::Inside {
  const parallel::Communicator& ranks;
  fs::path path;
  Storage storage;
  std::optional<AtomicTarget> target;  ///< on rank 0, until the end
  fs::path temporary;                  ///< on all ranks
  FileHandle file;
  /// Compressed files are written by rank 0 alone, through HDF5's serial driver: with the collective one the place of a
  /// compressed chunk in the file depends on the number of ranks (HDF5 1.10.8 makes room for the chunks in the order in
  /// which the ranks finish with them), and so would the bytes.
  bool root_alone = false;
  bool is_open = false;
  std::uint64_t reserved_bytes = 0;  ///< not yet used up; equal on all ranks
  /// First row and number of rows of each column that this rank wrote.
  std::map<std::string, std::pair<std::size_t, std::size_t>> mine_of;
  int exceptions_at_start = std::uncaught_exceptions();

  Inside(const parallel::Communicator& r, fs::path p, const Storage& s)
      : ranks(r), path(std::move(p)), storage(s), root_alone(s.deflate_level > 0) {}
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() {
    if (std::uncaught_exceptions() > exceptions_at_start)
      let_go();
    else
      close_and_remove();
  }

  /// Without a collective call: the others may be elsewhere. Whichever rank gets here removes the temporary.
  void let_go() noexcept {
    is_open = false;
    if (temporary.empty()) return;
    if (file.id() >= 0) {
      detach(temporary);
      file.release();
    }
    if (target) target->abandon();
    ::unlink(temporary.c_str());
    temporary.clear();
  }
  /// Collective, when all is well with HDF5.
  void close_and_remove() {
    is_open = false;
    file.close();
    if (target) target->abandon();
    temporary.clear();
  }
  /// Collective. Runs HDF5 calls; a failure on any rank is an InputError on all, after which the file is given up.
  template <class Work>
  void guarded(const std::string& name, Work&& work) {
    if (!is_open) throw InternalError("a collective file is used after it was closed: " + path.string());
    std::optional<Complaint> complaint;
    try {
      if (file.id() >= 0) std::forward<Work>(work)();
    } catch (const Hdf5Error& error) {
      complaint = Complaint{fmt::format("writing '{}' failed: {}", name, error.what()), path.string(),
                            "a disk that takes the whole file, and data that fit it",
                            "check the free space, the quota and the limit of the file size (df, quota, ulimit -f)"};
    }
    try {
      parallel::fail_together(ranks, complaint);
    } catch (const InputError&) {
      let_go();
      throw;
    }
  }
  /// Collective. Each rank writes rows [first, first + count) of a dataset of `dims` from `data`; count may be 0. Every
  /// rank writes for itself: when a collective write of MPI-IO fails, the other ranks may wait for ever (seen with Open
  /// MPI 4.1.4 on three ranks), and contiguous parts need no collective write to be fast.
  void write(const std::string& name, hid_t file_type, hid_t memory_type, const std::vector<std::size_t>& dims,
             std::size_t first, std::size_t count, const void* data, std::string_view unit,
             std::string_view description, const Storage& how) {
    const std::uint64_t bytes = product(dims) * H5Tget_size(file_type) + bytes_per_dataset;
    if (reserved_bytes < bytes) reserve(bytes - reserved_bytes);
    reserved_bytes -= bytes;
    guarded(name, [&] {
      DatasetHandle dataset = create_dataset(file.id(), name, file_type, dims, how);
      put_attribute(dataset.id(), "unit", unit);
      put_attribute(dataset.id(), "description", description);
      std::vector<std::size_t> mine = dims;
      if (!mine.empty()) mine[0] = count;
      if (count > 0 && product(mine) > 0) write_rows(dataset.id(), memory_type, dims, mine, first, data);
      // Chunks stay in HDF5's memory until here. To meet the failure of a later flush is too late: HDF5 1.10.8 cannot
      // close a file after that.
      if (!dataset.close()) throw Hdf5Error("writing: " + hdf5_reason());
    });
  }
  static void write_rows(hid_t dataset, hid_t memory_type, const std::vector<std::size_t>& dims,
                         const std::vector<std::size_t>& mine, std::size_t first, const void* data) {
    const SpaceHandle in_file = space_of(dims), in_memory = space_of(mine);
    if (!dims.empty()) {
      std::vector<hsize_t> start(dims.size(), 0);
      const std::vector<hsize_t> length(mine.begin(), mine.end());
      start[0] = first;
      check_hdf5(H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, start.data(), nullptr, length.data(), nullptr),
                 "selecting rows");
    }
    check_hdf5(H5Dwrite(dataset, memory_type, in_memory.id(), in_file.id(), H5P_DEFAULT, data), "writing");
  }
  /// Collective. Rank 0 writes everything.
  void write_from_root(const std::string& name, hid_t file_type, hid_t memory_type,
                       const std::vector<std::size_t>& dims, const void* data, std::string_view unit,
                       std::string_view description) {
    const std::size_t rows = dims.empty() ? 1 : dims[0];
    write(name, file_type, memory_type, dims, 0, ranks.is_root() ? rows : 0, data, unit, description, Storage{});
  }
  void reserve(std::uint64_t bytes) {
    try {
      parallel::on_root(ranks,
                        [&] { target->reserve(fs::file_size(temporary), reserved_bytes + bytes + margin_bytes); });
    } catch (const InputError&) {
      close_and_remove();  // the margin of the previous reservation lets HDF5 close its file in peace
      throw;
    }
    reserved_bytes += bytes;
  }
};

ParallelFile::ParallelFile(const parallel::Communicator& ranks, const fs::path& target, const Storage& storage) {
  start_hdf5();
  inside_ = std::make_unique<Inside>(ranks, target, storage);
  Inside& in = *inside_;
  parallel::on_root(ranks, [&] {
    in.target.emplace(target);
    in.temporary = in.target->temporary();
    in.target->reserve(0, margin_bytes);
  });
  in.temporary = ranks.broadcast(in.temporary.string());
  parallel::together(ranks, [&] {
    if (::access(in.temporary.c_str(), W_OK) != 0)
      throw InputError({fmt::format("rank {} cannot see the file that rank 0 has just made", ranks.rank()),
                        target.string(), "a folder that all nodes of the job share",
                        "choose a place on the shared file system"});
  });
  std::optional<Complaint> complaint;
  try {
    const ListHandle access(H5Pcreate(H5P_FILE_ACCESS), "making a property list");
    if (!in.root_alone)
      check_hdf5(H5Pset_fapl_mpio(access.id(), ranks.handle(), MPI_INFO_NULL), "asking for collective access");
    if (!in.root_alone || ranks.is_root())
      in.file = FileHandle(H5Fcreate(in.temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), "making the file");
  } catch (const Hdf5Error& error) {
    complaint = Complaint{std::string("the output file cannot be made: ") + error.what(), target.string(),
                          "a folder that all nodes of the job share and that you may write to",
                          "choose another place for the output"};
  }
  parallel::fail_together(ranks, complaint);
  in.is_open = true;
  in.reserve(0);  // making the file has cut it to nothing, and the first reservation with it
}

ParallelFile::~ParallelFile() = default;

const fs::path& ParallelFile::target() const { return inside_->path; }

void ParallelFile::reserve(std::uint64_t bytes, std::size_t datasets) {
  inside_->reserve(bytes + bytes_per_dataset * datasets);
}

void ParallelFile::make_group(const std::string& name) {
  inside_->guarded(name, [&] { ensure_group(inside_->file.id(), name); });
}

template <class T>
void ParallelFile::write_column(const std::string& name, std::span<const T> mine, std::string_view unit,
                                std::string_view description, std::size_t width) {
  if (width == 0 || mine.size() % width != 0)
    throw InternalError(fmt::format("column '{}': {} values do not make rows of {}", name, mine.size(), width));
  const auto rows = static_cast<std::int64_t>(mine.size() / width);
  const auto all = static_cast<std::size_t>(inside_->ranks.sum(rows));
  const auto first = static_cast<std::size_t>(inside_->ranks.exclusive_sum(rows));
  std::vector<std::size_t> dims{all};
  if (width > 1) dims.push_back(width);
  const auto write = [&](std::size_t begin, std::span<const T> part) {
    inside_->mine_of[name] = {begin, part.size() / width};
    inside_->write(name, NumberType<T>::file(), NumberType<T>::memory(), dims, begin, part.size() / width, part.data(),
                   unit, description, inside_->storage);
  };
  if (!inside_->root_alone) {
    write(first, mine);
  } else {
    std::vector<std::vector<T>> to_root(static_cast<std::size_t>(inside_->ranks.size()));
    to_root[0].assign(mine.begin(), mine.end());
    write(0, inside_->ranks.exchange(to_root));
  }
}

template <class T>
std::vector<T> ParallelFile::read_back(const std::string& name) {
  std::vector<T> values;
  std::optional<Complaint> complaint;
  const auto [first, count] = inside_->mine_of.at(name);
  try {
    if (count > 0) {
      const DatasetHandle dataset(H5Dopen2(inside_->file.id(), name.c_str(), H5P_DEFAULT), "opening");
      values = read_rows_of<T>(dataset.id(), first, count).data;
    }
  } catch (const Hdf5Error& error) {
    complaint = Complaint{fmt::format("reading '{}' back failed: {}", name, error.what()), inside_->path.string(),
                          "a disk that gives back what was written to it", "ask those who look after the disk"};
  }
  parallel::fail_together(inside_->ranks, complaint);
  return values;
}

template <class T>
void ParallelFile::write_common(const std::string& name, std::span<const T> values,
                                const std::vector<std::size_t>& dims, std::string_view unit,
                                std::string_view description) {
  if (values.size() != product(dims))
    throw InternalError(fmt::format("dataset '{}': {} values do not fit the dimensions", name, values.size()));
  inside_->write_from_root(name, NumberType<T>::file(), NumberType<T>::memory(), dims, values.data(), unit,
                           description);
}

void ParallelFile::write_strings(const std::string& name, const std::vector<std::string>& values,
                                 std::string_view description) {
  std::size_t length = 1;
  const std::vector<char> packed = packed_texts(values, length);
  const TypeHandle type = fixed_text_type(length);
  inside_->write_from_root(name, type.id(), type.id(), {values.size()}, packed.data(), "-", description);
}

void ParallelFile::write_text(const std::string& name, std::string_view text, std::string_view description) {
  std::size_t length = 1;
  const std::vector<char> packed = packed_texts({std::string(text)}, length);
  const TypeHandle type = fixed_text_type(length);
  inside_->write_from_root(name, type.id(), type.id(), {}, packed.data(), "-", description);
}

namespace {

template <class Value>
void put_on(hid_t file, const std::string& object, const std::string& key, Value value) {
  const ObjectHandle owner(H5Oopen(file, object.c_str(), H5P_DEFAULT), "opening the item");
  put_attribute(owner.id(), key, value);
}

}  // namespace

void ParallelFile::write_attribute(const std::string& object, const std::string& key, std::string_view value) {
  inside_->guarded(object + "@" + key, [&] { put_on(inside_->file.id(), object, key, value); });
}

void ParallelFile::write_attribute(const std::string& object, const std::string& key, double value) {
  inside_->guarded(object + "@" + key, [&] { put_on(inside_->file.id(), object, key, value); });
}

void ParallelFile::write_attribute(const std::string& object, const std::string& key, std::int64_t value) {
  inside_->guarded(object + "@" + key, [&] { put_on(inside_->file.id(), object, key, value); });
}

void ParallelFile::commit() {
  Inside& in = *inside_;
  in.guarded("/", [&] { check_hdf5(H5Fflush(in.file.id(), H5F_SCOPE_GLOBAL), "writing what is left"); });
  in.guarded("/", [&] {
    if (!in.file.close()) throw Hdf5Error("closing the file: " + hdf5_reason());
  });
  in.is_open = false;
  try {
    parallel::on_root(in.ranks, [&] { in.target->commit(); });
  } catch (const InputError&) {
    in.close_and_remove();
    throw;
  }
  in.target.reset();
  in.temporary.clear();
}

#define CECROPIA_INSTANTIATE(T)                                                                                        \
  template void ParallelFile::write_column<T>(const std::string&, std::span<const T>, std::string_view,                \
                                              std::string_view, std::size_t);                                          \
  template std::vector<T> ParallelFile::read_back<T>(const std::string&);                                              \
  template void ParallelFile::write_common<T>(const std::string&, std::span<const T>, const std::vector<std::size_t>&, \
                                              std::string_view, std::string_view);
CECROPIA_FOR_EACH_NUMBER(CECROPIA_INSTANTIATE)
#undef CECROPIA_INSTANTIATE

}  // namespace cecropia::io

#pragma once
/// \file  What ParallelFile and GrowingTable share: the file that all ranks write, its reservation, its errors.
#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/parallel_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/agree_in_time.hpp"
#include "cecropia/parallel/deadline.hpp"
#include "descriptor.hpp"
#include "hdf5_dataset.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;

/// How long a collective call may take that has nothing to write: 60 s, or CECROPIA_IO_PATIENCE_S [s].
double io_patience_s();

constexpr std::uint64_t margin_bytes = 1 << 20;  // kept free for HDF5's own tables, so that the file can be closed
constexpr std::uint64_t bytes_per_dataset = 16
                                            << 10;  // header, attributes and group entry of one dataset: an upper limit

/// Lets every open descriptor of `path` in this process point into memory instead. After a failed write HDF5 still
/// holds the file, and if it was started after MPI (start_hdf5) it writes to it once more inside MPI_Finalize; a second
/// failure there ends in a segmentation fault (seen with HDF5 1.10.8 and Open MPI 4.1.4). The emptied file itself
/// stays open and nameless: HDF5 knows open files by their inode number, which must not be given to another file.
void detach(const fs::path& path);

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
  std::unique_ptr<parallel::Deadline> deadline;  ///< from the first call that may hang

  Inside(const parallel::Communicator& r, fs::path p, const Storage& s)
      : ranks(r), path(std::move(p)), storage(s), root_alone(s.deflate_level > 0) {}
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { let_go(); }

  /// Gives up what is not committed. Without a collective call: the others may be elsewhere, or cannot write what a
  /// file has to hold that is closed. Whichever rank gets here removes the temporary.
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
  /// For the life of its value, this rank may be inside a collective call of HDF5 or MPI-IO that takes `bytes`, and no
  /// longer than that takes: a rank that cannot open or write goes on to the next collective call without the others
  /// (HDF5 1.10.8, Open MPI 4.1.4), and then all wait for ever.
  [[nodiscard]] parallel::Deadline::Call in_time(Complaint complaint, std::uint64_t bytes) {
    const bool may_hang = !root_alone && ranks.size() > 1;
    if (may_hang && !deadline)
      deadline = std::make_unique<parallel::Deadline>([mine = temporary] {
        ::unlink(mine.c_str());
        remove_own_temporaries(mine.parent_path());
      });
    constexpr double slowest_byte_s = 1 / 4e6;
    const double seconds = io_patience_s() * (ranks.is_root() ? 1.0 : 1.5) + 0.01 * ranks.size() +
                           static_cast<double>(bytes) * slowest_byte_s;
    return {may_hang ? deadline.get() : nullptr, seconds, std::move(complaint)};
  }
  /// Collective. Runs HDF5 calls that write about so much; a failure on any rank is an InputError on all, after which
  /// the file is given up.
  template <class Work>
  void guarded(const std::string& name, Work&& work, std::uint64_t bytes = 0) {
    if (!is_open) throw InternalError("a collective file is used after it was closed: " + path.string());
    std::optional<Complaint> complaint;
    try {
      const auto call =
          in_time(Complaint{fmt::format("writing '{}' does not come back: one of the ranks cannot write", name),
                            path.string(), "a disk that takes the whole file, on all nodes of the job",
                            "check the free space and the quota (df, quota)"},
                  bytes);
      if (file.id() >= 0) std::forward<Work>(work)();
    } catch (const Hdf5Error& error) {
      complaint = Complaint{fmt::format("writing '{}' failed: {}", name, error.what()), path.string(),
                            "a disk that takes the whole file, and data that fit it",
                            "check the free space, the quota and the limit of the file size (df, quota, ulimit -f)"};
    }
    try {
      parallel::fail_together_in_time(ranks, complaint);
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
    guarded(
        name,
        [&] {
          DatasetHandle dataset = create_dataset(file.id(), name, file_type, dims, how);
          put_attribute(dataset.id(), "unit", unit);
          put_attribute(dataset.id(), "description", description);
          std::vector<std::size_t> mine = dims;
          if (!mine.empty()) mine[0] = count;
          if (count > 0 && product(mine) > 0) write_rows(dataset.id(), memory_type, dims, mine, first, data);
          // Chunks stay in HDF5's memory until here. To meet the failure of a later flush is too late: HDF5 1.10.8
          // cannot close a file after that.
          if (!dataset.close()) throw Hdf5Error("writing: " + hdf5_reason());
        },
        bytes);
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
  /// Collective. The margin of the reservation before lets HDF5 close its file, so that a scan with many points for
  /// which there is no room does not keep one open for each. On a disk without reservations a rank may be unable even
  /// to do that.
  void close_in_the_margin(Complaint cause) {
    cause.what += "; and giving the file up does not come back: one of the ranks cannot write";
    const auto call = in_time(std::move(cause), 0);
    file.close();
  }
  void reserve(std::uint64_t bytes) {
    try {
      parallel::on_root(ranks, [&] {
        std::error_code error;
        const std::uintmax_t size = fs::file_size(temporary, error);
        if (error) refuse(path, "looking at the file", error.value());
        target->reserve(size, reserved_bytes + bytes + margin_bytes);
      });
    } catch (const InputError& error) {
      close_in_the_margin(error.complaint());
      let_go();
      throw;
    }
    reserved_bytes += bytes;
  }
};

}  // namespace cecropia::io

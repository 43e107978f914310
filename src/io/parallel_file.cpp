#include "cecropia/io/parallel_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "parallel_file_inside.hpp"

namespace cecropia::io {

void detach(const fs::path& path) {
  struct stat wanted {};
  const int keep = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (keep < 0 || ::fstat(keep, &wanted) != 0) return;
  const int memory = ::memfd_create("abandoned", MFD_CLOEXEC);
  if (memory < 0) return;
  std::error_code error;
  std::vector<int> open;
  for (fs::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end; entry.increment(error))
    open.push_back(std::stoi(entry->path().filename()));
  for (const int fd : open) {
    struct stat facts {};
    if (fd != keep && ::fstat(fd, &facts) == 0 && facts.st_dev == wanted.st_dev && facts.st_ino == wanted.st_ino)
      ::dup2(memory, fd);
  }
  ::close(memory);
}

double io_patience_s() {
  static const double patience = [] {
    const char* value = std::getenv("CECROPIA_IO_PATIENCE_S");
    const double asked = value == nullptr ? 0.0 : std::strtod(value, nullptr);
    return asked > 0.0 && asked < 1e6 ? asked : 60.0;
  }();
  return patience;
}

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
    const Descriptor mine(::open(in.temporary.c_str(), O_RDWR | O_CLOEXEC));  // a rank that fails here can say it
    const int error = mine.get() >= 0 ? 0 : errno;
    if (error == ENOENT)
      throw InputError({fmt::format("rank {} cannot see the file that rank 0 has just made", ranks.rank()),
                        target.string(), "a folder that all nodes of the job share",
                        "choose a place on the shared file system"});
    if (error != 0) refuse(target, fmt::format("opening the file of rank 0 on rank {}", ranks.rank()), error);
  });
  std::optional<Complaint> complaint;
  try {
    const auto call =
        in.in_time(Complaint{"the output file cannot be made: MPI-IO does not come back from opening it",
                             target.string(), "a folder that all nodes of the job can write to",
                             "look for full disks and limits of open files on the nodes, or choose another place"},
                   0);
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
  parallel::fail_together_in_time(ranks, complaint);
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

void ParallelFile::write_attribute(const std::string& object, const std::string& key, std::int32_t value) {
  inside_->guarded(object + "@" + key, [&] { put_on(inside_->file.id(), object, key, value); });
}

void ParallelFile::commit() {
  Inside& in = *inside_;
  std::error_code error;
  std::uint64_t to_write = fs::file_size(in.temporary, error);  // what the disk has not taken yet is not more
  if (error) to_write = 0;
  in.guarded(
      "/", [&] { check_hdf5(H5Fflush(in.file.id(), H5F_SCOPE_GLOBAL), "writing what is left"); }, to_write);
  in.guarded(
      "/",
      [&] {
        if (!in.file.close()) throw Hdf5Error("closing the file: " + hdf5_reason());
      },
      to_write);
  in.is_open = false;
  try {
    parallel::on_root(in.ranks, [&] { in.target->commit(); });
  } catch (const InputError&) {
    in.let_go();
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

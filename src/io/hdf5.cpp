#include "cecropia/io/hdf5.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "hdf5_dataset.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;

/// A file that is read is HDF5's own business. A file that is written stays in memory until commit(): so the disk is
/// met once, by our own code, and a full disk cannot leave HDF5 with a file that it can neither finish nor forget.
struct SerialFile::Inside {
  fs::path path;
  FileHandle file;
  std::optional<AtomicTarget> target;  ///< only while writing

  [[noreturn]] void fail(const std::string& name, const std::string& doing, const std::string& reason) const {
    const bool writing = target.has_value();
    throw InputError(
        {fmt::format("{} '{}' failed: {}", doing, name, reason), path.string(),
         writing ? "a name that is new in this file, and data that fit it"
                 : "an HDF5 file that holds this item in a readable form",
         writing ? "please report this" : "check that the file is complete and of the right kind (h5ls -r)"});
  }
  /// Runs `work`; a failure inside HDF5 becomes an InputError that names file and item.
  template <class Work>
  auto guarded(const std::string& name, const std::string& doing, Work&& work) const {
    try {
      return std::forward<Work>(work)();
    } catch (const Hdf5Error& error) {
      fail(name, doing, error.what());
    }
  }
  hid_t id() const {
    if (file.id() < 0) throw InternalError("an HDF5 file is used after commit(): " + path.string());
    return file.id();
  }
  hid_t writable() const {
    if (!target) throw InternalError("an HDF5 file that was opened for reading is written: " + path.string());
    return id();
  }
  ObjectHandle object(const std::string& name) const {
    return ObjectHandle(H5Oopen(id(), name.c_str(), H5P_DEFAULT), "opening the item");
  }
  DatasetHandle dataset(const std::string& name) const {
    try {
      return DatasetHandle(H5Dopen2(id(), name.c_str(), H5P_DEFAULT), "opening the dataset");
    } catch (const Hdf5Error&) {  // to look first would take as long as to open
      if (!path_exists(id(), name)) throw Hdf5Error("there is no such dataset");
      throw;
    }
  }
};

namespace {

/// Text of type `type` at `raw` (fixed length) without its padding.
std::string trimmed(const char* raw, std::size_t length, H5T_str_t padding) {
  std::string text(raw, length);
  if (padding == H5T_STR_SPACEPAD) {
    text.erase(text.find_last_not_of(' ') + 1);
  } else if (const auto end = text.find('\0'); end != std::string::npos) {
    text.erase(end);
  }
  return text;
}

/// Reads texts through `read(memory type, buffer)`, of fixed or variable length.
template <class Read>
std::vector<std::string> read_texts(hid_t file_type, hid_t space, std::size_t n, Read&& read) {
  if (H5Tget_class(file_type) != H5T_STRING) throw Hdf5Error("the item does not hold text");
  const bool variable = H5Tis_variable_str(file_type) > 0;
  TypeHandle type(H5Tcopy(file_type), "copying a text type");
  std::vector<std::string> texts(n);
  if (variable) {
    std::vector<char*> pointers(n, nullptr);
    read(type.id(), pointers.data());
    for (std::size_t i = 0; i < n; ++i)
      if (pointers[i] != nullptr) texts[i] = pointers[i];
    H5Dvlen_reclaim(type.id(), space, H5P_DEFAULT, pointers.data());
  } else {
    const std::size_t length = H5Tget_size(type.id());
    std::vector<char> raw(n * length);
    read(type.id(), raw.data());
    for (std::size_t i = 0; i < n; ++i) texts[i] = trimmed(raw.data() + i * length, length, H5Tget_strpad(type.id()));
  }
  return texts;
}

}  // namespace

bool looks_like_hdf5(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
  std::ifstream file(path, std::ios::binary);
  // It stands at the beginning, or behind a block of the user's own, whose size is a power of two from 512 on.
  for (std::streamoff at = 0; at <= 4096 && file; at = at == 0 ? 512 : 2 * at) {
    char bytes[8];
    file.seekg(at);
    if (file.read(bytes, sizeof bytes) && std::string_view(bytes, sizeof bytes) == signature) return true;
  }
  return false;
}

SerialFile::SerialFile(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
SerialFile::SerialFile(SerialFile&&) noexcept = default;
SerialFile& SerialFile::operator=(SerialFile&&) noexcept = default;
SerialFile::~SerialFile() = default;

SerialFile SerialFile::open(const fs::path& path) {
  start_hdf5();
  auto inside = std::make_unique<Inside>();
  inside->path = path;
  std::error_code error;
  const auto refuse = [&](const std::string& why) {
    throw InputError({"the file cannot be read as HDF5: " + why, path.string(),
                      "a complete HDF5 file that you may read",
                      "check the path; if the file was copied or written by an interrupted job, make it again"});
  };
  if (!fs::exists(path, error)) refuse("it does not exist");
  if (fs::is_directory(path, error)) refuse("it is a folder");
  if (fs::file_size(path, error) == 0) refuse("it is empty");
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) refuse(hdf5_reason());
  inside->file = FileHandle(id, "opening the file");
  return SerialFile(std::move(inside));
}

SerialFile SerialFile::create(const fs::path& path) {
  start_hdf5();
  auto inside = std::make_unique<Inside>();
  inside->path = path;
  inside->target.emplace(path);
  const ListHandle access(H5Pcreate(H5P_FILE_ACCESS), "making a property list");
  check_hdf5(H5Pset_fapl_core(access.id(), std::size_t{1} << 20, false), "asking for a file in memory");
  inside->file = FileHandle(H5Fcreate(inside->target->temporary().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()),
                            "making an HDF5 file in memory");
  return SerialFile(std::move(inside));
}

const fs::path& SerialFile::path() const { return inside_->path; }

template <class T>
void SerialFile::write(const std::string& name, std::span<const T> values, const std::vector<std::size_t>& dims,
                       std::string_view unit, std::string_view description, const Storage& storage) {
  if (values.size() != product(dims))
    throw InternalError(fmt::format("dataset '{}': {} values do not fit the dimensions", name, values.size()));
  inside_->guarded(name, "writing dataset", [&] {
    const DatasetHandle dataset = create_dataset(inside_->writable(), name, NumberType<T>::file(), dims, storage);
    if (!values.empty())
      check_hdf5(H5Dwrite(dataset.id(), NumberType<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
                 "writing");
    put_attribute(dataset.id(), "unit", unit);
    put_attribute(dataset.id(), "description", description);
  });
}

void SerialFile::write_strings(const std::string& name, const std::vector<std::string>& values,
                               std::string_view description) {
  inside_->guarded(name, "writing dataset", [&] {
    std::size_t length = 1;
    const std::vector<char> packed = packed_texts(values, length);
    const TypeHandle type = fixed_text_type(length);
    const DatasetHandle dataset = create_dataset(inside_->writable(), name, type.id(), {values.size()}, {});
    if (!packed.empty())
      check_hdf5(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), "writing");
    put_attribute(dataset.id(), "unit", "-");
    put_attribute(dataset.id(), "description", description);
  });
}

void SerialFile::write_text(const std::string& name, std::string_view text, std::string_view description) {
  inside_->guarded(name, "writing dataset", [&] {
    std::size_t length = 1;
    const std::vector<char> packed = packed_texts({std::string(text)}, length);
    const TypeHandle type = fixed_text_type(length);
    const DatasetHandle dataset = create_dataset(inside_->writable(), name, type.id(), {}, {});
    check_hdf5(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), "writing");
    put_attribute(dataset.id(), "unit", "-");
    put_attribute(dataset.id(), "description", description);
  });
}

void SerialFile::write_attribute(const std::string& object, const std::string& key, std::string_view value) {
  inside_->guarded(object + "@" + key, "writing attribute", [&] {
    ensure_group(inside_->writable(), object);
    put_attribute(inside_->object(object).id(), key, value);
  });
}

void SerialFile::write_attribute(const std::string& object, const std::string& key, double value) {
  inside_->guarded(object + "@" + key, "writing attribute", [&] {
    ensure_group(inside_->writable(), object);
    put_attribute(inside_->object(object).id(), key, value);
  });
}

void SerialFile::write_attribute(const std::string& object, const std::string& key, std::int64_t value) {
  inside_->guarded(object + "@" + key, "writing attribute", [&] {
    ensure_group(inside_->writable(), object);
    put_attribute(inside_->object(object).id(), key, value);
  });
}

void SerialFile::commit() {
  const hid_t id = inside_->writable();
  std::string image;
  inside_->guarded("/", "finishing the file", [&] {
    check_hdf5(H5Fflush(id, H5F_SCOPE_LOCAL), "flushing");
    const ssize_t size = H5Fget_file_image(id, nullptr, 0);
    check_hdf5(size, "asking for the size of the file");
    image.resize(static_cast<std::size_t>(size));
    check_hdf5(H5Fget_file_image(id, image.data(), image.size()), "copying the file");
    if (!inside_->file.close()) throw Hdf5Error("closing the file: " + hdf5_reason());
  });
  inside_->target->write_and_commit(image);
  inside_->target.reset();
}

bool SerialFile::has(const std::string& name) const { return path_exists(inside_->id(), name); }

bool SerialFile::has_attribute(const std::string& object, const std::string& key) const {
  if (!path_exists(inside_->id(), object)) return false;
  return inside_->guarded(object, "opening", [&] { return H5Aexists(inside_->object(object).id(), key.c_str()) > 0; });
}

std::vector<std::string> SerialFile::children(const std::string& group) const {
  return inside_->guarded(group, "listing group", [&] {
    std::vector<std::string> names;
    check_hdf5(H5Literate_by_name(
                   inside_->id(), group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
                   [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
                     static_cast<std::vector<std::string>*>(out)->emplace_back(name);
                     return 0;
                   },
                   &names, H5P_DEFAULT),
               "listing");
    std::sort(names.begin(), names.end());
    return names;
  });
}

std::vector<std::size_t> SerialFile::dims(const std::string& name) const {
  return inside_->guarded(name, "reading dataset", [&] { return extent_of(inside_->dataset(name).id()); });
}

std::uint64_t SerialFile::stored_bytes(const std::string& name) const {
  return inside_->guarded(name, "reading dataset", [&] { return H5Dget_storage_size(inside_->dataset(name).id()); });
}

namespace {

template <class T>
Array<T> read_all(hid_t dataset, const std::vector<std::size_t>& dims) {
  Array<T> array{dims, {}};
  array.data.resize(product(array.dims));
  if (!array.data.empty())
    check_hdf5(
        H5Dread(dataset, NumberType<T>::memory(), H5S_ALL, H5S_ALL, transfer_of(array.data.size()), array.data.data()),
        "reading");
  return array;
}

}  // namespace

template <class T>
Array<T> SerialFile::read(const std::string& name) const {
  return inside_->guarded(name, "reading dataset", [&] {
    const DatasetHandle dataset = inside_->dataset(name);
    return read_all<T>(dataset.id(), extent_of(dataset.id()));
  });
}

template <class T>
Array<T> SerialFile::read_shaped(const std::string& name, const std::vector<std::size_t>& dims) const {
  return inside_->guarded(name, "reading dataset", [&] {
    const DatasetHandle dataset = inside_->dataset(name);
    const std::vector<std::size_t> there = extent_of(dataset.id());
    if (there != dims)
      throw Hdf5Error(fmt::format("its shape is ({}), not ({})", fmt::join(there, ", "), fmt::join(dims, ", ")));
    return read_all<T>(dataset.id(), dims);
  });
}

template <class T>
Array<T> SerialFile::read_rows(const std::string& name, std::size_t first, std::size_t count) const {
  return inside_->guarded(name, "reading dataset",
                          [&] { return read_rows_of<T>(inside_->dataset(name).id(), first, count); });
}

std::vector<std::string> SerialFile::columns(const std::string& table) const {
  return inside_->guarded(table, "reading table", [&] { return columns_of(inside_->dataset(table).id()); });
}

template <class T>
Array<T> SerialFile::read_column_rows(const std::string& table, const std::string& column, std::size_t first,
                                      std::size_t count) const {
  return inside_->guarded(table, "reading table",
                          [&] { return read_column_rows_of<T>(inside_->dataset(table).id(), column, first, count); });
}

std::string SerialFile::external_file(const std::string& name) const {
  return inside_->guarded(name, "reading link", [&] { return external_file_of(inside_->id(), name); });
}

std::vector<std::string> SerialFile::read_strings(const std::string& name) const {
  return inside_->guarded(name, "reading dataset", [&] {
    const DatasetHandle dataset = inside_->dataset(name);
    const TypeHandle type(H5Dget_type(dataset.id()), "asking for the type");
    const SpaceHandle space(H5Dget_space(dataset.id()), "asking for the dataspace");
    const std::size_t n = product(extent_of(dataset.id()));
    if (n == 0) return std::vector<std::string>{};
    return read_texts(type.id(), space.id(), n, [&](hid_t memory, void* buffer) {
      check_hdf5(H5Dread(dataset.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), "reading");
    });
  });
}

std::string SerialFile::read_text(const std::string& name) const {
  const std::vector<std::string> texts = read_strings(name);
  if (texts.empty()) inside_->fail(name, "reading dataset", "it is empty");
  return texts.front();
}

std::string SerialFile::read_string_attribute(const std::string& object, const std::string& key) const {
  return inside_->guarded(object + "@" + key, "reading attribute", [&] {
    const ObjectHandle owner = inside_->object(object);
    const AttributeHandle attribute(H5Aopen(owner.id(), key.c_str(), H5P_DEFAULT), "opening the attribute");
    const TypeHandle type(H5Aget_type(attribute.id()), "asking for the type");
    const SpaceHandle space(H5Aget_space(attribute.id()), "asking for the dataspace");
    if (H5Sget_simple_extent_npoints(space.id()) != 1) throw Hdf5Error("it does not hold one text");
    return read_texts(
               type.id(), space.id(), 1,
               [&](hid_t memory, void* buffer) { check_hdf5(H5Aread(attribute.id(), memory, buffer), "reading"); })
        .front();
  });
}

namespace {

template <class T>
T read_number(hid_t owner, const std::string& key) {
  const AttributeHandle attribute(H5Aopen(owner, key.c_str(), H5P_DEFAULT), "opening the attribute");
  const SpaceHandle space(H5Aget_space(attribute.id()), "asking for the dataspace");
  if (H5Sget_simple_extent_npoints(space.id()) != 1) throw Hdf5Error("it does not hold one number");
  T value{};
  check_hdf5(H5Aread(attribute.id(), NumberType<T>::memory(), &value), "reading");
  return value;
}

}  // namespace

double SerialFile::read_double_attribute(const std::string& object, const std::string& key) const {
  return inside_->guarded(object + "@" + key, "reading attribute",
                          [&] { return read_number<double>(inside_->object(object).id(), key); });
}

std::int64_t SerialFile::read_int64_attribute(const std::string& object, const std::string& key) const {
  return inside_->guarded(object + "@" + key, "reading attribute",
                          [&] { return read_number<std::int64_t>(inside_->object(object).id(), key); });
}

std::string SerialFile::unit(const std::string& name) const { return read_string_attribute(name, "unit"); }
std::string SerialFile::description(const std::string& name) const {
  return read_string_attribute(name, "description");
}

#define CECROPIA_INSTANTIATE(T)                                                                                       \
  template void SerialFile::write<T>(const std::string&, std::span<const T>, const std::vector<std::size_t>&,         \
                                     std::string_view, std::string_view, const Storage&);                             \
  template Array<T> SerialFile::read<T>(const std::string&) const;                                                    \
  template Array<T> SerialFile::read_shaped<T>(const std::string&, const std::vector<std::size_t>&) const;            \
  template Array<T> SerialFile::read_rows<T>(const std::string&, std::size_t, std::size_t) const;                     \
  template Array<T> SerialFile::read_column_rows<T>(const std::string&, const std::string&, std::size_t, std::size_t) \
      const;
CECROPIA_FOR_EACH_NUMBER(CECROPIA_INSTANTIATE)
#undef CECROPIA_INSTANTIATE

}  // namespace cecropia::io

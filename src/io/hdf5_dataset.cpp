#include "hdf5_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cecropia::io {

TypeHandle fixed_text_type(std::size_t length) {
  TypeHandle type(H5Tcopy(H5T_C_S1), "making a text type");
  check_hdf5(H5Tset_size(type.id(), std::max<std::size_t>(1, length)), "setting the length of a text type");
  check_hdf5(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "setting the padding of a text type");
  check_hdf5(H5Tset_cset(type.id(), H5T_CSET_UTF8), "setting the characters of a text type");
  return type;
}

TypeHandle variable_text_type() {
  TypeHandle type(H5Tcopy(H5T_C_S1), "making a text type");
  check_hdf5(H5Tset_size(type.id(), H5T_VARIABLE), "setting the length of a text type");
  check_hdf5(H5Tset_cset(type.id(), H5T_CSET_UTF8), "setting the characters of a text type");
  return type;
}

SpaceHandle space_of(const std::vector<std::size_t>& dims) {
  if (dims.empty()) return SpaceHandle(H5Screate(H5S_SCALAR), "making a scalar dataspace");
  const std::vector<hsize_t> extent(dims.begin(), dims.end());
  return SpaceHandle(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), "making a dataspace");
}

std::size_t product(const std::vector<std::size_t>& dims) {
  std::size_t n = 1;
  for (const std::size_t d : dims) n *= d;
  return n;
}

DatasetHandle create_dataset(hid_t file, const std::string& name, hid_t type, const std::vector<std::size_t>& dims,
                             const Storage& storage) {
  const SpaceHandle space = space_of(dims);
  const ListHandle links(H5Pcreate(H5P_LINK_CREATE), "making a property list");
  check_hdf5(H5Pset_create_intermediate_group(links.id(), 1), "asking for missing groups");
  const ListHandle creation(H5Pcreate(H5P_DATASET_CREATE), "making a property list");
  check_hdf5(H5Pset_obj_track_times(creation.id(), false), "switching time stamps off");
  check_hdf5(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER), "switching fill values off");
  if (storage.deflate_level > 0 && !dims.empty() && product(dims) > 0) {
    std::vector<hsize_t> chunk(dims.begin(), dims.end());
    chunk[0] = std::min<hsize_t>(chunk[0], std::max<std::size_t>(1, storage.chunk_rows));
    check_hdf5(H5Pset_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()), "setting the chunks");
    if (storage.shuffle) check_hdf5(H5Pset_shuffle(creation.id()), "asking for shuffling");
    check_hdf5(H5Pset_deflate(creation.id(), static_cast<unsigned>(storage.deflate_level)), "asking for compression");
  }
  return DatasetHandle(H5Dcreate2(file, name.c_str(), type, space.id(), links.id(), creation.id(), H5P_DEFAULT),
                       "making a dataset");
}

namespace {

void put(hid_t object, const std::string& key, hid_t file_type, hid_t memory_type, const void* value) {
  if (H5Aexists(object, key.c_str()) > 0) check_hdf5(H5Adelete(object, key.c_str()), "replacing an attribute");
  const SpaceHandle space(H5Screate(H5S_SCALAR), "making a scalar dataspace");
  const AttributeHandle attribute(H5Acreate2(object, key.c_str(), file_type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                                  "making an attribute");
  check_hdf5(H5Awrite(attribute.id(), memory_type, value), "writing an attribute");
}

}  // namespace

void put_attribute(hid_t object, const std::string& key, std::string_view value) {
  const TypeHandle type = variable_text_type();
  const std::string text(value);
  const char* pointer = text.c_str();
  put(object, key, type.id(), type.id(), &pointer);
}

void put_attribute(hid_t object, const std::string& key, double value) {
  put(object, key, NumberType<double>::file(), NumberType<double>::memory(), &value);
}

void put_attribute(hid_t object, const std::string& key, std::int64_t value) {
  put(object, key, NumberType<std::int64_t>::file(), NumberType<std::int64_t>::memory(), &value);
}

void put_attribute(hid_t object, const std::string& key, std::int32_t value) {
  put(object, key, NumberType<std::int32_t>::file(), NumberType<std::int32_t>::memory(), &value);
}

hid_t transfer_of(std::size_t n) {
  constexpr std::size_t buffer_bytes = 65536, most_bytes_of_number = 16;
  if (n > buffer_bytes / most_bytes_of_number) return H5P_DEFAULT;
  static const hid_t small = [] {  // never closed: when the program ends HDF5 may be gone already
    ListHandle list(H5Pcreate(H5P_DATASET_XFER), "making a property list");
    check_hdf5(H5Pset_buffer(list.id(), buffer_bytes, nullptr, nullptr), "setting the size of a buffer");
    return list.release();
  }();
  return small;
}

std::vector<std::size_t> extent_of(hid_t dataset) {
  const SpaceHandle space(H5Dget_space(dataset), "asking for the dataspace");
  const int rank = H5Sget_simple_extent_ndims(space.id());
  check_hdf5(rank, "asking for the number of dimensions");
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  check_hdf5(H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr), "asking for the dimensions");
  return std::vector<std::size_t>(dims.begin(), dims.end());
}

namespace {

/// Rows [first, first + count) with every value as the type `memory`. `transfer` gets the number of values.
template <class T>
Array<T> read_rows_as(hid_t dataset, hid_t memory, std::size_t first, std::size_t count,
                      hid_t (*transfer)(std::size_t)) {
  Array<T> array{extent_of(dataset), {}};
  if (array.dims.empty() || first > array.dims[0] || count > array.dims[0] - first)
    throw Hdf5Error(fmt::format("it has no rows {} to {}", first, first + count));
  array.dims[0] = count;
  array.data.resize(product(array.dims));
  if (array.data.empty()) return array;
  const SpaceHandle in_file(H5Dget_space(dataset), "asking for the dataspace"), in_memory = space_of(array.dims);
  std::vector<hsize_t> start(array.dims.size(), 0);
  const std::vector<hsize_t> length(array.dims.begin(), array.dims.end());
  start[0] = first;
  check_hdf5(H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, start.data(), nullptr, length.data(), nullptr),
             "selecting rows");
  check_hdf5(H5Dread(dataset, memory, in_memory.id(), in_file.id(), transfer(array.data.size()), array.data.data()),
             "reading");
  return array;
}

/// True if the member of this compound type is one number.
bool is_number(hid_t type, unsigned member) {
  const H5T_class_t kind = H5Tget_member_class(type, member);
  return kind == H5T_INTEGER || kind == H5T_FLOAT;
}

}  // namespace

template <class T>
Array<T> read_rows_of(hid_t dataset, std::size_t first, std::size_t count) {
  return read_rows_as<T>(dataset, NumberType<T>::memory(), first, count, transfer_of);
}

std::vector<std::string> columns_of(hid_t dataset) {
  const TypeHandle type(H5Dget_type(dataset), "asking for the type");
  std::vector<std::string> names;
  if (H5Tget_class(type.id()) != H5T_COMPOUND) return names;
  const int n = H5Tget_nmembers(type.id());
  for (int i = 0; i < n; ++i) {
    char* const name = H5Tget_member_name(type.id(), static_cast<unsigned>(i));
    if (name == nullptr) throw Hdf5Error("asking for the columns: " + hdf5_reason());
    names.emplace_back(name);
    H5free_memory(name);
  }
  return names;
}

template <class T>
Array<T> read_column_rows_of(hid_t dataset, const std::string& column, std::size_t first, std::size_t count) {
  const TypeHandle type(H5Dget_type(dataset), "asking for the type");
  if (H5Tget_class(type.id()) != H5T_COMPOUND) throw Hdf5Error("it is not a table");
  const int member = H5Tget_member_index(type.id(), column.c_str());
  if (member < 0) throw Hdf5Error(fmt::format("the table has no column '{}'", column));
  if (!is_number(type.id(), static_cast<unsigned>(member)))
    throw Hdf5Error(fmt::format("its column '{}' does not hold one number per row", column));
  const TypeHandle memory(H5Tcreate(H5T_COMPOUND, sizeof(T)), "making a type for one column");
  check_hdf5(H5Tinsert(memory.id(), column.c_str(), 0, NumberType<T>::memory()), "making a type for one column");
  // A row of the table may be longer than the small buffer.
  return read_rows_as<T>(dataset, memory.id(), first, count, [](std::size_t) -> hid_t { return H5P_DEFAULT; });
}

#define CECROPIA_INSTANTIATE(T)                                       \
  template Array<T> read_rows_of<T>(hid_t, std::size_t, std::size_t); \
  template Array<T> read_column_rows_of<T>(hid_t, const std::string&, std::size_t, std::size_t);
CECROPIA_FOR_EACH_NUMBER(CECROPIA_INSTANTIATE)
#undef CECROPIA_INSTANTIATE

bool path_exists(hid_t file, const std::string& name) {
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    const std::string part = name.substr(0, end);
    if (!part.empty() && part != "/" && H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::string external_file_of(hid_t file, const std::string& name) {
  H5L_info_t info;
  if (H5Lexists(file, name.c_str(), H5P_DEFAULT) <= 0) return {};
  check_hdf5(H5Lget_info(file, name.c_str(), &info, H5P_DEFAULT), "asking for the link");
  if (info.type != H5L_TYPE_EXTERNAL) return {};
  std::vector<char> raw(info.u.val_size);
  check_hdf5(H5Lget_val(file, name.c_str(), raw.data(), raw.size(), H5P_DEFAULT), "reading the link");
  const char* target = nullptr;
  check_hdf5(H5Lunpack_elink_val(raw.data(), raw.size(), nullptr, &target, nullptr), "reading the link");
  return target;
}

void ensure_group(hid_t file, const std::string& name) {
  if (path_exists(file, name)) return;
  const ListHandle links(H5Pcreate(H5P_LINK_CREATE), "making a property list");
  check_hdf5(H5Pset_create_intermediate_group(links.id(), 1), "asking for missing groups");
  const GroupHandle group(H5Gcreate2(file, name.c_str(), links.id(), H5P_DEFAULT, H5P_DEFAULT), "making a group");
}

std::vector<char> packed_texts(const std::vector<std::string>& values, std::size_t& length) {
  length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  std::vector<char> packed(values.size() * length, '\0');
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!values[i].empty()) std::memcpy(packed.data() + i * length, values[i].data(), values[i].size());
  return packed;
}

}  // namespace cecropia::io

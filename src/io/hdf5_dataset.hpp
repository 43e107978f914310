#pragma once
/// \file  What the serial and the collective writer have in common: types, datasets without dates, attributes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/io/hdf5.hpp"
#include "cecropia/io/hdf5_handle.hpp"

namespace cecropia::io {

/// HDF5's name of a C++ number type in memory, and the (little-endian) type that stands in files.
template <class T>
struct NumberType;
template <>
struct NumberType<double> {
  static hid_t memory() { return H5T_NATIVE_DOUBLE; }
  static hid_t file() { return H5T_IEEE_F64LE; }
};
template <>
struct NumberType<float> {
  static hid_t memory() { return H5T_NATIVE_FLOAT; }
  static hid_t file() { return H5T_IEEE_F32LE; }
};
template <>
struct NumberType<std::int64_t> {
  static hid_t memory() { return H5T_NATIVE_INT64; }
  static hid_t file() { return H5T_STD_I64LE; }
};
template <>
struct NumberType<std::int32_t> {
  static hid_t memory() { return H5T_NATIVE_INT32; }
  static hid_t file() { return H5T_STD_I32LE; }
};
template <>
struct NumberType<std::uint8_t> {
  static hid_t memory() { return H5T_NATIVE_UINT8; }
  static hid_t file() { return H5T_STD_U8LE; }
};

/// Calls `X(T)` for every number type a file can hold.
#define CECROPIA_FOR_EACH_NUMBER(X) X(double) X(float) X(std::int64_t) X(std::int32_t) X(std::uint8_t)

/// A text type of fixed length (UTF-8, padded with zeros; at least one byte, for HDF5 has no empty type).
TypeHandle fixed_text_type(std::size_t length);
/// A text type of variable length (UTF-8).
TypeHandle variable_text_type();
SpaceHandle space_of(const std::vector<std::size_t>& dims);
/// The properties with which to read `n` numbers that may be of another type in the file. HDF5 fills its buffer for
/// that, 1 MiB unless told otherwise, with zeros at every such read, which takes longer than to read a few numbers
/// (1.10.8).
hid_t transfer_of(std::size_t n);
/// The extent of a dataset.
std::vector<std::size_t> extent_of(hid_t dataset);
/// Rows [first, first + count) of the first index. Hdf5Error if there are none such.
template <class T>
Array<T> read_rows_of(hid_t dataset, std::size_t first, std::size_t count);
/// Names of the members of a compound type; empty for a dataset of any other type.
std::vector<std::string> columns_of(hid_t dataset);
/// The same rows of one member of a compound type that holds one number. Hdf5Error if there is no such member.
template <class T>
Array<T> read_column_rows_of(hid_t dataset, const std::string& column, std::size_t first, std::size_t count);
std::size_t product(const std::vector<std::size_t>& dims);

/// A dataset without time stamps and fill values, in groups that are made where they are missing.
DatasetHandle create_dataset(hid_t file, const std::string& name, hid_t type, const std::vector<std::size_t>& dims,
                             const Storage& storage);
void put_attribute(hid_t object, const std::string& key, std::string_view value);
void put_attribute(hid_t object, const std::string& key, double value);
void put_attribute(hid_t object, const std::string& key, std::int64_t value);
void put_attribute(hid_t object, const std::string& key, std::int32_t value);
/// Makes the group, and those above it, unless it is there.
void ensure_group(hid_t file, const std::string& name);
/// Whether every link on the path exists.
bool path_exists(hid_t file, const std::string& name);
/// The file that an external link points to; empty if there is no such link.
std::string external_file_of(hid_t file, const std::string& name);
/// The texts one behind the other, each padded with zeros to the longest; sets `length` to that length (>= 1).
std::vector<char> packed_texts(const std::vector<std::string>& values, std::size_t& length);

}  // namespace cecropia::io

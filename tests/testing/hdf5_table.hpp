#pragma once
// Compound datasets and external links for tests of readers: the program itself writes neither.
#include <hdf5.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cecropia::testing {

using TableColumn = std::pair<std::string, std::vector<double>>;

/// Adds the table `name` to the file at `path`: 64-bit integers if `whole`, else double precision. Columns of equal
/// length; missing groups are made.
inline bool add_table(const std::string& path, const std::string& name, const std::vector<TableColumn>& columns,
                      bool whole) {
  const std::size_t n = columns.empty() ? 0 : columns[0].second.size();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t type = H5Tcreate(H5T_COMPOUND, 8 * columns.size());
  const hid_t number = whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
  for (std::size_t k = 0; k < columns.size(); ++k) H5Tinsert(type, columns[k].first.c_str(), 8 * k, number);
  std::vector<std::int64_t> integers(n * columns.size());
  std::vector<double> reals(n * columns.size());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < columns.size(); ++k) {
      reals[i * columns.size() + k] = columns[k].second[i];
      integers[i * columns.size() + k] = static_cast<std::int64_t>(columns[k].second[i]);
    }
  const hsize_t length = n;
  const hid_t space = H5Screate_simple(1, &length, nullptr);
  const hid_t links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(links, 1);
  const hid_t dataset = H5Dcreate2(file, name.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT);
  const void* const data = whole ? static_cast<const void*>(integers.data()) : reals.data();
  const bool good = H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
  H5Dclose(dataset);
  H5Pclose(links);
  H5Sclose(space);
  H5Tclose(type);
  return H5Fclose(file) >= 0 && good;
}

/// Adds the external link `name` to the root of `target` to the file at `path`.
inline bool add_external_link(const std::string& path, const std::string& name, const std::string& target) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const bool good = H5Lcreate_external(target.c_str(), "/", file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT) >= 0;
  return H5Fclose(file) >= 0 && good;
}

/// Adds a list of whole numbers that claims to have `rows` of them and holds none: nothing of it is stored.
inline bool add_claim(const std::string& path, const std::string& name, std::size_t rows) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hsize_t length = rows, chunk = 1024;
  const hid_t space = H5Screate_simple(1, &length, nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, 1, &chunk);
  const hid_t dataset = H5Dcreate2(file, name.c_str(), H5T_STD_I64LE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  const bool good = dataset >= 0;
  H5Dclose(dataset);
  H5Pclose(layout);
  H5Sclose(space);
  H5Fclose(file);
  return good;
}

}  // namespace cecropia::testing

#pragma once
/// \file  The files of a ytree arbor and where its trees are in them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/io/hdf5.hpp"

namespace cecropia::tree::ytree {

/// The header of the arbor that `path` (a header, a data file beside it, or a folder) belongs to; empty if there is
/// none.
std::string header_of(const std::string& path);

/// All trees of the arbor, in its order.
struct ArborIndex {
  std::string prefix;                    ///< of the files, with the path
  std::vector<std::size_t> first_tree;   ///< of each data file, and one behind the last
  std::vector<std::size_t> rows;         ///< of each data file
  std::vector<std::uint32_t> file;       ///< of each tree
  std::vector<std::size_t> begin, size;  ///< rows of each tree in its file

  std::size_t n_trees() const { return file.size(); }
  std::string data_file(std::size_t number) const;
  /// Rows of all files before this one.
  std::size_t rows_before(std::size_t number) const;
};

/// InputError: a data file that is missing (all of them are named), or an index that contradicts its file or the
/// header.
ArborIndex read_index(const std::string& header);

/// InputError unless the dataset has one entry for each node of the data file.
void check_length(const ArborIndex& arbor, const io::SerialFile& file, std::size_t number, const std::string& name);

/// Rows [row, row + n) of a field in data file `number`, which is open as `file`. InputError if the field does not have
/// an entry for each of its nodes.
template <class T>
std::vector<T> read_field(const ArborIndex& arbor, const io::SerialFile& file, std::size_t number,
                          const std::string& field, std::size_t row, std::size_t n) {
  check_length(arbor, file, number, "data/" + field);
  return file.read_rows<T>("data/" + field, row, n).data;
}

/// Forest of each tree: trees that touch by one of the fields `links` are one, named by the smallest uid of their
/// roots, as in consistent-trees without forests.list. Goes through these fields once and through the uids twice, in
/// pieces. `root`: uid of the root of each tree. InputError that names `header`: two trees with one root.
std::vector<std::int64_t> connected_trees(const ArborIndex& arbor, const std::vector<std::int64_t>& root,
                                          const std::vector<std::string>& links, const std::string& header);

}  // namespace cecropia::tree::ytree

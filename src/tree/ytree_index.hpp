#pragma once
/// \file  The files of a ytree arbor and where its trees are in them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace cecropia::tree::ytree

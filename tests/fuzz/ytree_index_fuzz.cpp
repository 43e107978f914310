// Any numbers given as the indices of a ytree arbor (of its header and of its data files) either become an index in
// which every node of every data file belongs to one tree, or are refused with an InputError. The files themselves are
// sound: HDF5 is not tested here.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "../../src/tree/ytree_index.hpp"
#include "../../src/tree/ytree_names.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "hdf5_template.hpp"
#include "memory_folder.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace {

using namespace cecropia::tree;
using cecropia::fuzz::require;

/// The header of an arbor, or a data file with `n_nodes` nodes.
cecropia::fuzz::Hdf5Template make(std::size_t n_starts, std::size_t n_ends, std::optional<std::size_t> n_nodes) {
  return cecropia::fuzz::Hdf5Template([&](cecropia::io::SerialFile& file, cecropia::fuzz::Marks& marks) {
    if (n_nodes)
      file.write(ytree::in_data(ytree::fields.id), std::vector<std::int64_t>(*n_nodes, 1), {*n_nodes}, "-", "");
    else
      file.write_attribute("/", "arbor_type", ytree::arbor_type);
    file.write("index/tree_start_index", marks.integers(n_starts), {n_starts}, "-", "");
    file.write("index/tree_end_index", marks.integers(n_ends), {n_ends}, "-", "");
  });
}

void write_file(const std::string& path, fuzz::Bytes& bytes, std::optional<std::size_t> n_nodes) {
  static std::map<std::tuple<std::size_t, std::size_t, std::optional<std::size_t>>, cecropia::fuzz::Hdf5Template> known;
  const std::size_t n_starts = bytes.below(6), n_ends = bytes.below(6);
  const std::tuple key{n_starts, n_ends, n_nodes};
  auto found = known.find(key);
  if (found == known.end()) found = known.emplace(key, make(n_starts, n_ends, n_nodes)).first;
  std::ofstream(path, std::ios::binary) << found->second.filled(bytes);
}

void check(const ytree::ArborIndex& arbor) {
  const std::size_t n = arbor.n_trees(), n_files = arbor.rows.size();
  require(arbor.file.size() == n && arbor.begin.size() == n && arbor.size.size() == n);
  require(arbor.first_tree.size() == n_files + 1 && arbor.first_tree.front() == 0 && arbor.first_tree.back() == n);
  std::size_t rows = 0;
  for (std::size_t f = 0; f < n_files; ++f) {
    require(arbor.rows_before(f) == rows);
    std::size_t next = 0;
    for (std::size_t t = arbor.first_tree[f]; t < arbor.first_tree[f + 1]; ++t) {
      require(arbor.file[t] == f && arbor.begin[t] == next && arbor.size[t] > 0);
      next += arbor.size[t];
    }
    require(next == arbor.rows[f]);
    rows += next;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  cecropia::fuzz::empty_folder();
  const std::string prefix = cecropia::fuzz::folder() + "/a", header = prefix + ytree::suffix;
  write_file(header, bytes, std::nullopt);
  const std::size_t n_files = bytes.below(4);
  for (std::size_t f = 0; f < n_files; ++f) write_file(ytree::data_file(prefix, f), bytes, bytes.below(16));
  try {
    check(ytree::read_index(header));
  } catch (const cecropia::InputError&) {
  }
  return 0;
}

// Any numbers given as the indices of a ytree arbor (of its header and of its data files) either become an index in
// which every node of every data file belongs to one tree, or are refused with an InputError. The files themselves are
// sound: HDF5 is not tested here.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "../../src/tree/ytree_index.hpp"
#include "../../src/tree/ytree_names.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "memory_folder.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace {

using namespace cecropia::tree;
using cecropia::fuzz::require;

/// An HDF5 file whose indices are filled in where they lie: to make the file anew each time takes ten times as long.
struct Template {
  std::string bytes;
  std::vector<std::size_t> places;  ///< of the numbers: those of tree_start_index, then those of tree_end_index
};

constexpr std::int64_t mark = 0x5eed'0000'0000'0000;  // and the number of the place

/// The header of an arbor, or a data file with `n_nodes` nodes.
Template make(std::size_t n_starts, std::size_t n_ends, std::optional<std::size_t> n_nodes) {
  const std::string path = cecropia::fuzz::folder() + "/made";
  auto file = cecropia::io::SerialFile::create(path);
  if (n_nodes)
    file.write(ytree::in_data(ytree::fields.id), std::vector<std::int64_t>(*n_nodes, 1), {*n_nodes}, "-", "");
  else
    file.write_attribute("/", "arbor_type", ytree::arbor_type);
  std::vector<std::int64_t> marks(n_starts + n_ends);
  std::iota(marks.begin(), marks.end(), mark);
  const std::span<const std::int64_t> all(marks);
  file.write("index/tree_start_index", all.first(n_starts), {n_starts}, "-", "");
  file.write("index/tree_end_index", all.subspan(n_starts), {n_ends}, "-", "");
  file.commit();
  Template made{cecropia::io::read_file(path), {}};
  std::filesystem::remove(path);
  for (const std::int64_t number : marks) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    made.places.push_back(made.bytes.find(std::string_view(bytes, sizeof bytes)));
    require(made.places.back() != std::string::npos);
  }
  return made;
}

void write_file(const std::string& path, fuzz::Bytes& bytes, std::optional<std::size_t> n_nodes) {
  static std::map<std::tuple<std::size_t, std::size_t, std::optional<std::size_t>>, Template> known;
  const std::size_t n_starts = bytes.below(6), n_ends = bytes.below(6);
  const auto [found, is_new] = known.try_emplace({n_starts, n_ends, n_nodes});
  if (is_new) found->second = make(n_starts, n_ends, n_nodes);
  std::string content = found->second.bytes;
  for (const std::size_t place : found->second.places) {
    const std::int64_t number = bytes.integer();
    std::memcpy(content.data() + place, &number, sizeof number);
  }
  std::ofstream(path, std::ios::binary) << content;
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

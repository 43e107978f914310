// Any numbers given as the indices of a ytree arbor (of its header and of its data files) either become an index in
// which every node of every data file belongs to one tree, or are refused with an InputError. The files themselves are
// sound: HDF5 is not tested here.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../../src/tree/ytree_index.hpp"
#include "../../src/tree/ytree_names.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "memory_folder.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace {

using namespace cecropia::tree;
using cecropia::fuzz::require;

void write_index(cecropia::io::SerialFile& file, fuzz::Bytes& bytes) {
  for (const char* name : {"index/tree_start_index", "index/tree_end_index"}) {
    const std::vector<std::int64_t> numbers = bytes.integers(bytes.below(6));
    file.write(name, numbers, {numbers.size()}, "-", "");
  }
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
  {
    auto file = cecropia::io::SerialFile::create(header);
    file.write_attribute("/", "arbor_type", ytree::arbor_type);
    write_index(file, bytes);
    file.commit();
  }
  const std::size_t n_files = bytes.below(4);
  for (std::size_t f = 0; f < n_files; ++f) {
    auto file = cecropia::io::SerialFile::create(ytree::data_file(prefix, f));
    const std::vector<std::int64_t> uid(bytes.below(16), 1);
    file.write(ytree::in_data(ytree::fields.id), uid, {uid.size()}, "-", "");
    write_index(file, bytes);
    file.commit();
  }
  require(ytree::header_of(header) == header && ytree::header_of(cecropia::fuzz::folder()) == header);
  try {
    check(ytree::read_index(header));
  } catch (const cecropia::InputError&) {
  }
  return 0;
}

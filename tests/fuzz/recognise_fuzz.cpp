// Any files in a folder, named as those of tree sets are: the format of the folder, and of one of its files, is
// recognised or there is an InputError; and what is recognised is opened or refused with an InputError.
// Of HDF5 files the contents are whole or cut, out of a small collection: HDF5 itself is not tested here.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/formats.hpp"
#include "memory_folder.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace {

using namespace cecropia::tree;
using cecropia::fuzz::folder;
using cecropia::fuzz::require;

constexpr std::array names{"tree_0_0_0.dat", "tree_0_0_1.dat.gz",
                           "locations.dat",  "forests.list",
                           "a.AHF_halos",    "a.AHF_croco",
                           "b.AHF_mtree",    "all-CRMratio2",
                           "trees_063.0",    "trees_063.1",
                           "a.h5",           "a_0000.h5",
                           "trees.hdf5",     "trees.0.hdf5",
                           "trees.1.hdf5",   "trees.foreststats.hdf5",
                           "trees.hdf5.0",   "tree_extended.0.hdf5",
                           "forest.h5",      "forest_0.h5",
                           "notes.txt",      "noname"};

/// What recognisers look for, as groups, datasets of one number, and attributes (object@key) of HDF5 files.
const std::vector<std::vector<std::string>> marks{
    {"/note"},
    {"/forestHalos/nodeIndex", "/forestIndex/forestIndex"},
    {"/haloTrees/nodeIndex", "/treeIndex/treeIndex"},
    {"/TreeTable/Length", "/TreeTimes/Time", "/Header@Ntrees_Total", "/TreeHalos/SnapNum"},
    {"/Header/TreeNHalos", "/Tree0/Descendant"},
    {"/@arbor_type", "/index/tree_start_index", "/index/tree_end_index", "/data/uid"},
    {"/index/tree_start_index", "/index/tree_end_index", "/data/uid", "/data/desc_uid", "/data/mass"},
    {"/SubhaloID", "/DescendantID", "/TreeID"},
    {"/ForestInfo/ForestID", "/Forests/id", "/@Nforests"},
    {"/@Nfiles", "/@TotNforests", "/@TotNhalos"},
    {"/Snap_000/ID", "/Snap_000/Head", "/Snap_000/Tail", "/Snap_000/hostHaloID"},
    {"/Header@NFiles", "/ForestInfo@NForests"},
    {"/ID", "/NumDesc", "/DescOffsets", "/Descendants"}};

const std::vector<std::string>& hdf5_files() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> made;
    for (const auto& of_one : marks) {
      const std::string path = folder() + "/made";
      auto file = cecropia::io::SerialFile::create(path);
      for (const std::string& mark : of_one) {
        const std::size_t key = mark.find('@');
        if (mark == "/@arbor_type")
          file.write_attribute("/", "arbor_type", "YTreeArbor");
        else if (key != std::string::npos)
          file.write_attribute(mark.substr(0, key), mark.substr(key + 1), std::int64_t{1});
        else
          file.write(mark, std::vector<std::int64_t>{1}, {1}, "-", "");
      }
      file.commit();
      made.push_back(cecropia::io::read_file(path));
    }
    return made;
  }();
  return all;
}

std::optional<Format> format_at(const std::string& path) {
  Parameters parameters;
  parameters.path = path;
  try {
    return format_of(parameters);
  } catch (const cecropia::InputError&) {
    return std::nullopt;
  }
}

void check(const std::string& path) {
  const std::optional<Format> format = format_at(path);
  if (std::filesystem::is_directory(path) && consistent_trees::recognise(path))
    require(format == Format::consistent_trees);
  if (!format) return;
  require(*format != Format::automatic && *format != Format::eps);
  Parameters parameters;
  parameters.path = path;
  parameters.box_cmpc = 10.0;
  try {
    require(!open(parameters, *format, {})->forests().empty());
  } catch (const cecropia::InputError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string>& known = hdf5_files();
  cecropia::fuzz::empty_folder();
  fuzz::Bytes bytes(data, size);
  std::string first;
  // name, content: an HDF5 file and what is left of it, or a text of a given length
  for (int n = 0; n < 4 && bytes.left() > 0; ++n) {
    const std::string path = folder() + "/" + names[bytes.below(names.size())];
    const std::size_t kind = bytes.next();
    std::string_view content;
    if (kind < known.size()) {
      content = known[kind];
      const std::uint8_t eighths = bytes.next();
      if (eighths < 8) content = content.substr(0, content.size() * eighths / 8);
    } else {
      content = bytes.text(bytes.raw<std::uint16_t>());
      if (content.find("\x89HDF\r\n\x1a\n") != std::string_view::npos) return 0;
    }
    std::ofstream(path, std::ios::binary) << content;
    if (n == 0) first = path;
  }
  check(folder());
  if (!first.empty()) check(first);
  return 0;
}

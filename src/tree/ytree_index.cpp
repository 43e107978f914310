#include "ytree_index.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"
#include "ytree_names.hpp"

namespace cecropia::tree::ytree {
namespace fs = std::filesystem;
namespace {

bool is_header(const fs::path& path) {
  if (path.extension() != suffix || !io::looks_like_hdf5(path)) return false;
  const io::SerialFile file = io::SerialFile::open(path);
  return file.has_attribute("/", "arbor_type") && file.read_string_attribute("/", "arbor_type") == arbor_type;
}

std::string without_suffix(const std::string& path) { return path.substr(0, path.size() - std::string(suffix).size()); }

/// The header's name if `path` is named like a data file, NAME_0000.h5.
std::string header_beside(const fs::path& path) {
  const std::string stem = path.stem();
  const std::size_t mark = stem.rfind('_');
  if (path.extension() != suffix || mark == std::string::npos || stem.size() < mark + 5 ||
      stem.find_first_not_of("0123456789", mark + 1) != std::string::npos)
    return {};
  return (path.parent_path() / (stem.substr(0, mark) + suffix)).string();
}

[[noreturn]] void refuse(const std::string& what, const std::string& where, const std::string& expected) {
  throw InputError({what, where, expected, "copy or save the arbor again"});
}

std::vector<std::int64_t> numbers(const io::SerialFile& file, const std::string& name) {
  const std::vector<std::size_t> dims = file.dims(name);
  if (dims.size() != 1 || dims[0] / 1100 > file.stored_bytes(name))
    refuse(fmt::format("the dataset '{}' is not a list of numbers", name), file.path().string(), "one number per tree");
  return file.read_int64(name).data;
}

void add_file(ArborIndex& arbor, std::size_t number, std::size_t n_trees) {
  const std::string path = arbor.data_file(number);
  const io::SerialFile file = io::SerialFile::open(path);
  const std::vector<std::size_t> dims = file.dims(in_data(fields.id));
  if (dims.size() != 1 || dims[0] / 1100 > file.stored_bytes(in_data(fields.id)))
    refuse("'data/uid' is not a list of numbers", path, "one uid per node");
  const std::vector<std::int64_t> begin = numbers(file, "index/tree_start_index"),
                                  end = numbers(file, "index/tree_end_index");
  if (begin.size() != n_trees || end.size() != n_trees)
    refuse(fmt::format("the index has {} trees, the header says {}", begin.size(), n_trees), path + ", index",
           "the trees that the header counts");
  const auto rows = static_cast<std::int64_t>(dims[0]);
  for (std::size_t t = 0; t < n_trees; ++t) {
    // Nothing stands before a tree but the trees before it.
    if (begin[t] != (t == 0 ? 0 : end[t - 1]) || end[t] <= begin[t] || end[t] > rows)
      refuse(fmt::format("tree {} has nodes {} to {} of {}", t, begin[t], end[t], rows), path + ", index",
             "one tree behind the other, with a node at least");
    arbor.file.push_back(static_cast<std::uint32_t>(number));
    arbor.begin.push_back(static_cast<std::size_t>(begin[t]));
    arbor.size.push_back(static_cast<std::size_t>(end[t] - begin[t]));
  }
  if (rows != (n_trees == 0 ? 0 : end.back()))
    refuse(fmt::format("the file has {} nodes, its trees have {}", rows, n_trees == 0 ? 0 : end.back()), path,
           "nodes that belong to trees");
  arbor.rows.push_back(dims[0]);
}

}  // namespace

std::string ArborIndex::data_file(std::size_t number) const { return ytree::data_file(prefix, number); }

std::size_t ArborIndex::rows_before(std::size_t number) const {
  return std::accumulate(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(number), std::size_t{0});
}

void check_length(const ArborIndex& arbor, const io::SerialFile& file, std::size_t number, const std::string& name) {
  const std::vector<std::size_t> dims = file.dims(name);
  if (dims.size() != 1 || dims[0] != arbor.rows[number])
    refuse(fmt::format("'{}' does not have an entry for each of {} nodes", name, arbor.rows[number]),
           fmt::format("{}, {}", file.path().string(), name), "one entry per node");
}

std::string header_of(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : io::entries_of(path))
      if (entry.is_regular_file(error) && is_header(entry.path())) found.push_back(entry.path().string());
    if (found.size() > 1)
      throw InputError({"the folder holds several arbors", path, "one arbor",
                        fmt::format("name one of them: {}", fmt::join(found, ", "))});
    return found.empty() ? std::string() : found.front();
  }
  if (!fs::is_regular_file(path, error)) return {};
  if (is_header(path)) return path;
  const std::string header = header_beside(path);
  return !header.empty() && fs::is_regular_file(header, error) && is_header(header) ? header : std::string();
}

ArborIndex read_index(const std::string& header) {
  ArborIndex arbor;
  arbor.prefix = without_suffix(header);
  const io::SerialFile file = io::SerialFile::open(header);
  const std::vector<std::int64_t> begin = numbers(file, "index/tree_start_index"),
                                  end = numbers(file, "index/tree_end_index");
  if (begin.empty() || begin.size() != end.size())
    refuse("the index of the files has columns of different length", header + ", index", "one entry per data file");
  std::vector<std::string> missing;
  std::error_code error;
  for (std::size_t f = 0; f < begin.size(); ++f) {
    if (begin[f] != (f == 0 ? 0 : end[f - 1]) || end[f] < begin[f])
      refuse(fmt::format("file {} has trees {} to {}", f, begin[f], end[f]), header + ", index",
             "one file behind the other");
    arbor.first_tree.push_back(static_cast<std::size_t>(begin[f]));
    if (!fs::is_regular_file(arbor.data_file(f), error)) missing.push_back(fs::path(arbor.data_file(f)).filename());
    if (missing.size() > 9) break;
  }
  if (!missing.empty())
    refuse(fmt::format("data files of the arbor are missing: {}", fmt::join(missing, ", ")), header,
           fmt::format("{} data files beside the header", begin.size()));
  arbor.first_tree.push_back(static_cast<std::size_t>(end.back()));
  for (std::size_t f = 0; f < begin.size(); ++f) add_file(arbor, f, arbor.first_tree[f + 1] - arbor.first_tree[f]);
  return arbor;
}

}  // namespace cecropia::tree::ytree

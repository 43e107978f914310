#include "velociraptor_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/velociraptor.hpp"
#include "halo_table.hpp"

namespace cecropia::tree::velociraptor {
namespace {

namespace fs = std::filesystem;

enum class Kind { other, statistics, trees, graph };

bool has_any(const io::SerialFile& file, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return file.has(name); });
}

Kind kind_of(const io::SerialFile& file) {
  if (file.has("/ForestInfo/NForestsPerFile") || file.has_attribute("/ForestInfo", "NForests")) return Kind::statistics;
  if (has_any(file, {"/Descendants", "/Progenitors"}) &&
      has_any(file, {"/DescOffsets", "/DescenOffsets", "/ProgenOffsets", "/NumDesc", "/NumDescen", "/NumProgen"}))
    return Kind::graph;
  for (const std::string& group : file.children("/"))
    if (group.starts_with("Snap_") && file.has("/" + group + "/Head") && file.has("/" + group + "/ID"))
      return Kind::trees;
  return Kind::other;
}

Kind kind_of(const fs::path& path) {
  if (!io::looks_like_hdf5(path)) return Kind::other;
  try {
    return kind_of(io::SerialFile::open(path));
  } catch (const InputError&) {
    return Kind::other;
  }
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const fs::path& path : io::entries_of(folder))
    if (io::looks_like_hdf5(path)) found.push_back(path);
  return found;
}

/// P.hdf5.N and P.foreststats.hdf5 -> P; the path itself if it is neither.
std::string stem_of(const std::string& path) {
  const auto without = [](const std::string& text, const std::string& tail) {
    return text.ends_with(tail) ? text.substr(0, text.size() - tail.size()) : text;
  };
  std::string stem = without(path, ".foreststats.hdf5");
  if (stem != path) return stem;
  std::int64_t number = -1;
  const std::size_t dot = path.rfind('.');
  if (dot != std::string::npos && parse_integer(path.substr(dot + 1), number) && number >= 0)
    return without(path.substr(0, dot), ".hdf5");
  return path;
}

[[noreturn]] void refuse_graph(const fs::path& path) {
  throw InputError(
      {fmt::format("'{}' is a raw graph of TreeFrog, in which a halo may have several descendants", path.string()),
       path.string(), "walkable trees: one descendant (Head) per halo",
       "make the forest file for semi-analytic models with the tools of TreeFrog"});
}

/// What the user means by `path`: a statistics file if there is one.
fs::path entrance(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return path;
  std::vector<fs::path> statistics, trees, graphs;
  for (const fs::path& file : files_in(path)) {
    const Kind kind = kind_of(io::SerialFile::open(file));  // a damaged file is named
    if (kind == Kind::statistics) statistics.push_back(file);
    if (kind == Kind::trees) trees.push_back(file);
    if (kind == Kind::graph) graphs.push_back(file);
  }
  const std::vector<fs::path>& found = !statistics.empty() ? statistics : trees;
  if (found.empty() && !graphs.empty()) refuse_graph(graphs.front());
  const auto same_set = [&](const fs::path& file) { return stem_of(file.string()) == stem_of(found.front().string()); };
  if (found.empty() || !std::all_of(found.begin(), found.end(), same_set))
    throw InputError(
        {fmt::format("the folder '{}' holds {}", path, found.empty() ? "no trees" : "several sets of trees"), path,
         "one set of VELOCIraptor trees: P.foreststats.hdf5 and P.hdf5.0, P.hdf5.1, ...",
         "name the file P.foreststats.hdf5 with trees.path"});
  return found.front();
}

std::vector<io::SerialFile> open_forest_files(const std::string& stem) {
  const std::string statistics_path = stem + ".foreststats.hdf5";
  std::error_code error;
  if (!fs::exists(statistics_path, error))
    throw InputError({fmt::format("the statistics of the forests, '{}', are missing", statistics_path), statistics_path,
                      "the file that was written with the forest files; it says how many there are",
                      "copy it beside the other files"});
  const auto statistics = io::SerialFile::open(statistics_path);
  const std::int64_t n_files = statistics.read_int64_attribute("/Header", "NFiles");
  const std::int64_t n_forests = statistics.read_int64_attribute("/ForestInfo", "NForests");
  std::vector<io::SerialFile> files;
  std::int64_t found = 0;
  for (std::int64_t i = 0; i < n_files; ++i) {
    const std::string path = fmt::format("{}.hdf5.{}", stem, i);
    if (!fs::exists(path, error))
      throw InputError({fmt::format("the forest file '{}' is missing", path), path,
                        fmt::format("{} files, as '{}' says", n_files, statistics_path),
                        "copy it beside the other files"});
    files.push_back(io::SerialFile::open(path));
    const auto dims = files.back().dims("/ForestInfoInFile/ForestSizesInFile");
    found += dims.size() == 1 ? static_cast<std::int64_t>(dims.front()) : 0;
  }
  if (files.empty() || found != n_forests)
    throw InputError({fmt::format("the forest files hold {} forests, '{}' says {}", found, statistics_path, n_forests),
                      statistics_path, "files that were written together", "copy the set again"});
  return files;
}

}  // namespace

bool recognise(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return kind_of(fs::path(path)) != Kind::other;
  const std::vector<fs::path> files = files_in(path);
  return std::any_of(files.begin(), files.end(), [](const fs::path& file) { return kind_of(file) != Kind::other; });
}

std::vector<io::SerialFile> open_set(const std::string& given) {
  const std::string path = entrance(given).string();
  io::SerialFile first = io::SerialFile::open(path);
  const Kind kind = kind_of(first);
  if (kind == Kind::graph) refuse_graph(path);
  if (kind == Kind::statistics || first.has("/ForestInfoInFile")) return open_forest_files(stem_of(path));
  if (kind == Kind::other)
    throw InputError({fmt::format("'{}' holds no VELOCIraptor trees", path), path,
                      "groups Snap_NNN with ID, Head, Tail, hostHaloID, or the statistics of a forest file",
                      "check the path, or name the format with trees.format"});
  std::vector<io::SerialFile> files;
  files.push_back(std::move(first));
  return files;
}

}  // namespace cecropia::tree::velociraptor

#include "cecropia/tree/file_series.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"

namespace cecropia::tree {
namespace fs = std::filesystem;
namespace {

struct NumberedName {
  std::string before, after;
  std::int64_t number = -1;  ///< -1: none
};

NumberedName split(const std::string& name, const std::string& marks) {
  std::string stem = name;
  for (const char* ending : {".hdf5", ".h5"}) {
    if (stem.ends_with(ending)) {
      stem.resize(stem.size() - std::string_view(ending).size());
      break;
    }
  }
  const std::size_t begin = stem.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  const bool numbered =
      begin > 0 && begin < stem.size() && stem.size() - begin <= 9 && marks.find(stem[begin - 1]) != std::string::npos;
  if (!numbered) return {name, "", -1};
  NumberedName n{stem.substr(0, begin), name.substr(stem.size()), 0};
  std::from_chars(stem.data() + begin, stem.data() + stem.size(), n.number);
  return n;
}

using Key = std::pair<std::string, std::string>;
using Group = std::map<std::int64_t, std::string>;

/// Regular files of a folder, by what their names have in common. Sorted, so that every rank sees the same.
std::map<Key, Group> groups_in(const fs::path& folder, const std::string& marks) {
  std::map<Key, Group> groups;
  for (const fs::directory_entry& entry : io::entries_of(folder)) {
    if (std::error_code unknown; !entry.is_regular_file(unknown)) continue;
    const NumberedName n = split(entry.path().filename().string(), marks);
    groups[{n.before, n.after}][n.number] = entry.path().string();
  }
  return groups;
}

FileSeries series_from(const Key& key, const Group& group) {
  FileSeries s;
  s.before = key.first;
  s.after = key.second;
  s.first = group.begin()->first;
  for (const auto& [number, path] : group) {
    s.paths.push_back(path);
    // "tree.007": a number that begins with 0 tells how many digits all have.
    const std::string name = fs::path(path).filename().string();
    const std::size_t digits = name.size() - key.first.size() - key.second.size();
    if (number >= 0 && digits > 1 && name[key.first.size()] == '0') s.digits = digits;
  }
  return s;
}

bool accepted(const Group& group, const std::function<bool(const std::string&)>& is_one) {
  int tried = 0;
  return std::any_of(group.begin(), group.end(), [&](const auto& file) { return tried++ < 3 && is_one(file.second); });
}

std::vector<FileSeries> accepted_series(const std::string& folder,
                                        const std::function<bool(const std::string&)>& is_one,
                                        const std::string& marks) {
  std::vector<FileSeries> found;
  for (const auto& [key, group] : groups_in(folder, marks))
    if (accepted(group, is_one)) found.push_back(series_from(key, group));
  return found;
}

}  // namespace

std::string FileSeries::name_of(std::int64_t number) const {
  return first < 0 ? before : fmt::format("{}{:0{}}{}", before, number, digits, after);
}

FileSeries series_of_file(const std::string& path, const std::string& marks) {
  const fs::path file(path);
  const NumberedName n = split(file.filename().string(), marks);
  if (n.number >= 0) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const std::map<Key, Group> groups = groups_in(folder, marks);
    if (const auto at = groups.find({n.before, n.after}); at != groups.end()) return series_from(at->first, at->second);
  }
  return series_from({file.filename().string(), ""}, {{-1, path}});
}

FileSeries series_in_folder(const std::string& folder, const std::function<bool(const std::string&)>& is_one,
                            const std::string& marks) {
  const std::vector<FileSeries> found = accepted_series(folder, is_one, marks);
  if (found.empty()) return {};
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const FileSeries& s : found) names.push_back(s.name_of(s.first));
    throw InputError({fmt::format("the folder '{}' holds several sets of trees", folder), folder,
                      fmt::format("one set; here are those that begin with: {}", fmt::join(names, ", ")),
                      "name the first file of the set instead of the folder"});
  }
  return found.front();
}

void require_complete(const FileSeries& series, std::int64_t n) {
  if (series.first < 0 && n <= 1) return;
  std::set<std::int64_t> there;
  for (const std::string& path : series.paths) {
    const std::string name = fs::path(path).filename().string();
    std::int64_t number = -1;
    const char* const begin = name.data() + series.before.size();
    std::from_chars(begin, name.data() + name.size() - series.after.size(), number);
    there.insert(number);
  }
  const std::int64_t end = n >= 0 ? n : *there.rbegin() + 1;
  const std::int64_t n_missing = end - std::distance(there.lower_bound(0), there.lower_bound(end));
  std::vector<std::string> missing;
  for (std::int64_t i = 0; i < end && std::ssize(missing) < std::min<std::int64_t>(n_missing, 5); ++i)
    if (there.count(i) == 0) missing.push_back(series.first < 0 ? fmt::format("number {}", i) : series.name_of(i));
  if (n_missing == 0 && static_cast<std::int64_t>(there.size()) == end) return;
  const std::string folder = fs::path(series.paths.front()).parent_path().string();
  if (n_missing == 0)
    throw InputError({fmt::format("the set should have {} files, but {} are there", end, there.size()), folder,
                      fmt::format("the files {} to {}", series.name_of(0), series.name_of(end - 1)),
                      "remove the files that do not belong to this set"});
  throw InputError({fmt::format("{} of the {} files of the set are missing: {}{}", n_missing, end,
                                fmt::join(missing, ", "), n_missing > 5 ? ", ..." : ""),
                    folder, "all files of a set beside each other", "copy the missing files"});
}

std::vector<std::string> uncounted_set(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                                       bool volume_known, const std::string& what, const std::string& marks) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const FileSeries series = folder ? series_in_folder(path, is_one, marks) : series_of_file(path, marks);
  if (series.paths.empty())
    throw InputError(
        {fmt::format("the folder '{}' holds no such trees", path), path, what, "name another folder, or a file"});
  if (!folder && series.paths.size() > 1 && series.name_of(0) != fs::path(path).filename().string()) {
    if (!volume_known)
      throw InputError({fmt::format("'{}' is one of {} files", path, series.paths.size()), path,
                        "the volume that its trees stand for, which is not that of the box",
                        "set trees.volume_cmpc3, or name the folder or the first file to read all"});
    return {path};
  }
  if (series.paths.size() > 1 || series.first > 0) require_complete(series);
  return series.paths;
}

std::vector<std::string> counted_set(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                                     const std::function<std::int64_t(const std::string&)>& count_in,
                                     const std::string& kind, const std::string& names) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const FileSeries series = folder ? series_in_folder(path, is_one) : series_of_file(path);
  if (series.paths.empty())
    throw InputError(
        {fmt::format("the folder '{}' holds no {}", path, kind), path, names, "name another folder, or a file"});
  const std::int64_t n = count_in(folder ? series.paths.front() : path);
  if (n == 1 && !folder) return {path};
  require_complete(series, n);
  return series.paths;
}

bool file_or_series(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                    const std::string& marks) {
  std::error_code error;
  if (fs::is_directory(path, error)) return !accepted_series(path, is_one, marks).empty();
  return is_one(path);
}

}  // namespace cecropia::tree

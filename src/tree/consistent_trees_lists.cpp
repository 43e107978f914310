// What stands beside the trees of consistent-trees: forests.list and locations.dat; and the levels of a set.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/text_file.hpp"
#include "consistent_trees_index.hpp"
#include "consistent_trees_share.hpp"
#include "words.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

using Words = std::array<std::string_view, 8>;

/// Calls take(words, how many, line number) for every line that is neither empty nor a comment.
template <class Take>
void for_each_entry(std::string_view text, Take&& take) {
  for (std::int64_t line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = next_line(text);
    Words words;
    std::size_t n = 0;
    const char* p = line.data();
    for (std::string_view word; n < words.size(); words[n++] = word)
      if (word = next_word(p, line.data() + line.size()); word.empty()) break;
    if (n > 0 && words[0].front() != '#') take(words, n, line_number);
  }
}

}  // namespace

std::vector<TreeOwner> read_forest_list(const std::string& path) {
  const MappedFile file(path);
  std::vector<TreeOwner> list;
  for_each_entry(file.bytes(), [&](const Words& words, std::size_t n, std::int64_t line) {
    TreeOwner owner;
    if (n < 2 || !parse_integer(words[0], owner.tree_id) || !parse_integer(words[1], owner.forest_id))
      throw InputError({fmt::format("a line of '{}' is not a tree id and a forest id", path),
                        fmt::format("{}, line {}", path, line), "two whole numbers: TreeRootID ForestID",
                        "repair the line, or remove the file: forests are then found from the links"});
    list.push_back(owner);
  });
  std::sort(list.begin(), list.end(), [](const TreeOwner& a, const TreeOwner& b) { return a.tree_id < b.tree_id; });
  return list;
}

std::int64_t forest_of(std::int64_t tree_id, const std::vector<TreeOwner>& list, const std::string& path) {
  const auto at = std::lower_bound(list.begin(), list.end(), tree_id,
                                   [](const TreeOwner& o, std::int64_t wanted) { return o.tree_id < wanted; });
  if (at == list.end() || at->tree_id != tree_id)
    throw InputError(
        {fmt::format("tree {} is not in '{}'", tree_id, path), path, "a line for every tree of the tree files",
         "use the forests.list that was written with these trees, or remove it: forests are then found from "
         "the links"});
  return at->forest_id;
}

Locations read_locations(const std::string& path, const std::vector<std::string>& tree_files) {
  Locations found;
  const auto plain = [](const std::string& file) {
    std::string name = std::filesystem::path(file).filename().string();
    if (name.size() > 3 && name.compare(name.size() - 3, 3, ".gz") == 0) name.resize(name.size() - 3);
    return name;
  };
  std::map<std::string, std::uint32_t, std::less<>> file_of;
  for (std::uint32_t i = 0; i < tree_files.size(); ++i) file_of.emplace(plain(tree_files[i]), i);
  try {
    const MappedFile file(path);
    for_each_entry(file.bytes(), [&](const Words& words, std::size_t n, std::int64_t line) {
      if (!found.fault.empty()) return;
      TreeSpan tree;
      std::int64_t offset = 0, length = 0;
      if (n < 6 || !parse_integer(words[0], tree.tree_id) || !parse_integer(words[2], offset) ||
          !parse_integer(words[4], tree.n_halos) || !parse_integer(words[5], length)) {
        found.fault = fmt::format("line {} does not give the number of halos and bytes of a tree", line);
        return;
      }
      const auto at = file_of.find(plain(std::string(words[3])));
      if (at == file_of.end()) {
        found.fault = fmt::format("line {} names a file that is not there", line);
        return;
      }
      tree.file = at->second;
      const auto tag = static_cast<std::int64_t>(tree_line(tree.tree_id).size());
      if (tree.tree_id < 0 || tree.n_halos < 1 || offset < tag || length < tree.n_halos || length > most_bytes ||
          offset > most_bytes) {
        found.fault = fmt::format("line {} is not the place of a tree", line);
        return;
      }
      tree.begin = offset - tag;
      tree.end = offset + length;
      found.trees.push_back(tree);
    });
  } catch (const InputError& error) {
    found.fault = error.complaint().what;
  }
  if (!found.fault.empty()) found.trees.clear();
  return found;
}

std::vector<double> levels_among(std::vector<double> scale) {
  std::sort(scale.begin(), scale.end());
  std::vector<double> levels;
  for (const double a : scale)
    if (levels.empty() || a - levels.back() > scale_tolerance) levels.push_back(a);
  return levels;
}

std::uint32_t level_of(double scale, const std::vector<double>& levels) {
  return static_cast<std::uint32_t>(std::upper_bound(levels.begin(), levels.end(), scale) - levels.begin() - 1);
}

std::uint32_t listed_level(double scale, const std::vector<double>& levels, const std::string& where) {
  const std::uint32_t level = level_of(scale + scale_tolerance, levels);  // 2^32 - 1: before the first
  if (level >= levels.size() || scale - levels[level] > scale_tolerance)
    throw InputError({fmt::format("the trees have a snapshot at the scale factor {}", scale), where,
                      "one of the scale factors that trees.scale_factors lists",
                      "give the list of this simulation, or none: the scale factors are then those of the trees"});
  return level;
}

}  // namespace cecropia::tree::consistent_trees

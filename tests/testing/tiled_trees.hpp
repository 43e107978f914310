#pragma once
/// \file  Large files out of small ones: a consistent-trees text again and again, each copy with ids of its own.
#include <charconv>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace cecropia::testing {

/// Writes `copies` copies of the trees of `text` (columns 1, 3, 5, 6: id, desc_id, pid, upid) with one header; copy k
/// has ids that are larger by k * 1e6, which must be more than the largest one.
inline void write_tiled(std::string_view text, int copies, std::ostream& out) {
  const std::size_t trees_begin = text.find("#tree");
  std::string_view header = text.substr(0, trees_begin);
  header = header.substr(0, header.rfind('\n', header.size() - 2) + 1);
  std::int64_t trees = 0;
  for (std::size_t at = trees_begin; at != std::string_view::npos; at = text.find("\n#tree", at + 1)) ++trees;
  out << header << trees * copies << "\n";
  for (int copy = 0; copy < copies; ++copy) {
    const std::int64_t shift = std::int64_t{1000000} * copy;
    std::string piece;
    const auto shifted = [&](std::string_view word) {
      std::int64_t id = 0;
      std::from_chars(word.data(), word.data() + word.size(), id);
      piece += std::to_string(id < 0 ? id : id + shift);
    };
    for (std::string_view rest = text.substr(trees_begin); !rest.empty();) {
      std::string_view line = rest.substr(0, rest.find('\n') + 1);
      rest.remove_prefix(line.size());
      const bool is_tree = line.front() == '#';
      for (int column = 0; column <= (is_tree ? 1 : 6); ++column) {
        const std::size_t begin = line.find_first_not_of(' '), end = line.find_first_of(" \n", begin);
        piece += line.substr(0, begin);
        const std::string_view word = line.substr(begin, end - begin);
        if (column == 1 || column == 3 || column == 5 || column == 6)
          shifted(word);
        else
          piece += word;
        line.remove_prefix(end);
      }
      piece += line;
    }
    out << piece;
  }
}

}  // namespace cecropia::testing

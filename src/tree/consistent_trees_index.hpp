#pragma once
// Private to the reader of consistent-trees: where each tree of a set stands, and to which forest it belongs.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/text_parts.hpp"
#include "consistent_trees_share.hpp"

namespace cecropia::tree::consistent_trees {

/// The text of a tree, from its "#tree" line to the next one or the end of the file.
struct TreeSpan {
  std::int64_t tree_id = -1, begin = 0, end = 0, n_halos = 0;
  std::uint32_t file = 0;
};

/// No file is larger: sums of offsets do not overflow [bytes].
inline constexpr std::int64_t most_bytes = std::int64_t{1} << 60;

/// Trees are parsed together up to this length of text, so that memory does not grow with what is asked for [bytes].
inline constexpr std::int64_t portion_bytes = std::int64_t{16} << 20;

/// The line before a tree as consistent-trees writes it.
inline std::string tree_line(std::int64_t tree_id) { return fmt::format("#tree {}\n", tree_id); }

struct Locations {
  std::vector<TreeSpan> trees;
  std::string fault;  ///< why they cannot be used; empty: they can
};
/// The trees that a locations.dat with numbers of halos and bytes names; never throws for what the file says.
Locations read_locations(const std::string& path, const std::vector<std::string>& tree_files);

/// What all passes over the text share: one Parser per file that has met the header, and what it parses.
class Passes {
 public:
  /// Reads the headers of all files.
  Passes(const TextParts& text, const Options& options, double h);

  const FileReport& report(std::size_t file) const { return files_[file].report; }

  /// Every tree of every file, in order; the distinct scale factors as they appear.
  std::vector<TreeSpan> find_trees(std::vector<double>& scale);
  /// Why `trees`, sorted by file and place, are not exactly those of the files; empty: they are. Looks at their first
  /// lines only.
  std::string misfit(const std::vector<TreeSpan>& trees) const;
  /// Forest of each tree, from the links between trees. `trees` in the order of the files.
  std::vector<std::int64_t> forests_from_links(const std::vector<TreeSpan>& trees);
  /// Parses `trees`, which are sorted by file and place, into batch(), which is emptied before: as many blocks, in the
  /// same order, each with as many rows as its span says.
  void parse(const std::vector<const TreeSpan*>& trees);
  const Batch& batch() const { return batch_; }

 private:
  struct File {
    Parser parser;
    FileReport report;
    std::int64_t header_end = 0;
    std::size_t scale_column = 0, id_column = 0;
  };
  std::function<std::int64_t()> counter(std::size_t file, std::int64_t offset) const {
    return [this, file, offset] { return text_.lines_before(file, offset); };
  }
  void read_header_of(std::size_t file, const Options& options, double h);
  [[noreturn]] void explain(std::size_t file, std::int64_t begin, std::string_view lines);

  const TextParts& text_;
  Batch batch_;
  std::vector<File> files_;
};

}  // namespace cecropia::tree::consistent_trees

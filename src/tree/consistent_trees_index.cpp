#include "consistent_trees_index.hpp"

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/id_index.hpp"
#include "cecropia/tree/number.hpp"
#include "words.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

/// The `column`-th word of a line, empty if there is none.
std::string_view word_of(std::string_view line, std::size_t column) {
  const char* p = line.data();
  const char* const end = p + line.size();
  std::string_view word = next_word(p, end);
  for (; column > 0 && !word.empty(); --column) word = next_word(p, end);
  return word;
}

std::size_t column_of(const Header& header, const std::string& name) {
  for (std::size_t i = 0; i < header.columns.size(); ++i) {
    if (lower(header.columns[i]) == name) return i;
  }
  throw InternalError("a header without the column " + name);
}

/// The distinct scale factors of a pass. Halos of one snapshot often follow each other, and all write it alike.
class Scales {
 public:
  explicit Scales(std::vector<double>& found) : found_(found) {}
  /// False if the word is no scale factor.
  bool take(std::string_view word) {
    if (word == last_) return true;
    double a = 0.0;
    if (!parse_number(word, a) || !is_scale_factor(a)) return false;
    last_ = word;
    if (met_.insert(std::bit_cast<std::uint64_t>(a)).second) found_.push_back(a);
    return true;
  }

 private:
  std::vector<double>& found_;
  std::unordered_set<std::uint64_t> met_;
  std::string last_;
};

}  // namespace

Passes::Passes(const TextParts& text, const Options& options, double h) : text_(text) {
  files_.reserve(text.n_files());
  for (std::size_t i = 0; i < text.n_files(); ++i) read_header_of(i, options, h);
}

void Passes::read_header_of(std::size_t file, const Options& options, double h) {
  Batch nothing;
  Parser header(text_.path(file), options, h, nothing);
  std::int64_t header_end = text_.size(file);
  text_.lines(file, 0, text_.size(file), [&](std::string_view block, std::int64_t offset) {
    const std::size_t at = tree_line_at(block, 0);
    header.take(block.substr(0, at), offset);
    if (at == block.size()) return true;
    header_end = offset + static_cast<std::int64_t>(at);
    return false;
  });
  header.finish();
  files_.push_back({Parser(text_.path(file), options, h, batch_),
                    report_of(static_cast<std::int64_t>(file), header, true), header_end,
                    column_of(header.header(), "scale"), column_of(header.header(), "id")});
  files_.back().parser.begin_inside(header.header(), counter(file, header_end));
}

void Passes::explain(std::size_t file, std::int64_t begin, std::string_view lines) {
  Parser& parser = files_[file].parser;
  parser.go_on_at(counter(file, begin));
  const std::string copy(lines);  // the parser may ask for other parts of the text
  parser.take(copy, begin);
  parser.finish();
  throw InternalError("the parser takes a line that the search for trees refuses");
}

std::vector<TreeSpan> Passes::find_trees(std::vector<double>& scale) {
  std::vector<TreeSpan> trees;
  Scales scales(scale);
  for (std::size_t file = 0; file < files_.size(); ++file) {
    const std::size_t column = files_[file].scale_column;
    const std::size_t first = trees.size();
    const auto close = [&](std::int64_t end) {
      if (trees.size() == first) return;
      TreeSpan& tree = trees.back();
      tree.end = end;
      if (tree.n_halos == 0) explain(file, tree.begin, text_.bytes(file, tree.begin, end));
    };
    const auto cut = [&](std::string_view line, std::int64_t offset) { explain(file, offset, line); };
    const auto take = [&](std::string_view line, std::int64_t offset) {
      if (!line.empty() && line.front() == '#') {
        if (!is_tree_line(line)) return;
        TreeSpan tree;
        if (!parse_integer(word_of(line.substr(5), 0), tree.tree_id) || tree.tree_id < 0)
          explain(file, offset, std::string(line) + '\n');
        close(offset);
        tree.file = static_cast<std::uint32_t>(file);
        tree.begin = offset;
        trees.push_back(tree);
        return;
      }
      const std::string_view word = word_of(line, column);
      if (scales.take(word)) {
        ++trees.back().n_halos;
      } else if (!word_of(line, 0).empty()) {
        explain(file, offset, std::string(line) + '\n');
      }
    };
    text_.lines(file, files_[file].header_end, text_.size(file), [&](std::string_view block, std::int64_t offset) {
      for_each_line(block, offset, take, cut);
      return true;
    });
    close(text_.size(file));
  }
  return trees;
}

std::string Passes::misfit(const std::vector<TreeSpan>& trees) const {
  std::size_t next = 0;
  for (std::size_t file = 0; file < files_.size(); ++file) {
    std::int64_t at = files_[file].header_end;
    const std::size_t first = next;
    for (; next < trees.size() && trees[next].file == file; ++next) {
      const TreeSpan& tree = trees[next];
      const std::string line = tree_line(tree.tree_id);
      if (tree.begin != at || tree.end > text_.size(file) ||
          text_.bytes(file, tree.begin, tree.begin + static_cast<std::int64_t>(line.size())) != line)
        return fmt::format("tree {} does not stand at byte {} of '{}'", tree.tree_id, tree.begin, text_.path(file));
      at = tree.end;
    }
    if (at != text_.size(file)) return fmt::format("byte {} of '{}' is in none of its trees", at, text_.path(file));
    const std::int64_t declared = files_[file].report.declared;
    if (declared >= 0 && declared != static_cast<std::int64_t>(next - first))
      return fmt::format("it names {} trees of '{}', which holds {}", next - first, text_.path(file), declared);
  }
  return {};
}

void Passes::parse(const std::vector<const TreeSpan*>& trees) {
  batch_.rows.clear();
  batch_.blocks.clear();
  batch_.links.clear();
  for (std::size_t i = 0; i < trees.size();) {
    // Trees that follow each other in the file are read as one piece.
    std::size_t last = i + 1;
    while (last < trees.size() && trees[last]->file == trees[i]->file && trees[last]->begin == trees[last - 1]->end)
      ++last;
    const std::size_t file = trees[i]->file;
    Parser& parser = files_[file].parser;
    parser.go_on_at(counter(file, trees[i]->begin));
    text_.lines(file, trees[i]->begin, trees[last - 1]->end, [&](std::string_view block, std::int64_t offset) {
      parser.take(block, offset);
      return true;
    });
    parser.finish();
    for (; i < last; ++i)
      if (i >= batch_.blocks.size() || batch_.blocks[i].tree_id != trees[i]->tree_id ||
          static_cast<std::int64_t>(batch_.blocks[i].n_rows) != trees[i]->n_halos)
        throw InputError({fmt::format("tree {} of '{}' is not what was found there when the set was opened, or what "
                                      "locations.dat says: {} halos",
                                      trees[i]->tree_id, text_.path(file), trees[i]->n_halos),
                          fmt::format("{}, byte {}", text_.path(file), trees[i]->begin),
                          "tree files that do not change, and the locations.dat that was written with them",
                          "remove locations.dat; do not change tree files while they are read"});
    if (batch_.blocks.size() != last) throw InternalError("more trees were parsed than asked for");
  }
}

std::vector<std::int64_t> Passes::forests_from_links(const std::vector<TreeSpan>& trees) {
  std::vector<OutwardLink> links;
  std::vector<const TreeSpan*> portion;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    portion.push_back(&trees[i]);
    bytes += trees[i].end - trees[i].begin;
    if (bytes < portion_bytes && i + 1 < trees.size()) continue;
    parse(portion);
    links.insert(links.end(), batch_.links.begin(), batch_.links.end());
    portion.clear();
    bytes = 0;
  }
  std::vector<std::int64_t> wanted;
  for (const OutwardLink& link : links) wanted.push_back(link.halo_id);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.size() >= no_halo)
    throw InputError({"more links lead from tree to tree than can be followed", text_.path(0), "fewer than 2^32",
                      "put the forests.list of the set beside its trees"});
  IdIndex place;
  place.reset(wanted.size());
  for (Halo i = 0; i < wanted.size(); ++i) place.insert(wanted[i], i);
  // The second pass looks at ids alone: which tree holds what links lead to.
  std::vector<std::int64_t> tree_of(wanted.size(), -1);
  for (std::size_t i = 0; !wanted.empty() && i < trees.size(); ++i) {
    const TreeSpan& tree = trees[i];
    const std::size_t column = files_[tree.file].id_column;
    text_.lines(tree.file, tree.begin, tree.end, [&](std::string_view block, std::int64_t offset) {
      for_each_line(
          block, offset,
          [&](std::string_view line, std::int64_t) {
            std::int64_t id = 0;
            if (line.empty() || line.front() == '#' || !parse_integer(word_of(line, column), id)) return;
            if (const Halo at = place.find(id); at != no_halo) tree_of[at] = tree.tree_id;
          },
          [](std::string_view, std::int64_t) {});
      return true;
    });
  }
  std::vector<TreeContact> contacts;
  for (const OutwardLink& link : links)
    if (const std::int64_t tree = tree_of[place.find(link.halo_id)]; tree >= 0)
      contacts.push_back({link.tree_id, tree});
  std::vector<std::int64_t> ids;
  for (const TreeSpan& tree : trees) ids.push_back(tree.tree_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const std::vector<std::int64_t> forest = forests_of(ids, contacts);
  std::vector<std::int64_t> forest_of_tree;
  for (const TreeSpan& tree : trees)
    forest_of_tree.push_back(
        forest[static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), tree.tree_id) - ids.begin())]);
  return forest_of_tree;
}

}  // namespace cecropia::tree::consistent_trees

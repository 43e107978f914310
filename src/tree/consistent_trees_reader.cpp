// consistent-trees forest by forest: an index of trees, then any forest on demand.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <tuple>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "consistent_trees_index.hpp"
#include "consistent_trees_share.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

class TextReader : public Reader {
 public:
  TextReader(const tree::Parameters& parameters, const cosmology::Parameters& cosmology)
      : options_(options_of(parameters)),
        set_(find_files(parameters.path)),
        text_(set_.paths, most_unpacked_bytes),
        passes_(text_, options_, cosmology.h) {
    find_trees(parameters);
    state_facts(cosmology);
    find_forests();
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t forest = into.forest.empty() ? 0 : into.forest.back() + 1;
    for (std::size_t f = first; f < last;) {
      std::size_t end = f + 1;
      for (std::int64_t bytes = length_[f]; end < last && bytes + length_[end] <= portion_bytes; ++end)
        bytes += length_[end];
      read_portion(f, end, forest, into);
      forest += static_cast<std::uint32_t>(end - f);
      f = end;
    }
  }

 private:
  /// By file and place.
  static bool stands_before(const TreeSpan& a, const TreeSpan& b) {
    return std::tie(a.file, a.begin) < std::tie(b.file, b.begin);
  }

  void find_trees(const tree::Parameters& parameters) {
    namespace fs = std::filesystem;
    const fs::path path = parameters.path;
    std::error_code error;
    const fs::path locations = (fs::is_directory(path, error) ? path : path.parent_path()) / "locations.dat";
    // Without a list of scale factors all lines are looked at anyway.
    listed_ = !parameters.scale_factors.empty();
    if (listed_) facts_.scale = read_scale_factors(parameters.scale_factors);
    if (listed_ && fs::exists(locations, error)) {
      Locations found = read_locations(locations.string(), set_.paths);
      std::sort(found.trees.begin(), found.trees.end(), stands_before);
      if (found.fault.empty()) found.fault = passes_.misfit(found.trees);
      if (found.fault.empty()) {
        trees_ = std::move(found.trees);
        return;
      }
      facts_.warnings.push_back(fmt::format("'{}' is not used, all lines of the tree files were looked at instead: {}.",
                                            locations.string(), found.fault));
    }
    std::vector<double> scale;
    trees_ = passes_.find_trees(scale);
    if (!listed_) facts_.scale = levels_among(scale);
  }

  void find_forests() {
    std::vector<std::int64_t> forest;
    if (set_.forest_list.empty()) {
      forest = passes_.forests_from_links(trees_);
    } else {
      const std::vector<TreeOwner> list = read_forest_list(set_.forest_list);
      for (const TreeSpan& tree : trees_) forest.push_back(forest_of(tree.tree_id, list, set_.forest_list));
    }
    std::vector<std::size_t> order(trees_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return forest[a] < forest[b]; });
    std::vector<TreeSpan> sorted;
    sorted.reserve(trees_.size());
    for (const std::size_t t : order) {
      if (forests_.empty() || forests_.back().id != forest[t]) {
        forests_.push_back({forest[t], 0, std::nullopt});
        first_tree_.push_back(sorted.size());
        length_.push_back(0);
      }
      forests_.back().n_halos += trees_[t].n_halos;
      length_.back() += trees_[t].end - trees_[t].begin;
      sorted.push_back(trees_[t]);
    }
    first_tree_.push_back(sorted.size());
    trees_.swap(sorted);
  }

  void state_facts(const cosmology::Parameters& cosmology) {
    std::vector<FileReport> reports;
    for (std::size_t i = 0; i < set_.paths.size(); ++i) {
      reports.push_back(passes_.report(i));
      reports.back().found = 0;
    }
    for (const TreeSpan& tree : trees_) ++reports[tree.file].found;
    const FileReport header = agree_on_header(reports, set_);
    const auto known = [](double value) { return value >= 0 ? std::optional<double>(value) : std::nullopt; };
    facts_.omega_m = known(header.omega_m);
    facts_.omega_l = known(header.omega_l);
    facts_.h = known(header.h);
    const double h = header.h > 0 ? header.h : cosmology.h;
    if (const double box_cmpc = box_of(header, options_, h); box_cmpc > 0.0) facts_.box_cmpc = box_cmpc;
    for (std::string& warning : warnings_of(header, set_, facts_.box_cmpc.has_value()))
      facts_.warnings.push_back(std::move(warning));
  }

  /// Level of the `scale`-th scale factor of the batch.
  std::uint32_t level(std::uint32_t scale) const {
    const std::vector<double>& met = passes_.batch().scale;
    while (level_.size() < met.size()) {
      const double a = met[level_.size()];
      level_.push_back(listed_ ? listed_level(a, facts_.scale, set_.paths.front()) : level_of(a, facts_.scale));
    }
    return level_[scale];
  }

  /// Forests [first, last) in one go; `forest` is the index that the first of them gets.
  void read_portion(std::size_t first, std::size_t last, std::uint32_t forest, Catalogue& into) const {
    std::vector<const TreeSpan*> trees;
    for (std::size_t t = first_tree_[first]; t < first_tree_[last]; ++t) trees.push_back(&trees_[t]);
    // In the order of the files, so that neighbours are read as one piece; then back into the order of forests.
    std::vector<const TreeSpan*> in_files(trees);
    std::sort(in_files.begin(), in_files.end(), [](const auto* a, const auto* b) { return stands_before(*a, *b); });
    passes_.parse(in_files);
    const Batch& batch = passes_.batch();
    std::vector<std::size_t> block(trees.size());
    for (std::size_t i = 0; i < in_files.size(); ++i) block[static_cast<std::size_t>(in_files[i] - trees.front())] = i;
    for (std::size_t f = first; f < last; ++f, ++forest)
      for (std::size_t t = first_tree_[f]; t < first_tree_[f + 1]; ++t) {
        const Block& rows = batch.blocks[block[t - first_tree_[first]]];
        for (std::size_t i = rows.first_row; i < rows.first_row + rows.n_rows; ++i)
          deliver(batch.rows[i], forest, into);
      }
  }

  void deliver(const Row& row, std::uint32_t forest, Catalogue& into) const {
    append(into,
           {row.id, row.descendant_id, row.host_id, level(row.level), row.m_vir_msun, row.position_cmpc, row.flags},
           forest);
    if (options_.check_progenitors) into.n_progenitors_expected.push_back(row.n_progenitors);
  }

  Options options_;
  FileSet set_;
  TextParts text_;
  bool listed_ = false;                  // levels are those of trees.scale_factors
  std::vector<TreeSpan> trees_;          // by forest, inside a forest by file and place
  std::vector<std::size_t> first_tree_;  // of each forest, and the end
  std::vector<std::int64_t> length_;     // of the text of each forest
  // Kept from call to call: a small forest costs no preparation.
  mutable Passes passes_;
  mutable std::vector<std::uint32_t> level_;
};

}  // namespace

std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<TextReader>(parameters, cosmology);
}

}  // namespace cecropia::tree::consistent_trees

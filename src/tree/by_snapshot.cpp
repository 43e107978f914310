#include "cecropia/tree/by_snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <cmath>
#include <limits>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/id_index.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree {
namespace {

class SnapshotReader : public Reader {
 public:
  SnapshotReader(std::unique_ptr<SnapshotSource> source, std::int64_t window_halos)
      : source_(std::move(source)), window_halos_(window_halos) {
    facts_ = source_->facts();
    first_row_.assign(n_levels() + 1, 0);
    for (std::size_t l = 0; l < n_levels(); ++l) first_row_[l + 1] = first_row_[l] + source_->n_halos(l);
    if (first_row_.back() >= no_halo) refuse_too_many_halos();
    std::vector<std::int64_t> forest_id = named_forests();
    if (forest_id.empty()) forest_id = connected_forests();
    number_forests(forest_id);
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t forest = into.forest.empty() ? 0 : into.forest.back() + 1;
    for (std::size_t f = first; f < last; ++f, ++forest) {
      if (f < window_first_ || f >= window_last_) collect(f, last);
      for (std::size_t i = window_begin_[f - window_first_]; i < window_begin_[f - window_first_ + 1]; ++i)
        append(into, window_[i].halo, forest);
    }
  }

 private:
  std::size_t n_levels() const { return facts_.scale.size(); }

  std::vector<std::int64_t> named_forests() const {
    std::vector<std::int64_t> id;
    for (std::size_t l = 0; l < n_levels(); ++l) {
      const std::vector<std::int64_t> of_level = source_->forest_ids(l, 0, source_->n_halos(l));
      if (of_level.size() != source_->n_halos(l)) return {};
      id.insert(id.end(), of_level.begin(), of_level.end());
    }
    return id;
  }

  /// Descendants and hosts join. Links that lead nowhere are met again by validate(), which names them.
  std::vector<std::int64_t> connected_forests() const {
    const std::size_t n = first_row_.back();
    std::vector<Halo> rank(n), parent(n);
    boost::disjoint_sets sets(rank.data(), parent.data());
    for (Halo h = 0; h < n; ++h) sets.make_set(h);
    std::vector<std::int64_t> root_id(n, -1);  // of halos without descendant
    IdIndex row_of;
    row_of.reset(n);
    std::vector<SnapshotRow> rows;
    for (std::size_t l = n_levels(); l-- > 0;) {  // the latest first: descendants are known then
      rows.clear();
      source_->read(l, 0, source_->n_halos(l), true, rows);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (row_of.insert(rows[i].halo.id, static_cast<Halo>(first_row_[l] + i)) != no_halo)
          throw InputError({fmt::format("halo id {} occurs twice", rows[i].halo.id),
                            fmt::format("halo {} at the scale factor {}", rows[i].halo.id, facts_.scale[l]),
                            "ids that are unique in the whole set", "check that no tree file is given twice"});
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const HaloRow& halo = rows[i].halo;
        const auto h = static_cast<Halo>(first_row_[l] + i);
        for (const std::int64_t id : {halo.descendant_id, halo.host_id})
          if (const Halo other = id < 0 ? no_halo : row_of.find(id); other != no_halo) sets.union_set(h, other);
        if (halo.descendant_id < 0) root_id[h] = halo.id;
      }
    }
    // A forest whose links go in circles has no root: it has the largest number until validate() refuses it.
    std::vector<std::int64_t> smallest(n, std::numeric_limits<std::int64_t>::max()), id(n);
    for (Halo h = 0; h < n; ++h)
      if (root_id[h] >= 0) {
        std::int64_t& s = smallest[sets.find_set(h)];
        s = std::min(s, root_id[h]);
      }
    for (Halo h = 0; h < n; ++h) id[h] = smallest[sets.find_set(h)];
    return id;
  }

  void number_forests(const std::vector<std::int64_t>& forest_id) {
    std::vector<std::int64_t> ids(forest_id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const std::int64_t id : ids) forests_.push_back({id, 0, std::nullopt});
    forest_.reserve(forest_id.size());
    for (const std::int64_t id : forest_id) {
      const auto f = static_cast<std::uint32_t>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin());
      forest_.push_back(f);
      ++forests_[f].n_halos;
    }
  }

  /// The window becomes [first, ...), with [first, last) in it; it is empty if the source throws.
  void collect(std::size_t first, std::size_t last) const {
    window_first_ = window_last_ = 0;
    window_begin_.assign(1, 0);
    std::size_t end_forest = first;
    for (std::int64_t halos = 0; end_forest < forests_.size(); ++end_forest) {
      halos += forests_[end_forest].n_halos;
      if (end_forest >= last && halos > window_halos_) break;
      window_begin_.push_back(static_cast<std::size_t>(halos));
    }
    window_.assign(window_begin_.back(), {});
    std::vector<std::size_t> next(window_begin_.begin(), window_begin_.end() - 1);
    std::vector<SnapshotRow> rows;
    const auto wanted = [&](std::uint32_t f) { return f >= first && f < end_forest; };
    for (std::size_t l = 0; l < n_levels(); ++l) {
      std::size_t begin = first_row_[l], end = first_row_[l + 1];
      while (begin < end && !wanted(forest_[begin])) ++begin;
      while (end > begin && !wanted(forest_[end - 1])) --end;
      rows.clear();
      if (begin < end) source_->read(l, begin - first_row_[l], end - first_row_[l], false, rows);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (const std::uint32_t f = forest_[begin + i]; wanted(f)) window_[next[f - first]++] = rows[i];
    }
    for (std::size_t f = first; f < end_forest; ++f) mark_main_progenitors(f - first);
    window_first_ = first;
    window_last_ = end_forest;
  }

  void mark_main_progenitors(std::size_t forest) const {
    const std::size_t begin = window_begin_[forest], end = window_begin_[forest + 1];
    ids_.reset(end - begin);
    for (std::size_t i = begin; i < end; ++i) ids_.insert(window_[i].halo.id, static_cast<Halo>(i - begin));
    for (std::size_t i = begin; i < end; ++i) {
      const std::int64_t id = window_[i].main_progenitor_id;
      const Halo main = id < 0 ? no_halo : ids_.find(id);
      if (main == no_halo || window_[begin + main].halo.descendant_id != window_[i].halo.id) continue;
      window_[begin + main].halo.flags |= Forest::is_main_progenitor;
    }
  }

  std::unique_ptr<SnapshotSource> source_;
  std::int64_t window_halos_;
  std::vector<std::size_t> first_row_;  // of each level, and the end
  std::vector<std::uint32_t> forest_;   // of each row, as an index into forests_
  // The forests that were collected last.
  mutable std::size_t window_first_ = 0, window_last_ = 0;
  mutable std::vector<std::size_t> window_begin_{0};
  mutable std::vector<SnapshotRow> window_;
  mutable IdIndex ids_;
};

}  // namespace

std::optional<float> place_in_box(double x_cmpc, double box_cmpc) {
  const bool boxed = box_cmpc > 0.0;
  const double lowest = boxed ? -box_cmpc : -largest_box_cmpc, highest = boxed ? 2.0 * box_cmpc : largest_box_cmpc;
  if (!(x_cmpc >= lowest && x_cmpc <= highest)) return std::nullopt;
  if (!boxed) return static_cast<float>(x_cmpc);
  const auto inside = static_cast<float>(x_cmpc - box_cmpc * std::floor(x_cmpc / box_cmpc));
  return inside >= static_cast<float>(box_cmpc) ? 0.0F : inside;  // rounded up
}

std::unique_ptr<Reader> by_snapshot(std::unique_ptr<SnapshotSource> source, std::int64_t window_halos) {
  return std::make_unique<SnapshotReader>(std::move(source), window_halos);
}

}  // namespace cecropia::tree

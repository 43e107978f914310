#include "cecropia/tree/consistent_trees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/partition.hpp"
#include "consistent_trees_share.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

/// The levels of all files. Collective.
std::vector<double> agree_on_levels(const Batch& batch, const parallel::Communicator& ranks) {
  std::vector<double> mine(batch.scale);
  std::sort(mine.begin(), mine.end());
  mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
  return levels_among(ranks.gather_all(mine));
}

struct TreeFacts {
  std::int64_t tree_id = -1;
  double cost = 0.0;
};

/// The trees that hold the halos to which links lead out of a tree. Collective.
std::vector<TreeContact> contacts_of(const Batch& batch, const parallel::Communicator& ranks) {
  std::vector<std::int64_t> wanted;
  for (const OutwardLink& l : batch.links) wanted.push_back(l.halo_id);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  wanted = ranks.gather_all(wanted);
  const std::unordered_set<std::int64_t> asked(wanted.begin(), wanted.end());
  std::vector<OutwardLink> answers;
  if (!asked.empty())
    for (const Row& row : batch.rows)
      if (asked.count(row.id) != 0) answers.push_back({row.tree_id, row.id});
  answers = ranks.gather_all(answers);
  const auto by_halo = [](const OutwardLink& a, const OutwardLink& b) { return a.halo_id < b.halo_id; };
  std::sort(answers.begin(), answers.end(), by_halo);
  std::vector<TreeContact> contacts;
  for (const OutwardLink& l : batch.links) {
    const auto at = std::lower_bound(answers.begin(), answers.end(), l, by_halo);
    if (at != answers.end() && at->halo_id == l.halo_id) contacts.push_back({l.tree_id, at->tree_id});
  }
  return ranks.gather_all(contacts);
}

/// Owner and forest of every tree; equal on all ranks.
struct Ownership {
  std::vector<std::int64_t> tree_id, forest_of_tree;  ///< trees rising
  std::vector<std::int64_t> forest_id;                ///< rising
  std::vector<std::size_t> cut;                       ///< first forest of each rank

  int rank_of(std::size_t forest) const {
    return static_cast<int>(std::upper_bound(cut.begin(), cut.end(), forest) - cut.begin()) - 1;
  }
  std::size_t forest_index(std::int64_t tree) const {
    const auto at = std::lower_bound(tree_id.begin(), tree_id.end(), tree);
    const std::int64_t id = forest_of_tree[static_cast<std::size_t>(at - tree_id.begin())];
    return static_cast<std::size_t>(std::lower_bound(forest_id.begin(), forest_id.end(), id) - forest_id.begin());
  }
};

Ownership agree_on_owners(const Batch& batch, const FileSet& set, const parallel::Communicator& ranks) {
  std::vector<TreeFacts> mine;
  for (const Block& b : batch.blocks) {
    TreeFacts t{b.tree_id, 0.0};
    for (std::size_t i = b.first_row; i < b.first_row + b.n_rows; ++i)
      t.cost += predicted_cost(batch.rows[i].m_vir_msun);
    mine.push_back(t);
  }
  std::vector<TreeFacts> trees = ranks.gather_all(mine);
  std::sort(trees.begin(), trees.end(), [](const TreeFacts& a, const TreeFacts& b) {
    return a.tree_id != b.tree_id ? a.tree_id < b.tree_id : a.cost < b.cost;
  });
  Ownership own;
  for (const TreeFacts& t : trees)
    if (own.tree_id.empty() || own.tree_id.back() != t.tree_id) own.tree_id.push_back(t.tree_id);
  if (set.forest_list.empty()) {
    own.forest_of_tree = forests_of(own.tree_id, contacts_of(batch, ranks));
  } else {
    std::vector<TreeOwner> list;
    parallel::together(ranks, [&] {
      if (ranks.is_root()) list = read_forest_list(set.forest_list);
    });
    list = ranks.broadcast(list);
    for (const std::int64_t id : own.tree_id) own.forest_of_tree.push_back(forest_of(id, list, set.forest_list));
  }
  own.forest_id = own.forest_of_tree;
  std::sort(own.forest_id.begin(), own.forest_id.end());
  own.forest_id.erase(std::unique(own.forest_id.begin(), own.forest_id.end()), own.forest_id.end());
  std::vector<double> cost(own.forest_id.size(), 0.0);
  for (const TreeFacts& t : trees) cost[own.forest_index(t.tree_id)] += t.cost;
  own.cut = contiguous_cut(cost, ranks.size());
  return own;
}

/// Rows go to the rank that owns their forest.
std::vector<Row> send_home(Batch& batch, const Ownership& own, const parallel::Communicator& ranks) {
  if (ranks.size() == 1) return std::move(batch.rows);
  std::vector<std::vector<Row>> outgoing(static_cast<std::size_t>(ranks.size()));
  for (const Block& b : batch.blocks) {
    auto& part = outgoing[static_cast<std::size_t>(own.rank_of(own.forest_index(b.tree_id)))];
    const auto first = batch.rows.begin() + static_cast<std::ptrdiff_t>(b.first_row);
    part.insert(part.end(), first, first + static_cast<std::ptrdiff_t>(b.n_rows));
  }
  std::vector<Row>().swap(batch.rows);
  return ranks.exchange(outgoing);
}

Catalogue as_columns(const std::vector<Row>& rows, const Ownership& own, int rank, double volume_cmpc3,
                     const std::vector<double>& scale, bool check_progenitors) {
  Catalogue c;
  c.redshift = redshifts_of(scale);
  const std::size_t first = own.cut[static_cast<std::size_t>(rank)], last = own.cut[static_cast<std::size_t>(rank) + 1];
  c.forest_id.assign(own.forest_id.begin() + static_cast<std::ptrdiff_t>(first),
                     own.forest_id.begin() + static_cast<std::ptrdiff_t>(last));
  c.weight_per_cmpc3.assign(last - first, 1.0 / volume_cmpc3);
  const std::size_t n = rows.size();
  c.id.reserve(n);
  c.descendant_id.reserve(n);
  c.host_id.reserve(n);
  c.level.reserve(n);
  c.m_vir_msun.reserve(n);
  c.position_cmpc.reserve(n);
  c.flags.reserve(n);
  c.forest.reserve(n);
  std::int64_t tree = -1;
  std::uint32_t forest = 0;
  for (const Row& r : rows) {
    if (r.tree_id != tree) {
      tree = r.tree_id;
      forest = static_cast<std::uint32_t>(own.forest_index(tree) - first);
    }
    c.id.push_back(r.id);
    c.descendant_id.push_back(r.descendant_id);
    c.host_id.push_back(r.host_id);
    c.level.push_back(r.level);
    c.m_vir_msun.push_back(r.m_vir_msun);
    c.position_cmpc.push_back(r.position_cmpc);
    c.flags.push_back(r.flags);
    c.forest.push_back(forest);
    if (check_progenitors) c.n_progenitors_expected.push_back(r.n_progenitors);
  }
  return c;
}

}  // namespace

Options options_of(const tree::Parameters& p) {
  return {p.mass_column == "auto" ? "Mvir" : p.mass_column,
          p.cosmology_tolerance,
          p.volume_cmpc3,
          p.check_progenitors,
          p.box_cmpc,
          p.scale_factors};
}

Catalogue read(const std::string& path, const Options& options, const cosmology::Parameters& cosmology,
               const parallel::Communicator& ranks, ForestInfo& info) {
  const FileSet set = list_files(path, ranks);
  Batch batch;
  std::vector<FileReport> reports;
  parallel::together(ranks, [&] { reports = parse_share(set, options, cosmology.h, ranks, batch); });
  const FileReport header = agree_on_header(ranks.gather_all(reports), set);
  check_header(header, set, options, cosmology);

  const double h = header.h > 0 ? header.h : cosmology.h;
  info.source = path;
  info.format = "consistent_trees";
  info.box_cmpc = box_of(header, options, h);
  info.volume_cmpc3 = options.volume_cmpc3 > 0 ? options.volume_cmpc3 : std::pow(info.box_cmpc, 3);
  if (!(info.volume_cmpc3 > 0.0))
    throw InputError({fmt::format("the header of '{}' does not give the size of the box", set.paths.front()),
                      fmt::format("{}, header", set.paths.front()), "a line such as: #Full box size = 4.000000 Mpc/h",
                      "add the line, or set trees.box_cmpc or trees.volume_cmpc3"});
  info.warnings = warnings_of(header, set, info.box_cmpc > 0.0);

  std::vector<double> scale;
  std::vector<std::uint32_t> level;
  if (options.scale_factors.empty()) {
    scale = agree_on_levels(batch, ranks);
    for (const double a : batch.scale) level.push_back(level_of(a, scale));
  } else {
    parallel::together(ranks, [&] {
      scale = read_scale_factors(options.scale_factors);
      for (const double a : batch.scale) level.push_back(listed_level(a, scale, set.paths.front()));
    });
  }
  for (Row& row : batch.rows) row.level = level[row.level];

  const Ownership own = agree_on_owners(batch, set, ranks);
  const std::vector<Row> rows = send_home(batch, own, ranks);
  return as_columns(rows, own, ranks.rank(), info.volume_cmpc3, scale, options.check_progenitors);
}

}  // namespace cecropia::tree::consistent_trees

#include "cecropia/tree/consistent_trees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/partition.hpp"
#include "cecropia/tree/text_file.hpp"
#include "consistent_trees_share.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

/// Scale factors closer than this are the same snapshot (files print five digits).
constexpr double scale_tolerance = 1.5e-5;

/// The levels of all files, as rising scale factors: clusters of values closer than scale_tolerance.
std::vector<double> agree_on_levels(const Batch& batch, const parallel::Communicator& ranks) {
  std::vector<double> mine(batch.scale);
  std::sort(mine.begin(), mine.end());
  mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
  std::vector<double> all = ranks.gather_all(mine);
  std::sort(all.begin(), all.end());
  std::vector<double> levels;
  for (const double a : all)
    if (levels.empty() || a - levels.back() > scale_tolerance) levels.push_back(a);
  return levels;
}

struct TreeFacts {
  std::int64_t tree_id = -1;
  double cost = 0.0;
};

struct TreeOwner {
  std::int64_t tree_id = -1, forest_id = -1;
};

/// forests.list: "TreeRootID ForestID" per line. Rank 0 reads, all know.
std::vector<TreeOwner> read_forest_list(const std::string& path, const parallel::Communicator& ranks) {
  std::vector<TreeOwner> list;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    const MappedFile file(path);
    std::string_view text = file.bytes();
    for (std::int64_t line_number = 1; !text.empty(); ++line_number) {
      const std::size_t n = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, n);
      text.remove_prefix(std::min(n + 1, text.size()));
      std::vector<std::string_view> words;
      for (std::size_t p = 0; p < line.size();) {
        while (p < line.size() && static_cast<unsigned char>(line[p]) <= ' ') ++p;
        const std::size_t begin = p;
        while (p < line.size() && static_cast<unsigned char>(line[p]) > ' ') ++p;
        if (p > begin) words.push_back(line.substr(begin, p - begin));
      }
      if (words.empty() || words.front().front() == '#') continue;
      TreeOwner owner;
      if (words.size() < 2 || !parse_integer(words[0], owner.tree_id) || !parse_integer(words[1], owner.forest_id))
        throw InputError({fmt::format("a line of '{}' is not a tree id and a forest id", path),
                          fmt::format("{}, line {}", path, line_number), "two whole numbers: TreeRootID ForestID",
                          "repair the line, or remove the file: forests are then found from the links"});
      list.push_back(owner);
    }
    std::sort(list.begin(), list.end(), [](const TreeOwner& a, const TreeOwner& b) { return a.tree_id < b.tree_id; });
  });
  return ranks.broadcast(list);
}

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
    const std::vector<TreeOwner> list = read_forest_list(set.forest_list, ranks);
    for (const std::int64_t id : own.tree_id) {
      const auto at = std::lower_bound(list.begin(), list.end(), id,
                                       [](const TreeOwner& o, std::int64_t wanted) { return o.tree_id < wanted; });
      if (at == list.end() || at->tree_id != id)
        throw InputError(
            {fmt::format("tree {} is not in '{}'", id, set.forest_list), set.forest_list,
             "a line for every tree of the tree files",
             "use the forests.list that was written with these trees, or remove it: forests are then found from "
             "the links"});
      own.forest_of_tree.push_back(at->forest_id);
    }
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
  for (const double a : scale) c.redshift.push_back(1.0 / a - 1.0);
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

Catalogue read(const std::string& path, const Options& options, const cosmology::Parameters& cosmology,
               const parallel::Communicator& ranks, ForestInfo& info) {
  const FileSet set = list_files(path, ranks);
  Batch batch;
  std::vector<FileReport> reports;
  parallel::together(ranks, [&] { reports = parse_share(set, options, cosmology.h, ranks, batch); });
  const FileReport header = agree_on_header(ranks.gather_all(reports), set, options, cosmology);

  const double h = header.h > 0 ? header.h : cosmology.h;
  info.source = path;
  info.format = "consistent_trees";
  info.box_cmpc = header.box_mpc_h > 0 ? header.box_mpc_h / h : 0.0;
  info.volume_cmpc3 = options.volume_cmpc3 > 0 ? options.volume_cmpc3 : std::pow(info.box_cmpc, 3);
  if (!(info.volume_cmpc3 > 0.0))
    throw InputError({fmt::format("the header of '{}' does not give the size of the box", set.paths.front()),
                      fmt::format("{}, header", set.paths.front()), "a line such as: #Full box size = 4.000000 Mpc/h",
                      "add the line, or set trees.volume_cmpc3"});
  if (header.h < 0 || header.omega_m < 0)
    info.warnings.push_back(
        fmt::format("The header of '{}' does not give {}: the values of the parameters are used.", set.paths.front(),
                    header.h < 0 && header.omega_m < 0 ? "Omega_M and h0" : (header.h < 0 ? "h0" : "Omega_M")));
  if (info.box_cmpc == 0.0)
    info.warnings.push_back(fmt::format(
        "The header of '{}' does not give the size of the box: positions are not periodic.", set.paths.front()));

  const std::vector<double> scale = agree_on_levels(batch, ranks);
  std::vector<std::uint32_t> level_of;
  for (const double a : batch.scale)
    level_of.push_back(static_cast<std::uint32_t>(std::upper_bound(scale.begin(), scale.end(), a) - scale.begin() - 1));
  for (Row& row : batch.rows) row.level = level_of[row.level];

  const Ownership own = agree_on_owners(batch, set, ranks);
  const std::vector<Row> rows = send_home(batch, own, ranks);
  return as_columns(rows, own, ranks.rank(), info.volume_cmpc3, scale, options.check_progenitors);
}

}  // namespace cecropia::tree::consistent_trees

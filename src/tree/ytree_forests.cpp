// Which trees of an arbor belong together: an arbor does not say it.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/id_index.hpp"
#include "ytree_index.hpp"
#include "ytree_names.hpp"

namespace cecropia::tree::ytree {
namespace {

constexpr std::size_t rows_at_once = std::size_t{1} << 20;

/// A halo outside of the tree to which a halo of the tree points.
struct OutwardLink {
  std::int64_t root = -1, halo = -1;
};
using Parts = std::vector<std::span<const std::int64_t>>;

/// Calls visit(tree, these fields of its nodes) for all trees, in the order of the arbor.
template <class Visitor>
void for_each_tree(const ArborIndex& arbor, const std::vector<std::string>& names, Visitor&& visit) {
  for (std::size_t f = 0; f + 1 < arbor.first_tree.size(); ++f) {
    const io::SerialFile file = io::SerialFile::open(arbor.data_file(f));
    for (std::size_t t = arbor.first_tree[f]; t < arbor.first_tree[f + 1];) {
      std::size_t end = t, rows = 0;
      while (end < arbor.first_tree[f + 1] && (end == t || rows + arbor.size[end] <= rows_at_once))
        rows += arbor.size[end++];
      std::vector<std::vector<std::int64_t>> columns;
      for (const std::string& name : names)
        columns.push_back(read_field<std::int64_t>(arbor, file, f, name, arbor.begin[t], rows));
      for (std::size_t at = 0; t < end; at += arbor.size[t++]) {
        Parts parts;
        for (const auto& c : columns) parts.emplace_back(c.data() + at, arbor.size[t]);
        visit(t, parts);
      }
    }
  }
}

std::vector<OutwardLink> outward_links(const ArborIndex& arbor, const std::vector<std::int64_t>& root,
                                       const std::vector<std::string>& links) {
  std::vector<std::string> names{fields.id};
  names.insert(names.end(), links.begin(), links.end());
  std::vector<OutwardLink> found;
  IdIndex inside;
  for_each_tree(arbor, names, [&](std::size_t t, const Parts& parts) {
    bool is_indexed = false;  // most trees have no satellites
    for (std::size_t p = 1; p < parts.size(); ++p)
      for (const std::int64_t host : parts[p]) {
        if (host < 0) continue;
        if (!is_indexed) {
          inside.reset(parts[0].size());
          for (std::size_t i = 0; i < parts[0].size(); ++i) inside.insert(parts[0][i], static_cast<Halo>(i));
          is_indexed = true;
        }
        if (inside.find(host) == no_halo) found.push_back({root[t], host});
      }
  });
  return found;
}

std::vector<TreeContact> contacts_of(const ArborIndex& arbor, const std::vector<std::int64_t>& root,
                                     std::vector<OutwardLink> links) {
  std::vector<TreeContact> found;
  if (links.empty()) return found;
  std::sort(links.begin(), links.end(), [](const OutwardLink& a, const OutwardLink& b) { return a.halo < b.halo; });
  const auto before = [](const OutwardLink& link, std::int64_t halo) { return link.halo < halo; };
  for_each_tree(arbor, {fields.id}, [&](std::size_t t, const Parts& parts) {
    for (const std::int64_t id : parts[0])
      for (auto at = std::lower_bound(links.begin(), links.end(), id, before); at != links.end() && at->halo == id;
           ++at)
        found.push_back({at->root, root[t]});
  });
  return found;
}

}  // namespace

std::vector<std::int64_t> connected_trees(const ArborIndex& arbor, const std::vector<std::int64_t>& root,
                                          const std::vector<std::string>& links, const std::string& header) {
  std::vector<std::int64_t> sorted = root;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    throw InputError({fmt::format("two trees have the root {}", *twice), fmt::format("{}, data/uid", header),
                      "each uid once", "save the arbor again"});
  std::vector<TreeContact> contacts;
  if (!links.empty()) contacts = contacts_of(arbor, root, outward_links(arbor, root, links));
  const std::vector<std::int64_t> forest = forests_of(sorted, contacts);
  std::vector<std::int64_t> of_tree;
  for (const std::int64_t id : root) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), id) - sorted.begin();
    of_tree.push_back(forest[static_cast<std::size_t>(at)]);
  }
  return of_tree;
}

}  // namespace cecropia::tree::ytree

#pragma once
/// \file  Which trees belong together: forests as the connected components of trees that touch (Boost.Graph's disjoint
/// sets).
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace cecropia::tree {

/// Two trees that touch: a halo of one is host or descendant of a halo of the other.
struct TreeContact {
  std::int64_t tree_a = -1, tree_b = -1;
};

/// Forest id of each tree of `tree_ids` (rising, unique): the smallest tree id among the trees that touch, directly or
/// through others. Contacts with trees that are not in the list are left out.
std::vector<std::int64_t> forests_of(std::span<const std::int64_t> tree_ids, std::span<const TreeContact> contacts);

}  // namespace cecropia::tree

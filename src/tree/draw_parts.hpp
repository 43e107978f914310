#pragma once
// What both pictures of a tree share.
#include <cstdint>
#include <functional>
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Collective. draw(place of the halo) on the rank that has it; its text on every rank. InputError on all if none has.
std::string on_owner(const Forest& forest, std::int64_t halo_id, const parallel::Communicator& ranks,
                     const std::function<std::string(Halo)>& draw);

}  // namespace cecropia::tree

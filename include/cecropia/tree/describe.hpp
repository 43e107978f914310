#pragma once
/// \file  A tree set in words, for people (`cecropia trees info`).
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree {

/// Collective. Several lines: source, counts, levels, box, masses, satellites, phantoms, inserted halos, the largest
/// forest, halos per level, warnings. The same text for any number of ranks (no newline at the end).
std::string describe(const Forest& forest, const parallel::Communicator& ranks);

/// What a set says before a halo is read: forests by size, levels, box, memory; `name` of the set and of its format.
/// Not collective (no newline at the end).
std::string describe(const Reader& reader, const std::string& source, const std::string& format);

}  // namespace cecropia::tree

#pragma once
/// \file  What a tree set must fulfil before physics may rely on it. Every rule has one message that names the halo.
#include <array>
#include <span>
#include <string>
#include <vector>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"

namespace cecropia::tree {

/// Links of a catalogue as places inside it.
struct Links {
  std::vector<Halo> descendant;  ///< no_halo at a root
  std::vector<Halo> host;        ///< top-most central; no_halo for a central
};

/// Where a position is, judged by the coordinate that is worst.
struct Place {
  enum Kind { inside, outside, none } kind = inside;
  float at_cmpc = 0.0F;  ///< that coordinate
};
/// inside: in [0, box) along each axis; outside: up to one box away, where periodic images are; none: farther, NaN or
/// infinite. Without a box (0) every finite place is inside.
Place worst_place(const std::array<float, 3>& position_cmpc, double box_cmpc);

/// Checks one rank's catalogue and resolves its links. `where` names the source in messages. Not collective. Throws an
/// InputError for: a mass that is not positive and finite, an id twice, a descendant or host that does not exist on
/// this rank (forests are never cut) or belongs to another forest, descendant links that run in a circle (Boost.Graph
/// topological sort), a descendant at the same or an earlier time, a host at another time, host links in a circle,
/// a number of progenitors that differs from n_progenitors_expected (a cut file), a position that is no place in the
/// box (`box_cmpc`; 0: none) or its images next to it.
Links validate(const Catalogue& catalogue, const std::string& where, double box_cmpc = 0.0);

/// InternalError if columns differ in length or a level or forest does not exist: a mistake of ours, not of the user.
void check_shape(const Catalogue& catalogue);

/// InputError: a rank can number 2^32 - 2 halos.
[[noreturn]] void refuse_too_many_halos();

/// Collective. InputError on all ranks if an id occurs twice anywhere, with the text that validate() gives on one rank.
void refuse_shared_ids(const Catalogue& catalogue, const std::string& where, const parallel::Communicator& ranks);

/// Halos in an order in which every halo comes before the one it points to (Boost.Graph). `target[h]` is where h
/// points, no_halo: nowhere. Empty if the links run in a circle and target is not empty.
std::vector<Halo> topological_order(std::span<const Halo> target);

/// Of each circle of links the halo at which it is first met; `target` as above. Without recursion, in linear time.
std::vector<Halo> circles_in(std::span<const Halo> target);
/// The halos of the circle through `start`, which comes first.
std::vector<Halo> circle_through(Halo start, std::span<const Halo> target);

}  // namespace cecropia::tree

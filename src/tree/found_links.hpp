#pragma once
// Links of one rank's catalogue as far as they can be followed; nothing is refused here. Shared by what examines and
// what repairs.
#include <cstdint>
#include <vector>

#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/id_index.hpp"

namespace cecropia::tree {

/// Finds halos by id inside a forest, also where ids occur more than once.
class HaloFinder {
 public:
  explicit HaloFinder(const Catalogue& catalogue);
  /// The halo of forest `forest` with this id; of several the first by columns. no_halo if there is none.
  Halo find(std::int64_t id, std::uint32_t forest) const;
  /// True if the id occurs more than once on this rank.
  bool is_ambiguous(std::int64_t id) const;
  /// Halos that share id and all other columns with an earlier one of their forest.
  std::vector<Halo> copies() const;

 private:
  const Catalogue& c_;
  IdIndex index_;
  std::vector<Halo> twins_;  // all halos whose id is ambiguous, by id, forest and the other columns
};

struct FoundLinks {
  std::vector<Halo> descendant, host;  ///< as named; no_halo: none, or not in the forest
};
FoundLinks follow(const Catalogue& catalogue, const HaloFinder& finder);

/// Links that make sense: descendants later, hosts at the same time and not in a circle.
struct SoundLinks {
  std::vector<Halo> descendant, host;
  std::vector<Halo> top;   ///< top-most central of a satellite; no_halo for a central
  std::vector<Halo> main;  ///< main progenitor as arrange() chooses it; no_halo: none
  std::vector<Halo> root;  ///< last halo of the tree
};
SoundLinks sound(const Catalogue& catalogue, const FoundLinks& links);

/// Of each circle of links its halo with the smallest id.
std::vector<Halo> first_of_circles(const Catalogue& catalogue, const std::vector<Halo>& target);

/// A passing fall of the mass along a main branch: halos between `before` and `after`, in order of time.
struct MassDip {
  Halo before = no_halo, after = no_halo;
  std::vector<Halo> inside;
};
/// All dips of branches between halos whose mass is relied on: well_resolved_msun() with the least mass of their
/// forest, so that nothing outside of a forest matters. They do not overlap.
std::vector<MassDip> mass_dips(const Catalogue& catalogue, const SoundLinks& links, double particle_msun);

}  // namespace cecropia::tree

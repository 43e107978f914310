#pragma once
/// \file  The trees one rank works on: columns in level order. Level 0 is the earliest (highest redshift).
/// Inside a level halos are ordered by forest (canonical forest order), inside a forest by the position of their
/// descendant (roots last), the main progenitor first (where the source names one), then by falling mass, then by id.
/// So the progenitors of a halo are one contiguous range whose first entry is the main progenitor, and the
/// concatenation over ranks of a level is the same for any number of ranks.
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cecropia/parallel/node_array.hpp"

namespace cecropia::tree {

using Halo = std::uint32_t;  ///< index of a halo inside this rank's Forest
inline constexpr Halo no_halo = std::numeric_limits<Halo>::max();

struct HaloRange {
  Halo first = 0, last = 0;  ///< [first, last)
  Halo size() const { return last - first; }
};

/// Facts about the whole tree set, equal on all ranks.
struct ForestInfo {
  std::string source;                                    ///< "eps" or the path given
  std::string format;                                    ///< "eps", "consistent-trees", ...
  std::int64_t n_forests = 0, n_trees = 0, n_halos = 0;  ///< halos include the inserted ones; a tree is a root
  double volume_cmpc3 = 0;         ///< comoving volume that the trees stand for; EPS: the volume for counts of galaxies
  double box_cmpc = 0;             ///< side of the periodic box; 0 where there is none (EPS)
  double m_resolution_msun = 0;    ///< EPS: the resolution asked for; N-body: the least massive halo of the set
  double particle_mass_msun = 0;   ///< of the simulation; 0: not known
  std::uint64_t content_hash = 0;  ///< XXH3 of the canonical columns, independent of ranks
  std::vector<std::string> warnings;  ///< what the user should know about these trees; one sentence each
};

/// The columns of a forest; `Column` is a vector while the forest is made and a NodeArray afterwards.
template <template <class> class Column>
struct ForestColumns {
  ForestInfo info;
  std::vector<double> redshift, age_myr;  ///< per level; redshift falls, age rises
  std::vector<Halo> level_begin;          ///< n_levels + 1

  // one entry per halo of this rank
  Column<std::int64_t> id;
  Column<double> m_vir_msun;
  Column<Halo> descendant;        ///< no_halo at a root
  Column<Halo> first_progenitor;  ///< meaningful where n_progenitors > 0
  Column<std::uint32_t> n_progenitors;
  Column<Halo> host;                           ///< no_halo for a central; else the most massive host at the same level
  Column<std::uint32_t> forest;                ///< index into the per-forest columns below
  Column<std::uint8_t> flags;                  ///< is_phantom, is_interpolated, is_main_progenitor
  Column<std::array<float, 3>> position_cmpc;  ///< empty where the source has none (EPS)

  // one entry per forest of this rank
  Column<std::int64_t> forest_id;
  Column<double> weight_per_cmpc3;  ///< number density one tree of this forest stands for (1/V in a box)

  static constexpr std::uint8_t is_phantom = 1;          ///< found by the tree code, not by the halo finder
  static constexpr std::uint8_t is_interpolated = 2;     ///< inserted by arrange() at a level that a link skips
  static constexpr std::uint8_t is_main_progenitor = 4;  ///< named main progenitor of its descendant by the source

  std::size_t n_levels() const { return redshift.size(); }
  std::size_t n_halos() const { return id.size(); }
  HaloRange halos_at(std::size_t level) const { return {level_begin[level], level_begin[level + 1]}; }
  std::size_t level_of(Halo h) const {
    return static_cast<std::size_t>(std::upper_bound(level_begin.begin(), level_begin.end(), h) - level_begin.begin()) -
           1;
  }
  HaloRange progenitors_of(Halo h) const {
    return n_progenitors[h] == 0 ? HaloRange{0, 0}
                                 : HaloRange{first_progenitor[h], first_progenitor[h] + n_progenitors[h]};
  }
  bool is_satellite(Halo h) const { return host[h] != no_halo; }
  double weight(Halo h) const { return weight_per_cmpc3[forest[h]]; }

  /// Calls visit(mine, other's) for every column of two such sets.
  template <class Columns, class Visitor>
  void for_each_column_with(Columns& other, Visitor&& visit) {
    visit(id, other.id);
    visit(m_vir_msun, other.m_vir_msun);
    visit(descendant, other.descendant);
    visit(first_progenitor, other.first_progenitor);
    visit(n_progenitors, other.n_progenitors);
    visit(host, other.host);
    visit(forest, other.forest);
    visit(flags, other.flags);
    visit(position_cmpc, other.position_cmpc);
    visit(forest_id, other.forest_id);
    visit(weight_per_cmpc3, other.weight_per_cmpc3);
  }
};

template <class T>
using DraftColumn = std::vector<T>;
/// A forest while it is made.
using ForestDraft = ForestColumns<DraftColumn>;

/// A forest that is read and never changed. Its columns may be memory that the ranks of a node share; copies refer to
/// the same memory.
struct Forest : ForestColumns<parallel::NodeArray> {
  Forest() = default;
  explicit Forest(ForestDraft draft);
  /// The same forest for making another one of it.
  ForestDraft draft() const;
  std::size_t bytes() const;  ///< of all columns
  /// What bytes() will be for so many halos and forests.
  static double predicted_bytes(double n_halos, double n_forests, bool has_positions);
};

}  // namespace cecropia::tree

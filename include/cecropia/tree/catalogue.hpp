#pragma once
/// \file  What a tree source delivers: halos of whole forests as columns, in our units (no h), in any order. The rest
/// of the room turns it into a Forest: validate -> insert halos at skipped levels -> order.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// Halos of this rank. All columns have one entry per halo except where noted.
struct Catalogue {
  std::vector<double> redshift;             ///< of the levels, falling (level 0 first); equal on all ranks
  std::vector<std::int64_t> id;             ///< unique over the whole tree set, >= 0
  std::vector<std::int64_t> descendant_id;  ///< -1 at a root
  std::vector<std::int64_t> host_id;        ///< host at the same level (it may be a satellite itself); -1 for a central
  std::vector<std::uint32_t> level;
  std::vector<double> m_vir_msun;
  std::vector<std::array<float, 3>> position_cmpc;  ///< empty where there are no positions
  std::vector<std::uint8_t> flags;                  ///< Forest::is_phantom, ...
  std::vector<std::uint32_t> forest;  ///< index into the per-forest columns; halos of a forest are all on one rank

  std::vector<std::int32_t> n_progenitors_expected;  ///< as the source says; empty: it does not say, or is not believed

  // per forest of this rank, in canonical order (rank r's forests come before rank r+1's)
  std::vector<std::int64_t> forest_id;
  std::vector<double> weight_per_cmpc3;

  std::size_t n_halos() const { return id.size(); }

  /// Calls visit(column) for every column that has one entry per halo, or is empty.
  template <class Visitor>
  void for_each_column_of_halos(Visitor&& visit) {
    visit(id);
    visit(descendant_id);
    visit(host_id);
    visit(level);
    visit(m_vir_msun);
    visit(position_cmpc);
    visit(flags);
    visit(forest);
    visit(n_progenitors_expected);
  }
};

/// Collective. Validates the catalogue (tree/validate.hpp) and turns it into the level-ordered Forest of this rank
/// (walking order of tree/forest.hpp). Where a descendant skips levels, halos are inserted (TRE-1 log-linear in mass,
/// TRE-2 linear in position with the periodic box); they carry Forest::is_interpolated and the id inserted_id(). A
/// satellite's host is the top-most central reached by following host links. `info` is completed: counts, least mass
/// where it was 0, content_hash (independent of the number of ranks). Errors: InputError, the same text on all ranks.
Forest arrange(const Catalogue& catalogue, const ForestInfo& info, const cosmology::Cosmology& cosmology,
               const parallel::Communicator& ranks);

/// Limits of inserted_id().
inline constexpr std::int64_t end_of_ids_for_insertion = std::int64_t{1} << 50, levels_in_id = 4096;

/// Id of the halo inserted at `level` on the way of halo `id` (0 <= id < 2^50, level < 4096) to its descendant:
/// negative, below -1, unique, the same in every run. InputError beyond these limits.
std::int64_t inserted_id(std::int64_t id, std::uint32_t level);

}  // namespace cecropia::tree

#pragma once
/// \file  What the formats that grew out of SUBFIND have in common (LHaloTree, GADGET-4, SubLink): the links of a halo
/// are places inside its tree, a tree holds all that its groups touch and so is a forest, and masses of groups belong
/// to the first halo of each.
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree {

/// Ids of halos are snapshot * ids_per_snapshot + number in the catalogue of the snapshot.
inline constexpr std::int64_t ids_per_snapshot = 1'000'000'000'000;

/// The halos of one forest, in the order of the file. Links are places in these columns, -1 where there is none.
struct Subhalos {
  std::vector<std::int64_t> id;  ///< >= 0
  std::vector<std::int64_t> descendant;
  std::vector<std::int64_t> first_progenitor;  ///< where the list of a halo's progenitors begins
  std::vector<std::int64_t> next_progenitor;   ///< the next one with the same descendant
  std::vector<std::int64_t> main_progenitor;   ///< empty: the first one
  std::vector<std::int64_t> first_in_group;    ///< the central halo of the group; itself or -1 for a central
  std::vector<std::int64_t> snapshot;
  std::vector<double> mass_msun_h;
  std::vector<std::array<double, 3>> position_mpc_h;  ///< comoving; empty: the format has none

  std::size_t size() const { return id.size(); }
};

/// Columns as they stand in the files, rows of one or several whole trees.
struct SubhaloColumns {
  std::vector<std::int64_t> descendant, first_progenitor, next_progenitor;
  std::vector<std::int64_t> main_progenitor;  ///< empty: the first one
  std::vector<std::int64_t> first_in_group, snapshot;
  std::vector<std::int64_t> number;  ///< in the catalogue of its snapshot; empty: not told
  std::vector<double> group_mass;    ///< the one chosen; empty: none is
  std::vector<double> own_mass;
  std::vector<std::array<double, 3>> position;  ///< empty: there are none
};

/// Units of the files; 1 for 1e10 Msun/h and comoving Mpc/h.
struct SubhaloUnits {
  double length_mpc_h = 1.0;
  double mass_1e10_msun_h = 1.0;
};

/// Rows [first, last) of `columns`, one tree. Ids are those of snapshot and number, or count from `first_id` where
/// there are no numbers. InputError if they do not make such an id; `row_in_file` names a row of `columns` for the
/// message.
Subhalos decode(const SubhaloColumns& columns, std::size_t first, std::size_t last, const SubhaloUnits& units,
                std::int64_t first_id, const std::function<std::string(std::size_t)>& row_in_file);

/// What a reader knows of the set its halos come from.
struct SubhaloFrame {
  double h = 0.0;
  double box_mpc_h = 0.0;  ///< 0: not known
  std::size_t n_snapshots = 0;
  bool check_progenitors = true;                  ///< the lists of progenitors must hold whoever has this descendant
  std::string fix_of_mass;                        ///< what to do about a halo without a mass
  std::function<std::string(std::size_t)> place;  ///< file and row (or byte) of the i-th halo, for messages
};

/// Appends the halos of one forest, the `forest`-th of `into`, without h. InputError, before anything is appended: a
/// link that leads nowhere, a snapshot that does not exist, a mass that is not positive and finite, a position that is
/// not within one box length of the box, lists of progenitors that contradict the descendants.
void append(Catalogue& into, std::uint32_t forest, const Subhalos& halos, const SubhaloFrame& frame);

/// One of `own`, or of the masses of SUBFIND's groups that the format `has`, as trees.mass_column (`chosen`) asks; with
/// "auto" the only mass of groups there is. InputError that names `where` and lists all if that does not tell.
std::string choose_subhalo_mass(const std::string& chosen, const std::function<bool(const std::string&)>& has,
                                const std::vector<std::string>& own, const std::string& where);
/// What the user should know where the mass `group` was chosen: which halos have it, and which have `own`.
std::string warning_of_group_mass(const std::string& group, const std::string& own);

/// The mass of each halo where a format has masses of groups and of the halos themselves: a group's mass belongs to its
/// first halo; satellites, and centrals of groups whose mass is 0, have their own. Same unit in and out.
std::vector<double> group_or_own_mass(const std::vector<double>& group, const std::vector<double>& own,
                                      const std::vector<std::int64_t>& first_in_group);

/// A place in a periodic box [0, box) (box 0: no box) out of one in Mpc/h that is not farther away than one box length;
/// `good` becomes false if it is, or if it is no number.
std::array<float, 3> place_in_box(const std::array<double, 3>& position_mpc_h, double box_mpc_h, double h, bool& good);

/// Scale factors for a format that does not tell them: from the file trees.scale_factors. InputError if it is not
/// given.
std::vector<double> scale_factors_from(const Parameters& parameters, const std::string& format);

}  // namespace cecropia::tree

// What the columns of consistent-trees in HDF5 mean: rows of a Catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees_hdf5.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "consistent_trees_share.hpp"

namespace cecropia::tree::consistent_trees_hdf5 {
namespace {

using consistent_trees::scale_tolerance;

/// The level of a scale factor; nothing if there is none.
std::optional<std::uint32_t> level_of(const std::vector<double>& scale, double a) {
  const auto after = std::upper_bound(scale.begin(), scale.end(), a);
  if (after != scale.begin() && a - *std::prev(after) <= scale_tolerance)
    return static_cast<std::uint32_t>(after - scale.begin() - 1);
  if (after != scale.end() && *after - a <= scale_tolerance) return static_cast<std::uint32_t>(after - scale.begin());
  return std::nullopt;
}

}  // namespace

std::vector<double> levels_of(std::vector<double> scale_factors) {
  return consistent_trees::levels_among(std::move(scale_factors));
}

void append(Catalogue& into, std::uint32_t forest, const Columns& c, std::size_t first, std::size_t last,
            const Frame& frame, const std::function<std::string(std::size_t)>& row_in_file) {
  std::vector<HaloRow> halos;
  halos.reserve(last - first);
  for (std::size_t i = first; i < last; ++i) {
    const auto refuse = [&](const std::string& what, const std::string& expected, const std::string& fix) {
      throw InputError({what, row_in_file(i), expected, fix});
    };
    const auto level = level_of(frame.scale, c.scale[i]);
    if (!level)
      refuse(fmt::format("halo {} has the scale factor {}, which is none of the levels", c.id[i], c.scale[i]),
             "a scale factor of a snapshot", "check the list of scale factors (trees.scale_factors), if one was given");
    if (c.id[i] < 0) refuse(fmt::format("the halo id is {}", c.id[i]), "an id of 0 or more", "repair this row");
    HaloRow row;
    row.id = c.id[i];
    row.descendant_id = std::max<std::int64_t>(c.descendant[i], -1);
    const std::int64_t upid = c.upid.empty() ? -1 : c.upid[i], pid = c.pid.empty() ? -1 : c.pid[i];
    row.host_id = upid >= 0 ? upid : std::max<std::int64_t>(pid, -1);
    row.level = *level;
    row.m_vir_msun = c.mass[i] / frame.h;
    if (!(row.m_vir_msun > 0.0) || !std::isfinite(row.m_vir_msun))
      refuse(fmt::format("the mass of halo {} is {} Msun/h", c.id[i], c.mass[i]), "a positive, finite mass",
             "choose another mass column (trees.mass_column) or remove the halo from its tree");
    bool good = true;
    row.position_cmpc = place_in_box({c.x[i], c.y[i], c.z[i]}, frame.box_mpc_h, frame.h, good);
    if (!good)
      refuse(fmt::format("the position of halo {}, ({}, {}, {}) Mpc/h, is not in {}", c.id[i], c.x[i], c.y[i], c.z[i],
                         frame.box_mpc_h > 0.0 ? fmt::format("the box of {} Mpc/h", frame.box_mpc_h) : "any box"),
             "a position in comoving Mpc/h", "check the box size (Boxsize) and the unit of the positions");
    if (!c.phantom.empty() && c.phantom[i] != 0.0) row.flags |= Forest::is_phantom;
    if (!c.main.empty() && c.main[i] != 0.0) row.flags |= Forest::is_main_progenitor;
    halos.push_back(row);
  }
  for (const HaloRow& halo : halos) tree::append(into, halo, forest);
  if (!frame.check_progenitors || c.n_progenitors.empty()) return;
  for (std::size_t i = first; i < last; ++i)
    into.n_progenitors_expected.push_back(
        static_cast<std::int32_t>(std::clamp<std::int64_t>(c.n_progenitors[i], -1, 1 << 30)));
}

}  // namespace cecropia::tree::consistent_trees_hdf5

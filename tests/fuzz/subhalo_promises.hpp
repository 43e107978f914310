#pragma once
// What tree/subhalos.hpp promises of the halos that it lets through, whatever the file held.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "cecropia/tree/validate.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace cecropia::tree::fuzz {

using cecropia::fuzz::require;

inline SubhaloFrame frame() {
  SubhaloFrame frame;
  frame.h = 0.7;
  frame.box_mpc_h = 100.0;
  frame.n_snapshots = 64;
  frame.fix_of_mass = "fuzz";
  frame.place = [](std::size_t i) { return fmt::format("fuzz, halo {}", i); };
  return frame;
}

/// The halos that were appended are good, and their links can be judged.
inline void require_promises(Catalogue& c) {
  const std::size_t n = c.n_halos();
  require(c.descendant_id.size() == n && c.host_id.size() == n && c.level.size() == n && c.m_vir_msun.size() == n);
  require(c.position_cmpc.empty() || c.position_cmpc.size() == n);
  for (std::size_t i = 0; i < n; ++i) {
    require(c.id[i] >= 0 && c.descendant_id[i] >= -1 && c.host_id[i] >= -1);
    require(c.level[i] < 64);
    require(c.m_vir_msun[i] > 0.0 && std::isfinite(c.m_vir_msun[i]));
    for (std::size_t k = 0; k < 3 && !c.position_cmpc.empty(); ++k)
      require(c.position_cmpc[i][k] >= 0.0F && c.position_cmpc[i][k] < static_cast<float>(100.0 / 0.7));
  }
  for (int level = 0; level < 64; ++level) c.redshift.push_back(64.0 - level);
  c.weight_per_cmpc3.assign(c.forest_id.size(), 1.0);
  try {
    static_cast<void>(validate(c, "fuzz"));
  } catch (const InputError&) {
  }
}

/// Rows [0, cut) and [cut, n) as two forests: append_rows(first, last, forest), which may refuse them; what was read
/// until then must hold the promises. `cut` comes out of the bytes.
template <class AppendRows>
void read_two_forests(Bytes& bytes, std::size_t n, Catalogue& into, AppendRows&& append_rows) {
  try {
    const std::size_t cut = n == 0 ? 0 : bytes.below(n);
    for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>{0, cut}, {cut, n}}) {
      into.forest_id.push_back(static_cast<std::int64_t>(into.forest_id.size()));
      append_rows(first, last, static_cast<std::uint32_t>(into.forest_id.size() - 1));
    }
  } catch (const InputError&) {
  }
  require_promises(into);
}

}  // namespace cecropia::tree::fuzz

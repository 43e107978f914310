#pragma once
// What tree/subhalos.hpp promises of the halos that it lets through, whatever the file held.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree::fuzz {

inline void require(bool promise) {
  if (!promise) std::abort();
}

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

}  // namespace cecropia::tree::fuzz

#pragma once
/// \file  The same merger trees with fewer levels.
#include <cstdint>
#include <unordered_map>

#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::made {

/// The same trees, recorded at every `keep`-th level only (the last one among them). What lives between two kept levels
/// is not seen.
inline tree::Catalogue thinned(const tree::Catalogue& c, std::uint32_t keep) {
  const auto last = static_cast<std::uint32_t>(c.redshift.size()) - 1;
  const std::uint32_t first = last % keep;
  std::unordered_map<std::int64_t, std::size_t> row;
  for (std::size_t i = 0; i < c.n_halos(); ++i) row[c.id[i]] = i;
  tree::Catalogue t;
  for (std::uint32_t l = first; l <= last; l += keep) t.redshift.push_back(c.redshift[l]);
  t.forest_id = c.forest_id;
  t.weight_per_cmpc3 = c.weight_per_cmpc3;
  for (std::size_t i = 0; i < c.n_halos(); ++i) {
    if (c.level[i] < first || (c.level[i] - first) % keep != 0) continue;
    std::int64_t descendant = c.id[i];
    bool main = true;
    for (std::uint32_t step = 0; step < keep && descendant >= 0; ++step) {
      const std::size_t r = row.at(descendant);
      descendant = c.descendant_id[r];
      main = main && (c.flags[r] & tree::Forest::is_main_progenitor) != 0;
    }
    t.id.push_back(c.id[i]);
    t.descendant_id.push_back(descendant);
    t.host_id.push_back(-1);
    t.level.push_back((c.level[i] - first) / keep);
    t.m_vir_msun.push_back(c.m_vir_msun[i]);
    t.flags.push_back(main && descendant >= 0 ? tree::Forest::is_main_progenitor : 0);
    t.forest.push_back(c.forest[i]);
  }
  return t;
}

}  // namespace cecropia::made

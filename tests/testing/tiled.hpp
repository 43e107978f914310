#pragma once
/// \file  A large box made of copies of a small one: for measurements that want many halos.
#include <array>
#include <cstdint>
#include <utility>

#include "cecropia/tree/forest.hpp"

namespace cecropia::made {

/// `side`^3 copies of the trees in a box `side` times as wide. Copies have ids of their own, so other stars.
inline tree::Forest tiled(const tree::Forest& f, std::uint32_t side) {
  const std::uint32_t copies = side * side * side;
  tree::ForestDraft t;
  t.info = f.info;
  t.info.box_cmpc *= side;
  t.info.volume_cmpc3 *= copies;
  t.redshift = f.redshift;
  t.age_myr = f.age_myr;
  for (const tree::Halo begin : f.level_begin) t.level_begin.push_back(begin * copies);
  constexpr std::int64_t apart = std::int64_t{1} << 48;  // of the ids of two copies; inserted halos have negative ones
  const auto id_in = [](std::int64_t id, std::uint32_t copy) { return id < 0 ? id - copy * apart : id + copy * apart; };
  const auto n_forests = static_cast<std::uint32_t>(f.forest_id.size());
  for (std::uint32_t c = 0; c < copies; ++c)
    for (std::uint32_t i = 0; i < n_forests; ++i) {
      t.forest_id.push_back(id_in(f.forest_id[i], c));
      t.weight_per_cmpc3.push_back(f.weight_per_cmpc3[i] / copies);
    }
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    for (std::uint32_t c = 0; c < copies; ++c) {
      const std::array<std::uint32_t, 3> tile{c % side, c / side % side, c / side / side};
      const auto in_copy = [&](tree::Halo h, std::size_t level) {
        return h == tree::no_halo ? h
                                  : t.level_begin[level] + c * f.halos_at(level).size() + (h - f.level_begin[level]);
      };
      for (tree::Halo h = f.level_begin[l]; h < f.level_begin[l + 1]; ++h) {
        t.id.push_back(id_in(f.id[h], c));
        t.m_vir_msun.push_back(f.m_vir_msun[h]);
        t.descendant.push_back(in_copy(f.descendant[h], l + 1));
        t.n_progenitors.push_back(f.n_progenitors[h]);
        t.first_progenitor.push_back(f.n_progenitors[h] == 0 ? tree::no_halo : in_copy(f.first_progenitor[h], l - 1));
        t.host.push_back(in_copy(f.host[h], l));
        t.forest.push_back(c * n_forests + f.forest[h]);
        t.flags.push_back(f.flags[h]);
        std::array<float, 3> x = f.position_cmpc[h];
        for (std::size_t k = 0; k < 3; ++k) x[k] += static_cast<float>(f.info.box_cmpc * tile[k]);
        t.position_cmpc.push_back(x);
      }
    }
  return tree::Forest(std::move(t));
}

}  // namespace cecropia::made

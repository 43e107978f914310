#pragma once
/// \file  The same merger trees with more levels.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::made {

/// The same trees in a box with every step between two levels cut into `parts` steps of equal time. What is inserted
/// says nothing that the walk does not take for granted already: all progenitors join at the beginning of a step, the
/// joined halo goes from the mass of the main progenitor (TRE-1) and from its place (TRE-2) to its own and is a
/// satellite if it is one at the end, and a central without progenitors has its mass through the whole step. (Halos
/// that arrange() inserts, one for each progenitor, would all grow to the mass of the descendant: gas of merging halos
/// would be counted twice.)
inline tree::Catalogue refined(const tree::Forest& f, std::int64_t parts, const cosmology::Cosmology& cosmos) {
  tree::Catalogue c;
  const auto share = [parts](std::int64_t k) { return static_cast<double>(k) / static_cast<double>(parts); };
  for (std::size_t l = 0; l + 1 < f.n_levels(); ++l) {
    c.redshift.push_back(f.redshift[l]);
    for (std::int64_t k = 1; k < parts; ++k)
      c.redshift.push_back(cosmos.redshift_at(f.age_myr[l] + share(k) * (f.age_myr[l + 1] - f.age_myr[l])));
  }
  c.redshift.push_back(f.redshift.back());
  c.forest_id.assign(f.forest_id.begin(), f.forest_id.end());
  c.weight_per_cmpc3.assign(f.weight_per_cmpc3.begin(), f.weight_per_cmpc3.end());

  // The ids of the parts - 1 halos inserted before halo h begin at chain[h]; none before a satellite without
  // progenitors, which is dark, and before the first level.
  constexpr std::int64_t none = -1;
  std::int64_t next_id = 1 + *std::max_element(f.id.begin(), f.id.end());
  std::vector<std::int64_t> id(f.id.begin(), f.id.end()), chain(f.n_halos(), none);
  for (std::int64_t& i : id)
    if (i < 0) i = next_id++;  // of a halo that arrange() has inserted before
  for (tree::Halo h = f.level_begin[1]; h < f.n_halos() && parts > 1; ++h) {
    if (f.n_progenitors[h] == 0 && f.is_satellite(h)) continue;
    chain[h] = next_id;
    next_id += parts - 1;
  }

  const auto add = [&](tree::Halo like, std::int64_t own, std::int64_t descendant, std::int64_t host,
                       std::int64_t level, double m_vir_msun, const std::array<float, 3>& place) {
    c.id.push_back(own);
    c.descendant_id.push_back(descendant);
    c.host_id.push_back(host);
    c.level.push_back(static_cast<std::uint32_t>(level));
    c.m_vir_msun.push_back(m_vir_msun);
    c.flags.push_back(f.flags[like]);
    c.forest.push_back(f.forest[like]);
    c.position_cmpc.push_back(place);
  };
  const auto between = [&](tree::Halo from, tree::Halo to, double way) {
    const double box = f.info.box_cmpc;
    std::array<float, 3> place{};
    for (std::size_t k = 0; k < 3; ++k) {
      const auto a = static_cast<double>(f.position_cmpc[from][k]), b = static_cast<double>(f.position_cmpc[to][k]);
      double x = a + way * (b - a - box * std::round((b - a) / box));
      x -= box * std::floor(x / box);
      place[k] = static_cast<float>(x) < static_cast<float>(box) ? static_cast<float>(x) : 0.0F;
    }
    return place;
  };
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    for (tree::Halo h = f.level_begin[l]; h < f.level_begin[l + 1]; ++h) {
      const tree::Halo d = f.descendant[h];
      const std::int64_t next = d == tree::no_halo ? -1 : chain[d] != none ? chain[d] : id[d];
      add(h, id[h], next, f.is_satellite(h) ? id[f.host[h]] : -1, static_cast<std::int64_t>(l) * parts, f.m_vir_msun[h],
          f.position_cmpc[h]);
      if (chain[h] == none) continue;
      const tree::Halo main = f.n_progenitors[h] == 0 ? h : f.first_progenitor[h];
      for (std::int64_t k = 1; k < parts; ++k)
        add(main, chain[h] + k - 1, k + 1 < parts ? chain[h] + k : id[h],
            f.is_satellite(h) ? chain[f.host[h]] + k - 1 : -1, (static_cast<std::int64_t>(l) - 1) * parts + k,
            f.m_vir_msun[main] * std::pow(f.m_vir_msun[h] / f.m_vir_msun[main], share(k)), between(main, h, share(k)));
    }
  return c;
}

}  // namespace cecropia::made

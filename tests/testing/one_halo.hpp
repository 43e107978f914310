#pragma once
/// \file  One halo that grows smoothly, as a forest of one branch: the simplest world the model can live in.
#include <cmath>
#include <utility>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::made {

/// A branch with the given redshifts (falling) and masses.
inline tree::Forest one_branch(const cosmology::Cosmology& c, const std::vector<double>& redshift,
                               const std::vector<double>& m_msun) {
  tree::ForestDraft f;
  f.redshift = redshift;
  const auto n = static_cast<tree::Halo>(redshift.size());
  for (tree::Halo i = 0; i < n; ++i) {
    f.age_myr.push_back(c.age_myr(redshift[i]));
    f.level_begin.push_back(i);
    f.id.push_back(1000 - static_cast<std::int64_t>(i));
    f.m_vir_msun.push_back(m_msun[i]);
    f.descendant.push_back(i + 1 < n ? i + 1 : tree::no_halo);
    f.first_progenitor.push_back(i > 0 ? i - 1 : tree::no_halo);
    f.n_progenitors.push_back(i > 0 ? 1 : 0);
    f.host.push_back(tree::no_halo);
    f.forest.push_back(0);
    f.flags.push_back(0);
  }
  f.level_begin.push_back(n);
  f.forest_id = {0};
  f.weight_per_cmpc3 = {1.0};
  f.info.n_forests = f.info.n_trees = 1;
  f.info.n_halos = n;
  f.info.volume_cmpc3 = 1.0;
  return tree::Forest(std::move(f));
}

/// The smooth halo of an independent evaluation of the equations: M = m_end exp(-0.79 (z - 6)) from z = 20 to 6, levels
/// of at most step_myr.
inline tree::Forest smooth_halo(const cosmology::Cosmology& c, double m_end_msun, double step_myr = 20.0) {
  const double t0 = c.age_myr(20.0), t1 = c.age_myr(6.0);
  const int n = static_cast<int>(std::ceil((t1 - t0) / step_myr));
  std::vector<double> z, m;
  for (int i = 0; i <= n; ++i) {
    z.push_back(i == 0 ? 20.0 : i == n ? 6.0 : c.redshift_at(t0 + (t1 - t0) * i / n));
    m.push_back(m_end_msun * std::exp(-0.79 * (z.back() - 6.0)));
  }
  return one_branch(c, z, m);
}

}  // namespace cecropia::made

#pragma once
// Private to the models of galaxies: what a record says of the halo itself.
#include "cecropia/model/record.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::model {

/// A record of a galaxy in halo `h`: who it is, where it comes from and goes to, what it stands for. The rest is empty.
inline Galaxy galaxy_of(const tree::Forest& forest, tree::Halo h) {
  Galaxy g;
  g.halo = h;
  if (const tree::HaloRange p = forest.progenitors_of(h); p.size() > 0) g.main_progenitor = p.first;
  g.halo_id = forest.id[h];
  if (forest.descendant[h] != tree::no_halo) g.descendant_id = forest.id[forest.descendant[h]];
  g.is_satellite = forest.is_satellite(h);
  g.weight_per_cmpc3 = forest.weight(h);
  g.m_vir_msun = forest.m_vir_msun[h];
  return g;
}

}  // namespace cecropia::model

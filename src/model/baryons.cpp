#include "cecropia/model/baryons.hpp"

#include <algorithm>

namespace cecropia::model {

void keep_apart(Baryons& into, const Baryons& other, double now_myr, double merger_myr) {
  const double mine = into.mass.hot + into.mass.cold, theirs = other.mass.hot + other.mass.cold;
  physics::MergedGas counts =
      physics::merged_gas(mine, into.metals.gas, theirs, other.metals.gas, now_myr + merger_myr);
  double most = counts.differing_msun(mine + theirs);
  const auto consider = [&](const physics::MergedGas& older, double gas_msun) {
    if (!(now_myr < older.until_myr && older.differing_msun(gas_msun) > most)) return;
    most = older.differing_msun(gas_msun);
    counts = older;
    counts.dilute(gas_msun, mine + theirs);
  };
  consider(into.merged_gas, mine);
  consider(other.merged_gas, theirs);
  into.merged_gas = counts;
}

void merge(Baryons& into, const Baryons& other) {
  into.mass.hot += other.mass.hot;
  into.mass.cold += other.mass.cold;
  into.mass.star += other.mass.star;
  into.mass.out += other.mass.out;
  for (std::size_t e = 0; e < n_metals; ++e) {
    into.metals.gas[e] += other.metals.gas[e];
    into.metals.out[e] += other.metals.out[e];
    into.metals.locked[e] += other.metals.locked[e];
  }
  into.star_iii_msun += other.star_iii_msun;
  into.birth_metals_msun += other.birth_metals_msun;
  into.first_stars_myr = std::min(into.first_stars_myr, other.first_stars_myr);
  into.exploded = into.exploded || other.exploded;
  into.starts_as_pop2 = into.starts_as_pop2 || other.starts_as_pop2;
  into.type_ia.merge(other.type_ia);
  into.bubble = space::joined(into.bubble, other.bubble);
  into.ionised_cmpc3 += other.ionised_cmpc3;
}

}  // namespace cecropia::model

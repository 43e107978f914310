#include "cecropia/model/baryons.hpp"

namespace cecropia::model {

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
  into.exploded = into.exploded || other.exploded;
  into.starts_as_pop2 = into.starts_as_pop2 || other.starts_as_pop2;
  into.type_ia.merge(other.type_ia);
  into.bubble = space::joined(into.bubble, other.bubble);
  into.ionised_cmpc3 += other.ionised_cmpc3;
}

}  // namespace cecropia::model

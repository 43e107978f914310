#include "cecropia/physics/update.hpp"

#include <algorithm>

namespace cecropia::physics {

Reservoirs updated(const Reservoirs& r, const Flows& f) {
  const double to_hot = f.minihalo ? 0.0 : f.heated, to_out = f.minihalo ? f.heated : 0.0;
  Reservoirs n;
  n.hot = std::max(0.0, (r.hot - f.condensed) + (f.accreted + to_hot) - f.out_hot) + f.returned;
  n.cold = std::max(0.0, r.cold - f.formed - f.heated - f.out_cold) + f.condensed;
  n.star = r.star + f.formed;
  n.out = r.out + (f.out_hot + f.out_cold + to_out);
  return n;
}

void share_metals(MetalStore& m, const Metals& added, double gas_after, double out_step, double formed) {
  const double total = gas_after + out_step + formed;
  if (!(total > 0.0)) {  // no mass to hold them: they stay with the (empty) gas until mass arrives
    for (std::size_t e = 0; e < n_metals; ++e) m.gas[e] += added[e];
    return;
  }
  const double to_out = out_step / total, to_stars = formed / total;
  for (std::size_t e = 0; e < n_metals; ++e) {
    const double all = m.gas[e] + added[e];
    const double out = all * to_out, stars = all * to_stars;
    m.out[e] += out;
    m.locked[e] += stars;
    m.gas[e] = std::max(0.0, all - out - stars);  // without gas, what is left is rounding
  }
}

}  // namespace cecropia::physics

#include "cecropia/physics/merged_gas.hpp"

#include <algorithm>

namespace cecropia::physics {

double MergedGas::ratio_at(double draw, Metal element) const {
  if (!(share > 0.0)) return 1.0;
  return draw < share ? ratio[element] : std::max(0.0, (1.0 - share * ratio[element]) / (1.0 - share));
}

MergedGas merged_gas(double gas_a_msun, const Metals& metals_a_msun, double gas_b_msun, const Metals& metals_b_msun,
                     double until_myr) {
  MergedGas m;
  if (!(gas_a_msun > 0.0 && gas_b_msun > 0.0)) return m;
  m.until_myr = until_myr;
  m.share = gas_b_msun / (gas_a_msun + gas_b_msun);
  for (std::size_t e = 0; e < n_metals; ++e) {
    const double all = metals_a_msun[e] + metals_b_msun[e];
    m.ratio[e] = all > 0.0 ? metals_b_msun[e] / all / m.share : 1.0;
  }
  return m;
}

double merged_gas_draw(random::Seed seed, std::int64_t branch_id, std::int64_t interval) {
  random::Stream stream(seed, static_cast<std::uint64_t>(branch_id), static_cast<std::uint32_t>(interval), 0,
                        random::Purpose::merged_gas);
  return stream.uniform();
}

}  // namespace cecropia::physics

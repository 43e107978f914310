#include "cecropia/physics/merged_gas.hpp"

#include <algorithm>

namespace cecropia::physics {

double MergedGas::fraction_at(double draw, Metal element, double mean) const {
  if (!(share > 0.0)) return mean;
  const double off = draw < share ? excess[element] : -excess[element] * share / (1.0 - share);
  return std::max(0.0, mean + off);
}

void MergedGas::dilute(double before_msun, double with_it_msun) {
  if (!(with_it_msun > before_msun)) return;
  for (double& x : excess) x *= before_msun / with_it_msun;
}

MergedGas merged_gas(double gas_a_msun, const Metals& metals_a_msun, double gas_b_msun, const Metals& metals_b_msun,
                     double until_myr) {
  MergedGas m;
  if (!(gas_a_msun > 0.0 && gas_b_msun > 0.0)) return m;
  const double all = gas_a_msun + gas_b_msun;
  m.until_myr = until_myr;
  m.share = gas_b_msun / all;
  for (std::size_t e = 0; e < n_metals; ++e)
    m.excess[e] = metals_b_msun[e] / gas_b_msun - (metals_a_msun[e] + metals_b_msun[e]) / all;
  return m;
}

double merged_gas_draw(random::Seed seed, std::int64_t branch_id, std::int64_t interval) {
  random::Stream stream(seed, static_cast<std::uint64_t>(branch_id), static_cast<std::uint32_t>(interval), 0,
                        random::Purpose::merged_gas);
  return stream.uniform();
}

}  // namespace cecropia::physics

#pragma once
/// \file  Gas of galaxies that merged and has not mixed yet.
#include "cecropia/core/elements.hpp"
#include "cecropia/random/stream.hpp"

namespace cecropia::physics {

/// MIX-2: until `until_myr` a part `share` of a galaxy's gas has mass fractions of metals that lie `excess` above the
/// mean, and the rest so much below it that the mean is the mean. Without a share all gas is the same.
struct MergedGas {
  double until_myr = 0.0;
  double share = 0.0;
  Metals excess{};  ///< may be negative

  /// Mass fraction of `element` in the part that `draw`, uniform in [0, 1), falls into, where the mean is `mean`; at
  /// least 0.
  double fraction_at(double draw, Metal element, double mean) const;
  /// Gas that has the same metals everywhere joins all of it: of `before_msun` of gas, `with_it_msun` have been made.
  void dilute(double before_msun, double with_it_msun);
  /// Gas [Msun], of `gas_msun` in all, that differs from most.
  double differing_msun(double gas_msun) const { return gas_msun * (share < 0.5 ? share : 1.0 - share); }

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.until_myr, self.share, self.excess);
  }
};

/// MIX-2: two galaxies with so much gas [Msun] and so many metals in it [Msun] merge; their gas mixes at `until_myr`.
/// No share if one has no gas.
MergedGas merged_gas(double gas_a_msun, const Metals& metals_a_msun, double gas_b_msun, const Metals& metals_b_msun,
                     double until_myr);

/// MIX-2: which part stars form of, uniform in [0, 1): one draw per interval of cosmic time and branch.
double merged_gas_draw(random::Seed seed, std::int64_t branch_id, std::int64_t interval);

}  // namespace cecropia::physics

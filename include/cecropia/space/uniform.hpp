#pragma once
/// \file  Uniform surroundings given by the user: intergalactic metallicity and ionised volume fraction as tables in
/// redshift. Theory: docs/theory/baryon_cycle.md, SUR-1.
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/space/parameters.hpp"

namespace cecropia::space {

/// SUR-1: linear in redshift between the nodes, constant outside.
class Uniform {
 public:
  /// Throws InputError if the lists differ in length or the redshifts do not ascend.
  explicit Uniform(const Parameters& p);
  double z_igm(double z) const;
  double ionised_fraction(double z) const;
  /// Mass fraction of every carried metal for a total of z_igm(z): solar proportions (Asplund et al. 2009).
  Metals igm_metal_fractions(double z) const;

 private:
  double at(double z, const std::vector<double>& values) const;
  Parameters p_;
  Metals solar_share_{};
};

}  // namespace cecropia::space

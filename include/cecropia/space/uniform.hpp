#pragma once
/// \file  Uniform surroundings given by the user: intergalactic metallicity and ionised volume fraction as tables in
/// redshift. Default: primordial and neutral. No bubble or ionised region is computed from the model's own galaxies.
/// Theory: docs/theory/baryon_cycle.md, SUR-1.
#include <vector>

#include "cecropia/core/elements.hpp"
#include "cecropia/core/parameter.hpp"

namespace cecropia::space {

/// Section `surroundings`.
struct Parameters {
  std::vector<double> redshift;          ///< nodes, ascending; empty: zero everywhere
  std::vector<double> z_igm;             ///< metal mass fraction of the intergalactic gas at the nodes
  std::vector<double> ionised_fraction;  ///< volume fraction at the nodes, 0 to 1
};
extern const std::vector<Parameter<Parameters>> rows;

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

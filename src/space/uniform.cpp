#include "cecropia/space/uniform.hpp"

#include <algorithm>

#include "cecropia/core/error.hpp"
#include "cecropia/math/linear.hpp"

namespace cecropia::space {

Uniform::Uniform(const Parameters& p) : p_(p) {
  const std::size_t n = p_.redshift.size();
  const auto fits = [n](const std::vector<double>& v) { return v.empty() || v.size() == n; };
  if (!fits(p_.z_igm) || !fits(p_.ionised_fraction))
    throw InputError({"the tables of the surroundings differ in length", "parameter section 'surroundings'",
                      "as many entries in z_igm and ionised_fraction as in redshift, or none",
                      "give one value per redshift, or leave the list empty for zero"});
  if (std::adjacent_find(p_.redshift.begin(), p_.redshift.end(), [](double a, double b) { return a >= b; }) !=
      p_.redshift.end())
    throw InputError({"the redshifts of the surroundings do not ascend", "parameter 'surroundings.redshift'",
                      "ascending values without repetition", "sort the tables by redshift"});
  // Bulk solar metals are the photospheric proportions of Asplund et al. (2009); SUR-1.
  solar_share_ = {1.0, 0.1770, 0.0519, 0.4290, 0.0940, 0.0530, 0.0498, 0.0231, 0.0048, 0.0967};
}

double Uniform::at(double z, const std::vector<double>& values) const {
  if (values.empty() || p_.redshift.empty()) return 0.0;
  return math::linear(p_.redshift, values, z);
}

double Uniform::z_igm(double z) const { return at(z, p_.z_igm); }
double Uniform::ionised_fraction(double z) const { return at(z, p_.ionised_fraction); }

Metals Uniform::igm_metal_fractions(double z) const {
  const double total = z_igm(z);
  Metals m{};
  for (std::size_t e = 0; e < n_metals; ++e) m[e] = total * solar_share_[e];
  return m;
}

}  // namespace cecropia::space

#include "cecropia/space/ionised.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::space {
namespace {
constexpr double sphere = 4.0 * constants::pi / 3.0;
}

IonisationRates ionisation_rates(const cosmology::Cosmology& cosmos, double clumping, double z) {
  constexpr double mpc3_cm3 = constants::mpc_cm * constants::mpc_cm * constants::mpc_cm;
  const double n_h = cosmos.n_h0_per_cm3(), growth = (1.0 + z) * (1.0 + z) * (1.0 + z);
  return {1e48 * constants::myr_s / (n_h * mpc3_cm3),
          clumping * constants::alpha_b_cm3_s * n_h * growth * constants::myr_s};
}

double effective_time_myr(double dt_myr, const IonisationRates& rates) {
  const double x = rates.recombination_per_myr * dt_myr;
  return x > 0.0 ? -std::expm1(-x) / rates.recombination_per_myr : dt_myr;
}

double ionised_volume_after(double volume_cmpc3, double escaped_1e48_per_s_myr, double dt_myr,
                            const IonisationRates& rates) {
  return volume_cmpc3 * std::exp(-rates.recombination_per_myr * dt_myr) +
         escaped_1e48_per_s_myr * rates.cmpc3_per_1e48_photons_s_myr;
}

double region_radius_cmpc(double volume_cmpc3) { return std::cbrt(volume_cmpc3 / sphere); }
double sphere_volume_cmpc3(double radius_cmpc) { return sphere * radius_cmpc * radius_cmpc * radius_cmpc; }
double covered_fraction(double filling) { return -std::expm1(-filling); }

}  // namespace cecropia::space

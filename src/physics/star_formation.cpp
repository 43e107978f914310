#include "cecropia/physics/star_formation.hpp"

#include <cmath>

namespace cecropia::physics {
namespace {

/// (M_X/A_X)/(X_H M/1.008) / 10^(eps - 12) for unit mass fraction.
double solar_scale(Metal element, double hydrogen_fraction) {
  return hydrogen_atomic_weight / (metal_atomic_weight[element] * hydrogen_fraction) *
         std::pow(10.0, 12.0 - solar_log_eps[element]);
}

}  // namespace

double dust_and_carbon_abundance(double carbon_fraction, double iron_fraction, double hydrogen_fraction) {
  static const double carbon_offset = std::pow(10.0, -2.30);
  static const double unit_c = solar_scale(metal_c, 1.0), unit_fe = solar_scale(metal_fe, 1.0);
  return (unit_c * carbon_fraction * carbon_offset + unit_fe * iron_fraction) / hydrogen_fraction;
}

double abundance_over_solar(Metal element, double mass_fraction, double hydrogen_fraction) {
  return std::log10(mass_fraction * solar_scale(element, hydrogen_fraction));
}

double mixing_offset_dex(const Mixing& p, bool self_enriched, random::Seed seed, std::int64_t branch_id,
                         std::int64_t interval) {
  const double mean = self_enriched ? p.internal_mean_dex : p.external_mean_dex;
  const double sigma = self_enriched ? p.internal_sigma_dex : p.external_sigma_dex;
  if (sigma == 0.0) return mean;
  random::Stream stream(seed, static_cast<std::uint64_t>(branch_id), static_cast<std::uint32_t>(interval),
                        self_enriched ? 0 : 1, random::Purpose::mixing);
  return mean + sigma * random::normal(stream);
}

}  // namespace cecropia::physics

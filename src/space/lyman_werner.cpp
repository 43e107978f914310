#include "cecropia/space/lyman_werner.hpp"

#include <algorithm>

#include "cecropia/core/constants.hpp"

namespace cecropia::space {
namespace {
/// (1+z') / (1+z) at which light has been shifted into a Lyman line, mean over the band (LWB-1; Haiman, Abel & Rees
/// 2000).
constexpr double to_next_line = 1.04;
}  // namespace

LymanWernerBackground::LymanWernerBackground(const cosmology::Cosmology& cosmos, double escape)
    : cosmos_(cosmos), escape_(escape) {}

void LymanWernerBackground::add(double redshift, double age_myr, double photons_per_s_cmpc3) {
  records_.push_back({redshift, age_myr, photons_per_s_cmpc3});
}

double LymanWernerBackground::j21() const {
  if (records_.empty()) return 0.0;
  const double z = records_.back().redshift;
  const double oldest_myr = cosmos_.age_myr(to_next_line * (1.0 + z) - 1.0);
  // Photons per comoving volume that were emitted since then; linear between records, none before the first.
  double photons_per_cmpc3 = 0.0;
  for (std::size_t i = records_.size() - 1; i > 0; --i) {
    const Record &a = records_[i - 1], &b = records_[i];
    if (b.age_myr <= oldest_myr) break;
    const double from = std::max(a.age_myr, oldest_myr), x = (from - a.age_myr) / (b.age_myr - a.age_myr);
    const double at_from = a.photons_per_s_cmpc3 + x * (b.photons_per_s_cmpc3 - a.photons_per_s_cmpc3);
    photons_per_cmpc3 += 0.5 * (at_from + b.photons_per_s_cmpc3) * (b.age_myr - from) * constants::myr_s;
  }
  // A flat spectrum in photons over the band: energy density per frequency is number density times h nu / d nu.
  constexpr double mpc3_cm3 = constants::mpc_cm * constants::mpc_cm * constants::mpc_cm;
  constexpr double h_nu_over_band = 0.5 * (constants::lyman_werner_edge_ev + constants::lyman_edge_ev) /
                                    (constants::lyman_edge_ev - constants::lyman_werner_edge_ev);
  const double physical = (1.0 + z) * (1.0 + z) * (1.0 + z) / mpc3_cm3;
  const double j = escape_ * photons_per_cmpc3 * physical * constants::h_erg_s * h_nu_over_band * constants::c_cm_s /
                   (4.0 * constants::pi);
  return j / 1e-21;
}

}  // namespace cecropia::space

#include "cecropia/stars/remnant.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cecropia/math/linear.hpp"

namespace cecropia::stars {

double white_dwarf_mass_msun(double m_msun) { return 0.444 + 0.084 * m_msun; }

Fallback delayed_fallback(double m_co_msun, double m_fin_msun) {
  const double m_proto = m_co_msun < 3.5 ? 1.2 : m_co_msun < 6.0 ? 1.3 : m_co_msun < 11.0 ? 1.4 : 1.6;
  const double above = std::max(m_fin_msun - m_proto, 1e-3);
  double f = 1.0;
  if (m_co_msun < 2.5) {
    f = 0.2 / above;
  } else if (m_co_msun < 3.5) {
    f = (0.5 * m_co_msun - 1.05) / above;
  } else if (m_co_msun < 11.0) {
    const double a = 0.133 - 0.093 / above;
    f = a * m_co_msun + (1.0 - 11.0 * a);
  }
  f = std::clamp(f, 0.0, 1.0);
  return {m_proto, f, m_proto + f * above};
}

Fallback rapid_fallback(double m_co_msun, double m_fin_msun) {
  constexpr double m_proto = 1.0;
  const double above = std::max(m_fin_msun - m_proto, 1e-3);
  double f = 1.0;
  if (m_co_msun < 2.5) {
    f = 0.2 / above;
  } else if (m_co_msun < 6.0) {
    f = (0.286 * m_co_msun - 0.514) / above;
  } else if (m_co_msun >= 7.0 && m_co_msun < 11.0) {
    const double a = 0.25 - 1.275 / above;
    f = a * m_co_msun + (1.0 - 11.0 * a);
  }
  f = std::clamp(f, 0.0, 1.0);
  return {m_proto, f, m_proto + f * above};
}

Fallback fallback(RemnantModel remnant, double m_co_msun, double m_fin_msun) {
  return remnant == RemnantModel::rapid ? rapid_fallback(m_co_msun, m_fin_msun)
                                        : delayed_fallback(m_co_msun, m_fin_msun);
}

double woosley2017_energy_1e51_erg(double m_he_msun) {
  constexpr std::array m_he{34., 36., 38., 40., 42., 44., 46., 48., 50., 51., 52., 53., 54., 56., 58., 60., 62., 64.};
  constexpr std::array energy{.0012, .0037, .0095, .066, .26, .83, .77, .94, .86,
                              1.0,   .99,   .86,   .94,  .56, 1.1, .75, 2.3, 4.0};
  return math::linear(m_he, energy, m_he_msun);
}

double gravitational_mass_msun(double m_baryonic_msun) {
  const double neutron_star = 6.6666667 * (std::sqrt(1.0 + 0.3 * m_baryonic_msun) - 1.0);
  return neutron_star <= 3.0 ? neutron_star : std::max(0.9 * m_baryonic_msun, m_baryonic_msun - 0.5);
}

double ppisn_remnant_fraction(double m_he_msun, double m_fin_msun) {
  const double he = m_he_msun, f = he / m_fin_msun;
  double alpha = 0;
  if (f < 0.9) {
    const double k = 0.67 * f + 0.1;
    alpha = he <= 37.0 ? 0.2 * (k - 1.0) * he + 0.2 * (37.0 - 32.0 * k) : he <= 60.0 ? k : k * (16.0 - 0.25 * he);
  } else {
    const double s = 0.5226 * f - 0.52974;
    if (he <= 37.0)
      alpha = s * (he - 32.0) + 1.0;
    else if (he <= 56.0)
      alpha = s < -0.034168 ? 5.0 * s + 1.0 : (-0.1381 * f + 0.1309) * (he - 56.0) + 0.82916;
    else
      alpha = -0.103645 * he + 6.63328;
  }
  return std::clamp(alpha, 0.0, 1.0);
}

Fate fate_of(double m_msun, const Cores& cores, const BuilderParameters& limits) {
  if (m_msun < limits.m_wd_max_msun) return Fate::wd;
  if (m_msun < limits.m_ecsn_max_msun) return Fate::ecsn;
  if (cores.m_he < limits.m_he_ppisn_msun)
    return fallback(limits.remnant, cores.m_co, cores.m_fin).f_fallback >= 1.0 ? Fate::fsn : Fate::ccsn;
  if (cores.m_he < limits.m_he_pisn_msun) return Fate::ppisn;
  return cores.m_he < limits.m_he_dbh_msun ? Fate::pisn : Fate::dbh;
}

}  // namespace cecropia::stars

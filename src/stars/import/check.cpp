#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/light.hpp"

namespace cecropia::stars {
namespace {

void check_light(const ProductStar& s, const char* column, const std::optional<double>& log10_value, double formula,
                 double highest, const char* name) {
  // Light below 1500 Angstrom of B stars hangs on their temperature so steeply that models differ by some dex there.
  constexpr double m_lightest_msun = 9.0, m_hot_msun = 15.0;
  const double leeway_dex = s.m_msun < m_hot_msun ? 5.0 : 3.0;
  if (!log10_value) return;
  if (*log10_value > highest)
    refuse(s.place_of(column),
           fmt::format("{} of {} is {}: that is no logarithm", name, name_of(s.m_msun, s.z), *log10_value),
           fmt::format("log10 of the value, at most {}", highest), "take the logarithm of the column");
  if (s.m_msun <= m_lightest_msun || !std::isfinite(*log10_value)) return;  // -inf: said to be dark
  if (!(std::fabs(*log10_value - formula) <= leeway_dex))
    refuse(s.place_of(column),
           fmt::format("the logarithm of {} of {} is {:.4g}, off by more than {} from that of such a star", name,
                       name_of(s.m_msun, s.z), *log10_value, leeway_dex),
           fmt::format("about {:.3g}, the logarithm of the value in the unit of the column", formula),
           "check the unit (photons per second; erg/s/Hz), and that the row belongs to this star");
}

void check_all_light(const ProductStar& s, double z) {
  const double z_read = std::clamp(z, lowest_fit_z, highest_fit_z);
  const double q = log10_ionising_rate(s.m_msun, z_read);
  const Light light = stellar_light(s.m_msun, q, log10_ionising_rate(m_hottest_msun, z_read));
  check_light(s, "log10_q_per_s", s.log10_q_per_s, q, 53, "the rate of H-ionising photons");
  check_light(s, "log10_q_lw_per_s", s.log10_q_lw_per_s, light.log10_q_lw_per_s, 53,
              "the rate of Lyman-Werner photons");
  check_light(s, "log10_l_uv_erg_s_hz", s.log10_l_uv_erg_s_hz, light.log10_l_uv_erg_s_hz, 28,
              "the luminosity at 1500 Angstrom");
}

/// What the winds leave; the column of the final mass is compared with it elsewhere. 0: not known.
double final_mass_msun(const ProductStar& s) {
  if (!s.end) return s.m_fin_msun.value_or(0.0);
  return s.m_msun - total(s.end->wind_msun);
}

/// 0 is "not known" and passes.
void check_cores(const ProductStar& s) {
  constexpr double rounding = 1e-6, printed = 1e-2, m_lightest_msun = 9.0;
  const bool is_massive = s.m_msun >= m_lightest_msun && !(s.end && s.end->fate == Fate::wd);
  struct Core {
    const char* column;
    const std::optional<double>& m_msun;
    double smallest;  ///< part of the final mass, far below that of any massive star
  };
  for (const Core& core : {Core{"m_fin_msun", s.m_fin_msun, 0.0}, Core{"m_he_msun", s.m_he_msun, 0.02},
                           Core{"m_co_msun", s.m_co_msun, 0.01}}) {
    if (!core.m_msun) continue;
    const double m = *core.m_msun;
    if (m > s.m_msun * (1.0 + rounding))
      refuse(s.place_of(core.column), fmt::format("a final or core mass of {} Msun in {}", m, name_of(s.m_msun, s.z)),
             "at most the initial mass", "check the columns of the masses");
    const double final_msun = final_mass_msun(s);
    if (core.smallest == 0.0 || m == 0.0 || !is_massive || !(final_msun > 0)) continue;
    if (m > final_msun * (1.0 + printed) || m < core.smallest * final_msun)
      refuse(
          s.place_of(core.column),
          fmt::format("a core of {} Msun in {}, which ends with {} Msun", m, name_of(s.m_msun, s.z), final_msun),
          fmt::format("at most the final mass, and at least {} of it in a massive star (0: not known)", core.smallest),
          "check the unit of the column (Msun), and that the row belongs to this star");
  }
}

}  // namespace

void refuse(const std::string& where, const std::string& what, const std::string& expected, const std::string& fix) {
  throw InputError({"stellar product: " + what, where, expected, fix});
}

std::string name_of(double m_msun, double z) { return fmt::format("the star of {} Msun, Z = {}", m_msun, z); }

void check_units(const ProductStar& s, double z) {
  constexpr double leeway = 5.0;
  if (s.lifetime_myr) {
    const double expected = lifetime_myr(s.m_msun, z);
    if (!(*s.lifetime_myr > expected / leeway && *s.lifetime_myr < expected * leeway))
      refuse(s.lifetime_where, fmt::format("a lifetime of {} Myr for {}", *s.lifetime_myr, name_of(s.m_msun, s.z)),
             fmt::format("about {:.3g} Myr, within a factor {}", expected, leeway),
             "check the unit of the lifetimes, and that the row belongs to this star");
  }
  check_all_light(s, z);
  check_cores(s);
  if (s.f_fallback && *s.f_fallback > 1.0 + 1e-12)
    refuse(s.place_of("f_fallback"),
           fmt::format("a fallback fraction of {} in {}", *s.f_fallback, name_of(s.m_msun, s.z)),
           "a fraction in [0, 1]", "check the column");
  if (s.e_sn_erg && *s.e_sn_erg > 0 && !(*s.e_sn_erg > 1e47 && *s.e_sn_erg < 1e55))
    refuse(s.place_of("e_sn_erg"), fmt::format("an explosion of {} erg in {}", *s.e_sn_erg, name_of(s.m_msun, s.z)),
           "0, or an energy in erg (a supernova has about 1e51)", "convert the energies to erg");
}

}  // namespace cecropia::stars

#include "cecropia/stars/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/stars/ejecta.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/hartwig2022.hpp"
#include "cecropia/stars/light.hpp"
#include "cecropia/stars/remnant.hpp"

namespace cecropia::stars {
namespace {

template <class E, std::size_t N>
std::string_view name_of(const std::array<Named<E>, N>& names, E value) {
  return std::find_if(names.begin(), names.end(), [value](const Named<E>& n) { return n.value == value; })->name;
}

void check_order(const BuilderParameters& p) {
  const auto refuse = [](const char* what, const std::string& values, const char* expected) {
    throw InputError({fmt::format("{}: {}", what, values), "parameters stars.*", expected,
                      "put the limits in ascending order; the defaults are 8, 10 Msun and 32, 64, 135 Msun"});
  };
  if (!(p.m_wd_max_msun >= 8.0 && p.m_wd_max_msun <= p.m_ecsn_max_msun))
    refuse("limits of initial mass are not in order", fmt::format("{}, {}", p.m_wd_max_msun, p.m_ecsn_max_msun),
           "8 <= m_wd_max_msun <= m_ecsn_max_msun (the fits of cores and winds begin at 8 Msun)");
  if (!(p.m_he_ppisn_msun <= p.m_he_pisn_msun && p.m_he_pisn_msun <= p.m_he_dbh_msun))
    refuse("limits of helium-core mass are not in order",
           fmt::format("{}, {}, {}", p.m_he_ppisn_msun, p.m_he_pisn_msun, p.m_he_dbh_msun),
           "m_he_ppisn_msun <= m_he_pisn_msun <= m_he_dbh_msun");
}

void check_ranges(const BuilderParameters& p) {
  const auto in = [](const char* key, double value, double lowest, double highest) {
    if (value >= lowest && value <= highest) return;
    throw InputError({fmt::format("parameter 'stars.{}' = {} is out of range", key, value), "stellar tables",
                      fmt::format("a number in [{}, {}]", lowest, highest), "leave it out to have the default"});
  };
  in("f_mix", p.f_mix, 0, 1);
  in("x_he_shell_cc", p.x_he_shell_cc, 0, 1);
  in("x_he_shell_pp", p.x_he_shell_pp, 0, 1);
  in("wind_scale", p.wind_scale, 0, largest_wind_scale);
}

/// Stars below the limit of white dwarfs return what they were born with.
void become_white_dwarf(Star& s) {
  const double m_wd = white_dwarf_mass_msun(s.m_msun);
  s.fate = Fate::wd;
  s.m_fin_msun = s.m_rem_baryonic_msun = s.m_rem_gravitational_msun = m_wd;
  s.wind_msun = initial_composition(s.z);
  for (double& x : s.wind_msun) x *= s.m_msun - m_wd;
}

}  // namespace

double supernova_energy_erg(Fate fate, double m_he_msun, const BuilderParameters& p) {
  using constants::bethe_erg;
  switch (fate) {
    case Fate::ecsn:
    case Fate::ccsn:
      return p.e_ccsn_1e51_erg * bethe_erg;
    case Fate::ppisn:
      return bethe_erg * (p.ppisn_energy == PpisnEnergy::woosley2017 && m_he_msun > 0
                              ? woosley2017_energy_1e51_erg(m_he_msun)
                              : p.e_ppisn_1e51_erg);
    case Fate::pisn:
      return p.e_pisn_1e51_erg * bethe_erg;
    default:
      return 0.0;
  }
}

void end_massive_star(Star& s, const Cores& cores, const Ejecta& wind, const BuilderParameters& p) {
  s.fate = fate_of(s.m_msun, cores, p);
  s.e_sn_erg = supernova_energy_erg(s.fate, cores.m_he, p);
  s.m_fin_msun = cores.m_fin;
  s.m_he_msun = cores.m_he;
  s.m_co_msun = cores.m_co;
  s.wind_msun = wind.mass_msun;
  s.wind_new_metals_msun = wind.new_metals_msun;
  Explosion end{cores.m_fin, {}};
  switch (s.fate) {
    case Fate::ecsn:
      end = ecsn_explosion(s.z, cores);
      break;
    case Fate::ccsn:
      end = ccsn_explosion(s.z, cores, p);
      s.f_fallback = fallback(p.remnant, cores.m_co, cores.m_fin).f_fallback;
      break;
    case Fate::ppisn:
      end = ppisn_explosion(s.z, cores, p);
      break;
    case Fate::pisn:
      end = pisn_explosion(s.z, cores);
      break;
    default:
      s.f_fallback = 1.0;  // failed supernova or direct collapse: nothing leaves
  }
  s.m_rem_baryonic_msun = end.m_rem_msun;
  s.m_rem_gravitational_msun = gravitational_mass_msun(end.m_rem_msun);
  s.sn_msun = end.ejecta.mass_msun;
  s.sn_new_metals_msun = end.ejecta.new_metals_msun;
}

const std::vector<double>& standard_z_grid() {
  static const std::vector<double> grid{1e-11, 1e-6, 1e-4,   1e-3,   2e-3, 4e-3, 6e-3,
                                        8e-3,  1e-2, 1.4e-2, 1.7e-2, 2e-2, 3e-2};
  return grid;
}

std::vector<double> standard_m_grid_msun() {
  std::vector<double> grid;
  for (int i = 0; i < 24; ++i) grid.push_back(2.0 + 0.25 * i);
  constexpr int steps = 235;
  const double low = std::log(8.0), high = std::log(600.0);
  for (int i = 0; i <= steps; ++i) grid.push_back(std::nearbyint(std::exp(low + (high - low) / steps * i) * 1e4) / 1e4);
  return grid;
}

std::string describe(const BuilderParameters& p) {
  if (p.model != Model::standard) return fmt::format("tables={}", name_of(model_names, p.model));
  return fmt::format(
      "tables=standard f_mix={} x_he_shell_cc={} x_he_shell_pp={} m_wd_max_msun={} m_ecsn_max_msun={} "
      "m_he_ppisn_msun={} "
      "m_he_pisn_msun={} m_he_dbh_msun={} e_ccsn_1e51_erg={} e_ppisn_1e51_erg={} e_pisn_1e51_erg={} remnant={} "
      "ppisn_energy={} wind_scale={}",
      p.f_mix, p.x_he_shell_cc, p.x_he_shell_pp, p.m_wd_max_msun, p.m_ecsn_max_msun, p.m_he_ppisn_msun,
      p.m_he_pisn_msun, p.m_he_dbh_msun, p.e_ccsn_1e51_erg, p.e_ppisn_1e51_erg, p.e_pisn_1e51_erg,
      name_of(remnant_names, p.remnant), name_of(ppisn_energy_names, p.ppisn_energy), p.wind_scale);
}

Star make_star(double m_msun, double z, const BuilderParameters& p) {
  Star s;
  s.z = z;
  s.m_msun = m_msun;
  s.lifetime_myr = lifetime_myr(m_msun, z);
  s.log10_q_per_s = log10_ionising_rate(m_msun, z);
  const Light light = stellar_light(m_msun, s.log10_q_per_s, log10_ionising_rate(m_hottest_msun, z));
  s.log10_q_lw_per_s = light.log10_q_lw_per_s;
  s.log10_l_uv_erg_s_hz = light.log10_l_uv_erg_s_hz;
  if (m_msun < p.m_wd_max_msun) {
    become_white_dwarf(s);
  } else {
    const Cores cores = final_cores(m_msun, z, p.wind_scale);
    end_massive_star(s, cores, wind_ejecta(m_msun, z, cores), p);
  }
  return s;
}

double mass_error(const Star& s) {
  double total = s.m_rem_baryonic_msun;
  for (std::size_t e = 0; e < n_slots; ++e) total += s.wind_msun[e] + s.sn_msun[e];
  return std::fabs(total - s.m_msun) / s.m_msun;
}

std::string find_violation(const Tables& tables) {
  for (std::size_t i = 0; i < tables.n_z(); ++i)
    for (std::size_t j = 0; j < tables.n_m(); ++j) {
      const Star& s = tables.at(i, j);
      const auto broken = [&s](const char* law) {
        return fmt::format("{} at m = {} Msun, Z = {}", law, s.m_msun, s.z);
      };
      for (std::size_t e = 0; e < n_slots; ++e)
        if (!(s.wind_msun[e] >= 0) || !(s.sn_msun[e] >= 0)) return broken("negative or undefined ejecta");
      if (!(mass_error(s) <= 1e-12)) return broken("mass is not conserved");
      if (!(s.m_rem_baryonic_msun >= 0) || !(s.e_sn_erg >= 0) || std::isnan(s.log10_q_per_s))
        return broken("negative or undefined remnant, energy or ionising rate");
      if (std::isnan(s.log10_q_lw_per_s) || std::isnan(s.log10_l_uv_erg_s_hz))
        return broken("undefined Lyman-Werner or ultraviolet light");
      if (!(s.lifetime_myr > 0) || (j > 0 && !(s.lifetime_myr < tables.at(i, j - 1).lifetime_myr)))
        return broken("lifetime does not fall with mass");
    }
  return {};
}

void check_conservation(const Tables& tables) {
  if (const std::string violation = find_violation(tables); !violation.empty())
    throw InternalError("stellar tables: " + violation);
}

Tables build(const BuilderParameters& p) {
  if (p.model != Model::standard) {
    Tables tables = build_older(p.model);
    check_conservation(tables);
    return tables;
  }
  check_order(p);
  check_ranges(p);
  const std::vector<double>& z_grid = standard_z_grid();
  const std::vector<double> m_grid = standard_m_grid_msun();
  std::vector<Star> stars;
  stars.reserve(z_grid.size() * m_grid.size());
  for (double z : z_grid)
    for (double m : m_grid) stars.push_back(make_star(m, z, p));
  Tables tables(z_grid, m_grid, std::move(stars),
                fmt::format("built: fits to PARSEC v2.0 tracks (Costa et al. 2025), {} fallback (Fryer et al. 2012), "
                            "pair instability (Spera & Mapelli 2017; Heger & Woosley 2002); {}",
                            name_of(remnant_names, p.remnant), describe(p)));
  check_conservation(tables);
  return tables;
}

}  // namespace cecropia::stars

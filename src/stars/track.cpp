#include "cecropia/stars/track.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"
#include "cecropia/stars/ejecta.hpp"
#include "cecropia/stars/light.hpp"
#include "cecropia/stars/remnant.hpp"

namespace cecropia::stars {
namespace {

constexpr std::size_t h = slot(Slot::H), he = slot(Slot::He), c = slot(Slot::C), n = slot(Slot::N), o = slot(Slot::O),
                      ne = slot(Slot::Ne);

double log10_or_dark(double x) { return x > 0 ? std::log10(x) : -std::numeric_limits<double>::infinity(); }

}  // namespace

Elements surface_composition(double x_h, double x_he, double x_c, double x_n, double x_o) {
  Elements x{};
  x[h] = x_h;
  x[he] = x_he;
  x[c] = x_c;
  x[n] = x_n;
  x[o] = x_o;
  const double sum = x_h + x_he + x_c + x_n + x_o;
  if (sum > 1.0) {
    for (double& f : x) f /= sum;
    return x;
  }
  const Elements& mix = solar_metal_mix();
  double heavy = 0;
  for (std::size_t i = ne; i < n_slots; ++i) heavy += mix[i];
  for (std::size_t i = ne; i < n_slots; ++i) x[i] = (1.0 - sum) * mix[i] / heavy;
  return x;
}

double effective_temperature_k(double l_lsun, double r_rsun) {
  constexpr double sun_k = 5772.0;  // IAU 2015 Resolution B3
  return sun_k * std::sqrt(std::sqrt(l_lsun) / r_rsun);
}

TrackLight light_of(const std::vector<TrackPoint>& track) {
  using constants::lsun_erg_s;
  struct Rates {
    double q = 0, lw = 0, uv = 0;
  };
  const auto rates_at = [](const TrackPoint& p) {
    const double t = std::min(effective_temperature_k(p.l_lsun, p.r_rsun), hottest_spectrum_k),
                 l = p.l_lsun * lsun_erg_s;
    if (t < coldest_spectrum_k) return Rates{};
    const double photons =
        l * photons_per_erg(t, constants::lyman_edge_ev) * std::pow(10.0, ionising_correction_dex(t));
    return Rates{photons, photons * lyman_werner_per_ionising(t), l * uv_per_luminosity(t)};
  };
  Rates sum, before = rates_at(track.front());
  for (std::size_t i = 1; i < track.size(); ++i) {
    const Rates now = rates_at(track[i]);
    const double half = 0.5 * (track[i].t_myr - track[i - 1].t_myr);
    sum.q += half * (before.q + now.q);
    sum.lw += half * (before.lw + now.lw);
    sum.uv += half * (before.uv + now.uv);
    before = now;
  }
  const double life = track.back().t_myr;
  return {log10_or_dark(sum.q / life), log10_or_dark(sum.lw / life), log10_or_dark(sum.uv / life)};
}

Star star_of_track(double z, const std::vector<TrackPoint>& track, const BuilderParameters& p) {
  const TrackPoint& last = track.back();
  Star s;
  s.z = z;
  s.m_msun = track.front().m_msun;
  s.lifetime_myr = last.t_myr;
  const TrackLight light = light_of(track);
  s.log10_q_per_s = light.log10_q_per_s;
  s.log10_q_lw_per_s = light.log10_q_lw_per_s;
  s.log10_l_uv_erg_s_hz = light.log10_l_uv_erg_s_hz;

  Ejecta wind;
  Cores cores{last.m_msun, std::min(last.m_he_msun, last.m_msun), std::min(last.m_co_msun, last.m_msun), 0};
  for (std::size_t i = 0; i < track.size(); ++i) {
    cores.m_he_max = std::max(cores.m_he_max, track[i].m_he_msun);
    if (i == 0) continue;
    const double lost = track[i - 1].m_msun - track[i].m_msun;
    for (std::size_t e = 0; e < n_slots; ++e)
      wind.mass_msun[e] += 0.5 * lost * (track[i - 1].surface[e] + track[i].surface[e]);
  }
  const bool is_white_dwarf = s.m_msun < p.m_wd_max_msun;
  const double m_wd = std::min(white_dwarf_mass_msun(s.m_msun), last.m_msun);
  if (is_white_dwarf)
    for (std::size_t e = 0; e < n_slots; ++e) wind.mass_msun[e] += (last.m_msun - m_wd) * last.surface[e];
  wind.new_metals_msun = std::max(0.0, metals_in(wind.mass_msun) - z * total(wind.mass_msun));
  if (!is_white_dwarf) {
    end_massive_star(s, cores, wind, p);
    return s;
  }
  s.fate = Fate::wd;
  s.m_fin_msun = s.m_rem_baryonic_msun = s.m_rem_gravitational_msun = m_wd;
  s.wind_msun = wind.mass_msun;
  s.wind_new_metals_msun = wind.new_metals_msun;
  return s;
}

}  // namespace cecropia::stars

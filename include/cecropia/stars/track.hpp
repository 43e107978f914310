#pragma once
/// \file  From an evolutionary track to a star of the tables: lifetime, light, winds and cores by integration, the end
/// by the prescriptions. Theory manual: docs/theory/imports.md, IMP-1 to IMP-3. Pure functions.
#include <vector>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"

namespace cecropia::stars {

/// One moment of a star's life.
struct TrackPoint {
  double t_myr = 0;  ///< never falls along a track
  double m_msun = 0, m_he_msun = 0, m_co_msun = 0;
  double l_lsun = 0, r_rsun = 0;
  Elements surface{};  ///< mass fractions; they sum to 1
};

/// IMP-1: surface mass fractions of all slots from those of five elements; what is left of 1 goes to the metals from Ne
/// on in the solar proportions. A sum above 1 is scaled down to 1.
Elements surface_composition(double h, double he, double c, double n, double o);

/// IMP-2: effective temperature [K] from luminosity and radius, both positive.
double effective_temperature_k(double l_lsun, double r_rsun);

/// IMP-2: light averaged over a track, as log10; -inf without light.
struct TrackLight {
  double log10_q_per_s, log10_q_lw_per_s, log10_l_uv_erg_s_hz;
};
TrackLight light_of(const std::vector<TrackPoint>& track);

/// IMP-3: the star that lives along `track` (two points or more, positive lifetime, mass never rising, m >= 2): winds
/// from lost mass and surface composition, cores of the last point, end as STA-7 to STA-15. A star below
/// `p.m_wd_max_msun` loses its envelope after the last point, with the composition it has there, down to STA-8.
Star star_of_track(double z, const std::vector<TrackPoint>& track, const BuilderParameters& p);

}  // namespace cecropia::stars

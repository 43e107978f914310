#include "close.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

/// Where lost mass is put back: into the supernova if there is one.
Elements& outermost(Star& s) { return total(s.sn_msun) > 0 ? s.sn_msun : s.wind_msun; }

ClosedBy by_hydrogen(Star& s, double missing_msun) {
  constexpr std::size_t h = slot(Slot::H);
  const double ejecta = total(s.sn_msun) + total(s.wind_msun);
  if (missing_msun > 0 && ejecta > 0) {
    outermost(s)[h] += missing_msun;
    return ClosedBy::hydrogen;
  }
  const double surplus = -missing_msun;
  if (missing_msun < 0 && s.sn_msun[h] + s.wind_msun[h] >= surplus) {
    const double from_sn = std::min(surplus, s.sn_msun[h]);
    s.sn_msun[h] -= from_sn;
    s.wind_msun[h] = std::max(0.0, s.wind_msun[h] - (surplus - from_sn));
    return ClosedBy::hydrogen;
  }
  if (missing_msun < 0 && ejecta > surplus) {
    const double factor = 1.0 - surplus / ejecta;
    for (Elements* e : {&s.sn_msun, &s.wind_msun})
      for (double& x : *e) x *= factor;
    return ClosedBy::all_ejecta;
  }
  s.m_rem_baryonic_msun += missing_msun;  // nothing was thrown out: all there is is the remnant
  return ClosedBy::remnant;
}

}  // namespace

double imbalance_of(const Star& s) {
  return (s.m_msun - (total(s.wind_msun) + total(s.sn_msun) + s.m_rem_baryonic_msun)) / s.m_msun;
}

ClosedBy close_mass(Star& s, CloseWith with) {
  if (mass_error(s) <= 1e-12) return ClosedBy::nothing;
  const double missing = imbalance_of(s) * s.m_msun;
  ClosedBy by = ClosedBy::remnant;
  if (with == CloseWith::other_metals && missing > 0 && total(s.wind_msun) + total(s.sn_msun) > 0) {
    outermost(s)[slot(Slot::Oth)] += missing;
    by = ClosedBy::other_metals;
  } else if (with != CloseWith::hydrogen && s.m_rem_baryonic_msun > 0 && s.m_rem_baryonic_msun + missing > 0) {
    s.m_rem_baryonic_msun += missing;
  } else {
    by = by_hydrogen(s, missing);
  }
  if (!(mass_error(s) <= 1e-12) || s.m_rem_baryonic_msun < 0)
    throw InternalError("the mass of an imported star could not be closed");
  return by;
}

}  // namespace cecropia::stars

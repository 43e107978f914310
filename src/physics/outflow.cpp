#include "cecropia/physics/outflow.hpp"

#include <algorithm>
#include <cmath>

namespace cecropia::physics {

double gamma_out(const Feedback& p, double m_peak_msun) {
  return p.alpha_out == 0.0 ? 1e10 / p.m_out0_msun : std::pow(m_peak_msun / p.m_out0_msun, p.alpha_out);
}

Outflow unbound_msun(double e_sn, double hot_msun, double cold_msun, double e_hot, double e_cold, double gamma) {
  // f_k / e_k = M_k^2 / (e_hot hot^2 + e_cold cold^2)
  const double total = e_hot * hot_msun * hot_msun + e_cold * cold_msun * cold_msun;
  if (!(e_sn > 0.0) || !(total > 0.0)) return {};
  const double k = e_sn / (gamma * total);
  return {k * hot_msun * hot_msun, k * cold_msun * cold_msun};
}

Outflow limited(Outflow asked, double cold_available_msun, double hot_available_msun) {
  const double cold = std::min(asked.cold_msun, std::max(0.0, cold_available_msun));
  const double hot = std::min(asked.hot_msun + (asked.cold_msun - cold), std::max(0.0, hot_available_msun));
  return {hot, cold};
}

}  // namespace cecropia::physics

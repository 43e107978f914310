#include "cecropia/physics/outflow.hpp"

#include <cmath>

namespace cecropia::physics {

double gamma_out(const Feedback& p, double m_peak_msun) {
  return p.alpha_out == 0.0 ? 1e10 / p.m_out0_msun : std::pow(m_peak_msun / p.m_out0_msun, p.alpha_out);
}

}  // namespace cecropia::physics

#include "cecropia/physics/outflow.hpp"

#include <cmath>

namespace cecropia::physics {

OutflowLaw outflow_law(const Feedback& p, double z) {
  return z < p.z_late ? OutflowLaw{p.alpha_out_late, p.m_out0_late_msun} : OutflowLaw{p.alpha_out, p.m_out0_msun};
}

double gamma_out(const OutflowLaw& law, double m_peak_msun) {
  return law.alpha == 0.0 ? 1e10 / law.m_out0_msun : std::pow(m_peak_msun / law.m_out0_msun, law.alpha);
}

}  // namespace cecropia::physics

#include "cecropia/observe/relations.hpp"

#include <cmath>

namespace cecropia::observe {

double mu_of(double m_star_msun, double sfr_msun_yr, double alpha) {
  return std::log10(m_star_msun) - alpha * std::log10(sfr_msun_yr);
}

double fmr_oh(double mu, Line relation) { return relation.at(mu); }

double mzr_oh(double log10_m_star, Line relation, double shift_dex) { return relation.at(log10_m_star) + shift_dex; }

double compactness_of(double log10_m_star, double log10_r_pc) { return 0.21 * log10_m_star - log10_r_pc; }

double shmr_m_star_msun(double m_h_msun, double z) {
  constexpr double m_c_msun = 1.6e11;
  const double x = m_h_msun / m_c_msun;
  return 0.05 * std::pow((1.0 + z) / 5.0, -0.6) * m_h_msun / (1.0 / x + std::pow(x, 0.3));
}

}  // namespace cecropia::observe

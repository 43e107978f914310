#include "cecropia/stars/by_age.hpp"

#include <cmath>

#include "cecropia/core/constants.hpp"

namespace cecropia::stars {

ByAge by_age(const Population& population, std::size_t i_z, const std::vector<double>& ages_myr) {
  const std::size_t n = ages_myr.size();
  ByAge t;
  t.age_myr = ages_myr;
  for (std::vector<double>* column :
       {&t.q_ion_per_s, &t.q_lw_per_s, &t.l_uv_erg_s_hz, &t.returned, &t.metals, &t.oxygen, &t.e_sn_erg})
    column->assign(n, 0.0);
  for (std::vector<double>& column : t.deaths) column.assign(n, 0.0);
  for (std::size_t i = 0; i < population.n_cells(); ++i) {
    const Kind& star = population.cell(i_z, i);
    const double number = population.cell_number_per_msun(i);
    const auto amount = [number](float per_star, double unit = 1.0) {
      return number * static_cast<double>(per_star) * unit;
    };
    for (std::size_t a = 0; a < n; ++a) {
      if (static_cast<double>(star.lifetime_myr) > ages_myr[a]) {
        t.q_ion_per_s[a] += amount(star.q_1e48_per_s, 1e48);
        t.q_lw_per_s[a] += amount(star.q_lw_1e48_per_s, 1e48);
        t.l_uv_erg_s_hz[a] += amount(star.l_uv_1e20_erg_s_hz, 1e20);
      } else {
        t.deaths[static_cast<std::size_t>(star.fate)][a] += number;
        t.returned[a] += amount(star.m_loss_msun);
        t.metals[a] += amount(star.ejecta_msun[metal_z]);
        t.oxygen[a] += amount(star.ejecta_msun[metal_o]);
        t.e_sn_erg[a] += amount(star.e_sn_1e51_erg, constants::bethe_erg);
      }
    }
  }
  return t;
}

std::vector<double> log_spaced_ages(double first_myr, double last_myr, double step_dex) {
  std::vector<double> ages;
  for (int i = 0; ages.empty() || ages.back() < last_myr * (1.0 - 1e-12); ++i)
    ages.push_back(first_myr * std::pow(10.0, step_dex * i));
  return ages;
}

}  // namespace cecropia::stars

#include <fmt/format.h>

#include <cmath>

#include "cecropia/bathtub/bathtub.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::bathtub {
namespace {

// BTH-14: logarithms [Msun/Myr, Msun] of the inflows and of the masses of gas without inflow.
constexpr double log10_inflow_min = 5.5, log10_inflow_max = 9.0, log10_gas_min = 5.0, log10_gas_max = 10.0;
constexpr int n_galaxies = 15;

double spaced(double low, double high, int i) { return std::pow(10.0, low + (high - low) * i / (n_galaxies - 1)); }

}  // namespace

std::vector<Model> models(int number) {
  // What models 2 to 4 do not vary and the paper does not state (CHOICE).
  Parameters p;
  p.mass_loading = number == 1 ? 0.0 : number == 5 ? 5.0 : 1.0;
  const auto with = [p](double Parameters::*varied, double value) {
    Parameters changed = p;
    changed.*varied = value;
    return changed;
  };
  std::vector<std::pair<std::string, Parameters>> variants;
  switch (number) {
    case 1:
    case 2:
      for (const double eps : {0.05, 0.1, 0.2})
        variants.emplace_back(fmt::format("model {}, eps_SF = {} per Myr", number, eps),
                              with(&Parameters::star_formation_per_myr, eps));
      break;
    case 3:
      for (const double eta : {0.5, 1.0, 2.0})
        variants.emplace_back(fmt::format("model 3, eta_0 = {}", eta), with(&Parameters::mass_loading, eta));
      break;
    case 4:
      for (const int thirds : {0, 1, 2, 3})
        variants.emplace_back(fmt::format("model 4, beta = {}/3", thirds),
                              with(&Parameters::loading_slope, thirds / 3.0));
      break;
    case 5:
      variants.emplace_back("model 5", p);
      break;
    default:
      throw InternalError("the paper has models 1 to 5");
  }
  std::vector<Model> all;
  for (const auto& [name, parameters] : variants)
    for (int i = 0; i < n_galaxies; ++i) {
      Model m{name, parameters, spaced(log10_inflow_min, log10_inflow_max, i)};
      if (number == 2) {
        m.inflow_msun_myr = 0.0;
        m.parameters.m_gas_begin_msun = spaced(log10_gas_min, log10_gas_max, i);
      }
      all.push_back(m);
    }
  return all;
}

}  // namespace cecropia::bathtub

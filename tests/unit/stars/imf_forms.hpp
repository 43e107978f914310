#pragma once
/// \file  Every form of IMF that a parameter file can ask for, each with its formula written a second time.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "cecropia/stars/imf_model.hpp"

namespace cecropia::testing_stars {

/// One form: the model, the metallicity it is asked at, dN/dm up to a factor, and where that is not smooth (limits
/// first and last).
struct Form {
  std::string name;
  stars::ImfModel model;
  double z_metal;
  std::function<double(double)> shape;
  std::vector<double> kinks;
  stars::Imf imf() const { return model.at(z_metal, 8.0); }
};

/// Nodes of a made-up IMF with a bump at 30 Msun and a gap that is nearly empty.
inline constexpr const char* made_up_table =
    "# an IMF of no physical meaning\n"
    "m_msun, dn_dm_per_msun\n"
    "0.05, 2.0\n0.3, 7.5\n1, 1.1\n6, 0.02\n9.5, 0.004\n10.5, 1e-5\n14, 2e-5\n30, 3e-3\n55, 2e-4\n180, 1.5e-6\n";

inline std::vector<Form> every_form() {
  using stars::ImfForm;
  using stars::ImfParameters;
  const auto power = [](double slope) { return [slope](double m) { return std::pow(m, -slope); }; };
  const auto pieces = [](std::vector<double> breaks, std::vector<double> slopes) {
    return [breaks, slopes](double m) {
      double k = 1.0;
      std::size_t i = 0;
      for (; i < breaks.size() && m >= breaks[i]; ++i) k *= std::pow(breaks[i], slopes[i + 1] - slopes[i]);
      return k * std::pow(m, -slopes[i]);
    };
  };
  const auto chabrier = [](double m) {
    const auto body = [](double x) { return std::exp(-std::pow(std::log10(x / 0.079), 2) / (2.0 * 0.69 * 0.69)) / x; };
    return m < 1.0 ? body(m) : body(1.0) * std::pow(m, -2.3);
  };
  const auto chon = [](double z_over_solar) {
    return [lz = std::log10(z_over_solar)](double m) {
      return std::pow(m, -2.3 - 0.33 * lz) * (1.0 - std::exp(-std::pow(m / std::pow(10.0, 0.2 + 0.45 * lz), 1.6))) *
             std::exp(-0.04 / m - m / 150.0);
    };
  };
  const auto nodes = [](double m) {
    const stars::ImfTable t = stars::parse_imf(made_up_table, "made up");
    const auto above = std::upper_bound(t.m_msun.begin(), t.m_msun.end() - 1, m);
    const auto i = std::max<std::ptrdiff_t>(above - t.m_msun.begin(), 1);
    const auto k = static_cast<std::size_t>(i);
    const double x = std::log(m / t.m_msun[k - 1]) / std::log(t.m_msun[k] / t.m_msun[k - 1]);
    return std::exp((1.0 - x) * std::log(t.dn_dm[k - 1]) + x * std::log(t.dn_dm[k]));
  };
  ImfParameters kroupa, other;
  other.m_min_msun = 0.1;
  other.m_max_msun = 120.0;
  const auto with = [&](ImfForm form) {
    ImfParameters p = other;
    p.form = form;
    return p;
  };
  ImfParameters single = with(ImfForm::power_law), broken = with(ImfForm::broken_power_law), cold = with(ImfForm::chon);
  single.slope = 1.77;
  broken.breaks_msun = {0.6, 4.0, 20.0};
  broken.slopes = {-0.5, 1.0, 2.7, 1.9};
  cold.m_max_msun = 150.0;
  ImfParameters table = with(ImfForm::table);
  table.file = "made up";
  return {{"kroupa2001", stars::ImfModel(kroupa), 0.02, pieces({0.08, 0.5}, {0.3, 1.3, 2.3}), {0.01, 0.08, 0.5, 250}},
          {"chabrier2003", stars::ImfModel(with(ImfForm::chabrier)), 0.02, chabrier, {0.1, 1.0, 120}},
          {"salpeter1955", stars::ImfModel(with(ImfForm::salpeter)), 0.02, power(2.35), {0.1, 120}},
          {"power_law", stars::ImfModel(single), 0.02, power(1.77), {0.1, 120}},
          {"broken_power_law",
           stars::ImfModel(broken),
           0.02,
           pieces(broken.breaks_msun, broken.slopes),
           {0.1, 0.6, 4.0, 20.0, 120}},
          {"log_flat", stars::ImfModel(with(ImfForm::log_flat)), 0.02, power(1.0), {0.1, 120}},
          {"chon2024 at Z = 0.02", stars::ImfModel(cold), 0.02, chon(1.0), {0.04, 1.0, 150}},
          {"chon2024 at Z = 1e-6", stars::ImfModel(cold), 1e-6, chon(1e-4), {0.04, 1.0, 150}},
          {"table", stars::ImfModel(table, made_up_table), 0.02, nodes, {0.05, 0.3, 1, 6, 9.5, 10.5, 14, 30, 55, 180}}};
}

}  // namespace cecropia::testing_stars

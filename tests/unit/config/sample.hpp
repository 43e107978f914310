#pragma once
// A parameter block of every kind, as a room would declare it.
#include <string>
#include <vector>

#include "cecropia/config/document.hpp"
#include "cecropia/core/parameter.hpp"

namespace cecropia::config::sample {

enum class Colour { red, dark_green };
inline constexpr std::array colour_names{Named<Colour>{"red", Colour::red},
                                         Named<Colour>{"dark_green", Colour::dark_green}};

struct Outflow {
  double eta_norm = 1.0, m_out0_msun = 3e9;
  int n_steps = 5;
  bool enabled = true;
  Colour colour = Colour::red;
  std::string path;
  std::vector<double> redshifts{6, 8};
  std::vector<std::string> columns{"m_vir"};
};
inline const std::vector<Parameter<Outflow>> outflow_rows{
    number<&Outflow::eta_norm>("eta_norm", "-", "Mass loading at the pivot.", "OUT-1", 0, 100),
    number<&Outflow::m_out0_msun>("m_out0_msun", "Msun", "Normalisation | of the outflow.", "OUT-2", 1e6, 1e13),
    integer<&Outflow::n_steps>("n_steps", "-", "Number of steps.", "CHOICE", 1, 1000),
    flag<&Outflow::enabled>("enabled", "Whether gas leaves.", "OUT-1"),
    choice<&Outflow::colour, colour_names>("colour", "Colour of the gas.", "CHOICE"),
    text<&Outflow::path>("path", "Where the gas is.", "CHOICE"),
    numbers<&Outflow::redshifts>("redshifts", "-", "Redshifts to write.", "CHOICE", 0, 50),
    texts<&Outflow::columns>("columns", "Columns to write.", "CHOICE")};

struct Stars {
  double m_max_msun = 250;
};
inline const std::vector<Parameter<Stars>> star_rows{
    number<&Stars::m_max_msun>("m_max_msun", "Msun", "Most massive star.", "IMF-1", 100, 600)};

struct Values {
  Outflow outflow;
  Stars stars;
  Document document{
      {section("outflow", "Gas that leaves.", outflow, outflow_rows), section("stars", "Stars.", stars, star_rows)}};
};

}  // namespace cecropia::config::sample

#include "cecropia/stars/hartwig2022.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "cecropia/core/constants.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/light.hpp"
#include "cecropia/stars/remnant.hpp"
#include "polynomial.hpp"

namespace cecropia::stars {
namespace {

/// Published ejecta of one model star [Msun], slots in table order. Oth is the published total of metals minus the
/// elements with a slot.
struct YieldNode {
  double m_msun, m_rem_msun;
  Elements mass_msun;
};

// Kobayashi et al. (2006), Z = 0.001, no hypernovae.
constexpr std::array<YieldNode, 7> kobayashi2006{{
    {13, 1.65, {6.44, 3.86, .1072, .009078, .5059, .06752, .06583, .09317, .03812, .004762, .0756, .0148}},
    {15, 1.53, {7.45, 5.16, .08505, .003581, .2944, .1903, .06572, .04371, .01669, .001752, .07327, .01149}},
    {18, 1.7, {8.46, 6.54, .1301, .004471, .4223, .1776, .06117, .1541, .07974, .008093, .07445, .02288}},
    {20, 1.85, {8.43, 5.94, .128, .0129, 2.18, .6283, .2468, .1299, .05661, .009208, .07404, .02314}},
    {25, 1.91, {9.8, 6.97, .2151, .009207, 3.82, 1.222, .1827, .1207, .05536, .007951, .07396, .02612}},
    {30, 2.06, {11.1, 8.38, .1211, .00619, 5.33, 1.452, .2938, .1667, .07851, .01171, .07519, .0346}},
    {40, 3.17, {12.9, 10.9, .07398, .008692, 8.37, .288, .7073, .8971, .332, .03663, .08258, .08872}},
}};
// Nomoto et al. (2013), Z = 0, explosions of 1e51 erg.
constexpr std::array<YieldNode, 8> nomoto2013_ccsn{{
    {11, 1.5, {5.804, 3.428, .05526, .002118, .1134, .02179, .02821, .02072, .007947, .001394, .01046, .002951}},
    {13, 1.57, {6.595, 4.014, .07407, .001832, .4496, .01529, .08642, .08255, .02404, .002936, .07173, .01183}},
    {15, 1.48, {7.579, 4.401, .1716, .001858, .7727, .3266, .06891, .07363, .03231, .004432, .07237, .01299}},
    {18, 1.65, {8.431, 5.422, .2185, .0001892, 1.379, .4939, .1584, .117, .04104, .004414, .07229, .01477}},
    {20, 1.66, {8.774, 5.936, .2106, 5.424e-05, 2.105, .9122, .1506, .09967, .05381, .006245, .07229, .01863}},
    {25, 1.92, {10.64, 8.027, .2936, .0005914, 2.791, .533, .1198, .3512, .1857, .02482, .0738, .03749}},
    {30, 2.07, {11.69, 9.522, .3375, 1.655e-06, 4.812, .8509, .2268, .2487, .1159, .01736, .07458, .02836}},
    {40, 2.89, {14.03, 11.89, .4287, 1.218e-06, 8.382, .3073, .4784, 1.031, .375, .03734, .08, .07326}},
}};
// Nomoto et al. (2013), Z = 0, pair-instability supernovae.
constexpr std::array<YieldNode, 6> nomoto2013_pisn{{
    {140, 0, {33.28, 38.93, 5.903, .01329, 49.52, 3.16, 2.581, 4.471, 1.696, .1758, .008647, .2663}},
    {150, 0, {35.65, 41.71, 6.325, .01424, 53.06, 3.385, 2.766, 4.791, 1.817, .1884, .009264, .2821}},
    {170, 0, {40.81, 47.95, 2.297, .01039, 44.24, 1.191, 1.945, 16.18, 8.676, 1.319, 3.757, 1.627}},
    {200, 0, {37.25, 49.03, 4.241, .000585, 55.95, 3.748, 3.077, 21.24, 13.11, 2.316, 7.361, 2.676}},
    {270, 0, {65.82, 79.01, 1.886, .03107, 44.33, 4.699, 4.802, 27.05, 15.84, 2.764, 16.43, 7.348}},
    {300, 0, {75.85, 89.54, 1.06, .04177, 40.24, 5.032, 5.407, 29.09, 16.8, 2.921, 19.62, 8.988}},
}};

const YieldNode& nearest(std::span<const YieldNode> nodes, double m) {
  const YieldNode* best = &nodes.front();
  for (const YieldNode& node : nodes)
    if (std::fabs(node.m_msun - m) < std::fabs(best->m_msun - m)) best = &node;
  return *best;
}

/// Metals and remnant of the nearest published star; the rest of the mass is shared by H and He as published.
void explode(Star& s, const YieldNode& node) {
  const double metals = metals_in(node.mass_msun), light = s.m_msun - node.m_rem_msun - metals;
  const double hydrogen = node.mass_msun[slot(Slot::H)], helium = node.mass_msun[slot(Slot::He)];
  s.m_rem_baryonic_msun = node.m_rem_msun;
  s.sn_msun = node.mass_msun;
  s.sn_msun[slot(Slot::H)] = light * hydrogen / (hydrogen + helium);
  s.sn_msun[slot(Slot::He)] = light * helium / (hydrogen + helium);
  s.sn_new_metals_msun = metals;
}

/// Metal-free gas of primordial composition.
Elements primordial(double mass_msun) {
  Elements x{};
  x[slot(Slot::H)] = (1.0 - helium_fraction(0.0)) * mass_msun;
  x[slot(Slot::He)] = helium_fraction(0.0) * mass_msun;
  return x;
}

// Limits of supernovae and the borders between nearest published stars: all are edges of cells.
constexpr std::array borders{2.,  10.,  12.,  14.,  16.5, 19.,  22.5, 27.5, 35.,
                             40., 140., 145., 160., 185., 235., 260., 600.};

/// Two nodes stand at equal distance on either side of each border, so that the border is an edge; nodes between them
/// are logarithmic, 2 % apart or closer.
std::vector<double> hartwig2022_m_grid_msun() {
  constexpr double distance = 0.005, spacing = 0.02;
  std::vector<double> grid;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    const double low = i == 0 ? borders[i] : borders[i] * (1.0 + distance);
    const double high = i + 2 == borders.size() ? borders[i + 1] : borders[i + 1] * (1.0 - distance);
    const int steps = static_cast<int>(std::ceil(std::log(high / low) / spacing));
    for (int k = 0; k <= steps; ++k)
      grid.push_back(low * std::pow(high / low, static_cast<double>(k) / static_cast<double>(steps)));
  }
  return grid;
}

/// The old rates end at 5 and 7 Msun, the ultraviolet light of the stars does not: it goes on with the rates of STA-3.
Light old_light(double m, bool is_pop_iii) {
  const auto log10_q = [is_pop_iii](double mass) {
    const double q =
        is_pop_iii ? schaerer2002_ionising_rate_iii_per_s(mass) : schaerer2002_ionising_rate_ii_per_s(mass);
    return q > 0.0 ? std::log10(q) : log10_ionising_rate(mass, is_pop_iii ? 1e-11 : 4e-4);
  };
  return stellar_light(m, log10_q(m), log10_q(m_hottest_msun));
}

Star make_old_star(double m, bool is_pop_iii, bool yields_of_nomoto) {
  Star s;
  s.z = is_pop_iii ? 1e-11 : 1e-3;
  s.m_msun = s.m_fin_msun = m;
  s.lifetime_myr = 1e-6 * (is_pop_iii ? schaerer2002_lifetime_iii_yr(m) : schaerer2002_lifetime_ii_yr(m));
  s.log10_q_per_s =
      std::log10(is_pop_iii ? schaerer2002_ionising_rate_iii_per_s(m) : schaerer2002_ionising_rate_ii_per_s(m));
  const Light light = old_light(m, is_pop_iii);
  s.log10_q_lw_per_s = light.log10_q_lw_per_s;
  s.log10_l_uv_erg_s_hz = light.log10_l_uv_erg_s_hz;
  s.e_sn_erg = hartwig2022_energy_erg(m);
  if (m < 10.0) {
    s.fate = Fate::wd;
    s.m_rem_baryonic_msun = s.m_fin_msun = white_dwarf_mass_msun(m);
    s.wind_msun = primordial(m - s.m_rem_baryonic_msun);
  } else if (m <= 40.0) {
    s.fate = Fate::ccsn;
    explode(s, yields_of_nomoto ? nearest(nomoto2013_ccsn, m) : nearest(kobayashi2006, m));
  } else if (m >= 140.0 && m <= 260.0) {
    s.fate = Fate::pisn;
    if (yields_of_nomoto)
      explode(s, nearest(nomoto2013_pisn, m));
    else
      s.sn_msun = primordial(m);  // Kobayashi et al. (2006) publish no such star: it explodes and yields no metals
  } else {
    s.fate = m < 140.0 ? Fate::fsn : Fate::dbh;
    s.f_fallback = 1.0;
    s.m_rem_baryonic_msun = m;
  }
  s.m_rem_gravitational_msun =
      s.fate == Fate::wd ? s.m_rem_baryonic_msun : gravitational_mass_msun(s.m_rem_baryonic_msun);
  return s;
}

}  // namespace

double schaerer2002_lifetime_iii_yr(double m_msun) {
  constexpr std::array c{9.785, -3.759, 1.413, -0.186};
  return std::pow(10.0, polynomial(c, std::log10(m_msun)));
}

double schaerer2002_ionising_rate_iii_per_s(double m_msun) {
  if (m_msun < 5.0) return 0.0;
  const double x = std::log10(m_msun);
  return std::pow(10.0, m_msun < 9.0 ? 39.29 + 8.55 * x : 43.61 + 4.90 * x - 0.83 * x * x);
}

double schaerer2002_lifetime_ii_yr(double m_msun) {
  constexpr std::array c{9.59, -2.79, 0.63};
  constexpr double m_fit = 120.0, m_end = 600.0, t_end_yr = 2e6;  // the fit itself turns up at 164 Msun
  const double t = std::pow(10.0, polynomial(c, std::log10(std::min(m_msun, m_fit))));
  if (m_msun <= m_fit) return t;
  return t * std::pow(m_msun / m_fit, std::log(t_end_yr / t) / std::log(m_end / m_fit));
}

double schaerer2002_ionising_rate_ii_per_s(double m_msun) {
  constexpr std::array c{27.80, 30.68, -14.80, 2.50};
  if (m_msun < 7.0) return 0.0;
  const double m = std::min(m_msun, 150.0);
  return std::pow(10.0, polynomial(c, std::log10(m))) * (m_msun / m);
}

double hartwig2022_energy_erg(double m_msun) {
  if (m_msun >= 10.0 && m_msun <= 40.0) return constants::bethe_erg;
  if (m_msun >= 140.0 && m_msun <= 260.0) return 33.0 * constants::bethe_erg;
  return 0.0;
}

Tables build_older(Model model) {
  const std::vector<double> m_grid = hartwig2022_m_grid_msun();
  std::vector<Star> stars;
  for (bool is_pop_iii : {true, false})
    for (double m : m_grid)
      stars.push_back(
          make_old_star(m, is_pop_iii, model == Model::nomoto2013 || (model == Model::hartwig2022 && is_pop_iii)));
  const char* yields = model == Model::nomoto2013 ? "Nomoto et al. (2013, Z = 0)"
                       : model == Model::kobayashi2006
                           ? "Kobayashi et al. (2006, Z = 0.001)"
                           : "Nomoto et al. (2013, Z = 0) and Kobayashi et al. (2006, Z = 0.001)";
  return Tables({1e-11, 1e-3}, m_grid, std::move(stars),
                fmt::format("built: yields of {}, lifetimes and ionising rates of Schaerer (2002); {}", yields,
                            describe({.model = model})));
}

}  // namespace cecropia::stars

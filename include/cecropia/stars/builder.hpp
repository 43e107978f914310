#pragma once
/// \file  Builder of the stellar-population tables. Theory manual: docs/theory/stars.md.
#include <array>
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

struct Cores;   // evolution.hpp
struct Ejecta;  // ejecta.hpp

/// Which stars: the tables in the role of PARSEC v2.0, or older models: that of Hartwig et al. (2022), and the same
/// with the yields of one paper for both populations.
enum class Model { standard, hartwig2022, kobayashi2006, nomoto2013 };
inline constexpr std::array<Named<Model>, 4> model_names{{{"standard", Model::standard},
                                                          {"hartwig2022", Model::hartwig2022},
                                                          {"kobayashi2006", Model::kobayashi2006},
                                                          {"nomoto2013", Model::nomoto2013}}};

/// How much of a collapsing star falls back (Fryer et al. 2012): STA-9 or STA-25.
enum class RemnantModel { delayed, rapid };
inline constexpr std::array<Named<RemnantModel>, 2> remnant_names{
    {{"delayed", RemnantModel::delayed}, {"rapid", RemnantModel::rapid}}};

/// Energy of pulsational pair-instability supernovae: one value (STA-7), or by helium core (STA-26).
enum class PpisnEnergy { fixed, woosley2017 };
inline constexpr std::array<Named<PpisnEnergy>, 2> ppisn_energy_names{
    {{"fixed", PpisnEnergy::fixed}, {"woosley2017", PpisnEnergy::woosley2017}}};

inline constexpr double largest_wind_scale = 3.0;

/// What the tables depend on; all of it enters the key of the cache. The older models have no free parameter.
struct BuilderParameters {
  Model model = Model::standard;
  double f_mix = 1.0;             ///< mixing of fallback matter: 0 layered, 1 fully mixed
  double x_he_shell_cc = 0.25;    ///< metal fraction made in the ejected He shell of core-collapse supernovae
  double x_he_shell_pp = 0.50;    ///< the same of pulsational pair-instability supernovae
  double m_wd_max_msun = 8.0;     ///< initial mass below which stars leave white dwarfs
  double m_ecsn_max_msun = 10.0;  ///< initial mass below which cores collapse by electron capture
  double m_he_ppisn_msun = 32.0;  ///< helium core where pulsational pair instability begins
  double m_he_pisn_msun = 64.0;   ///< helium core where pair instability begins
  double m_he_dbh_msun = 135.0;   ///< helium core where direct collapse begins
  double e_ccsn_1e51_erg = 1.0;   ///< core-collapse and electron-capture supernovae
  double e_ppisn_1e51_erg = 3.3;  ///< with PpisnEnergy::fixed
  double e_pisn_1e51_erg = 33.0;
  RemnantModel remnant = RemnantModel::delayed;
  PpisnEnergy ppisn_energy = PpisnEnergy::fixed;
  double wind_scale = 1.0;  ///< factor on ln(m / M_fin) of stars above m_wd_max_msun, in [0, 3]; 0: no winds
};

/// The 13 metallicities of PARSEC v2.0 as used by Liu et al. (2025).
const std::vector<double>& standard_z_grid();
/// 260 masses: 2-8 Msun in steps of 0.25, then 236 logarithmic steps to 600, rounded to 1e-4 Msun.
std::vector<double> standard_m_grid_msun();

/// STA-16: one star of the standard tables, m in [2, 600], z in [1e-11, 0.03].
Star make_star(double m_msun, double z, const BuilderParameters& parameters);

/// STA-7, STA-26: energy of the supernova of a star of this fate; 0 without one. A helium core of 0 is not known: the
/// energy of PpisnEnergy::fixed then stands in.
double supernova_energy_erg(Fate fate, double m_he_msun, const BuilderParameters& parameters);

/// STA-16: the end of a star of m >= p.m_wd_max_msun whose cores and winds are known, from the fits or from a track:
/// fate, remnant, supernova and energy. `star` has its mass and metallicity; cores.m_fin + wind = m.
void end_massive_star(Star& star, const Cores& cores, const Ejecta& wind, const BuilderParameters& parameters);

/// STA-16: the tables. Throws InputError if the limits in the parameters are not in order or a number is out of its
/// range, InternalError if a star of the result does not conserve mass to 1e-12 or has a negative entry.
Tables build(const BuilderParameters& parameters);

/// The parameters as one line, exact to the last bit of each: equal lines, equal tables.
std::string describe(const BuilderParameters& parameters);

/// |m - wind - supernova - baryonic remnant| / m.
double mass_error(const Star& star);
/// What `tables` violate first and where, or "": mass conserved to 1e-12 per star, nothing negative or NaN, lifetimes
/// falling with mass.
std::string find_violation(const Tables& tables);
/// Throws InternalError with find_violation(tables), if there is one.
void check_conservation(const Tables& tables);

}  // namespace cecropia::stars

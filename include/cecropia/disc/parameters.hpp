#pragma once
/// \file  Parameters of the radially resolved disc. Values without another remark are those of Toyouchi et al. (2025),
/// table 1 and sections 2.1 to 2.4; CHOICE marks what the paper leaves open. Theory manual: docs/theory/disc.md.
#include <array>
#include <cstddef>
#include <string>

#include "cecropia/core/parameter.hpp"
#include "cecropia/physics/parameters.hpp"

namespace cecropia::disc {

/// DSC-10: what stars above 40 Msun, for which no yields are printed, return.
enum class MassiveEjecta { none, constant, scaled };
inline constexpr std::array massive_ejecta_names{Named<MassiveEjecta>{"none", MassiveEjecta::none},
                                                 Named<MassiveEjecta>{"constant", MassiveEjecta::constant},
                                                 Named<MassiveEjecta>{"scaled", MassiveEjecta::scaled}};

/// Metallicity of the Sun as the paper counts it; its unit of metallicity throughout this room.
inline constexpr double z_sun = 0.02;

/// Inflow and its place in the disc.
struct Inflow {
  bool suppressed = true;               ///< DSC-3: massive halos take in less than their share
  double m_suppression_msun = 1e12;     ///< M_h,ch
  double angular_momentum_ratio = 0.5;  ///< f_s, of the inflow over that of the halo
  double spin = 0.035;                  ///< lambda_s of the halo, one value for all
  double spin_scatter = 0.0;  ///< DSC-1, of ln lambda_s from halo to halo; 0: one spin for all, as in the paper
};

/// What decides how much a halo's star formation blows out.
enum class LoadingLaw { double_power, energy };
inline constexpr std::array loading_law_names{Named<LoadingLaw>{"double_power", LoadingLaw::double_power},
                                              Named<LoadingLaw>{"energy", LoadingLaw::energy}};

/// Star formation and outflow.
struct Cycle {
  double boost = 1.0;            ///< F_b of the Kennicutt-Schmidt law
  double mass_loading = 5.0;     ///< eta_0, at halos of m_loading_msun; 0: no outflow
  double m_loading_msun = 1e11;  ///< M_h,0
  LoadingLaw loading = LoadingLaw::double_power;
  double energy_1e51_erg_per_msun = 0.01;  ///< DSC-27, of the supernovae of stars formed (CHOICE: one in 100 Msun)
  physics::Feedback energy;                ///< DSC-27: resistance and binding, as in the other model
  bool weak_feedback = false;              ///< DSC-8: boost and mass loading depend on the surface density of gas
  double weak_boost = 10.0;                ///< F_b,0
  double weak_msun_pc2 = 1e3;              ///< Sigma_cr
};

/// Stars and what they return.
struct Stars {
  MassiveEjecta massive_ejecta = MassiveEjecta::none;  ///< CHOICE
  std::string yields_file;                             ///< of single stars; empty: the shipped table
  double imf_floor_zsun = 1e-4;                        ///< the IMF is that of at least this metallicity (CHOICE)
};

/// Dust.
struct Dust {
  double per_supernova_msun = 0.1;       ///< y_d
  double cold_fraction = 0.5;            ///< X_c, of the gas: grains grow in it, and are destroyed in the rest
  double destruction_efficiency = 0.03;  ///< epsilon
  double swept_msun = 6.8e3;             ///< m_swep, gas that one supernova shocks enough
  double accretion_myr = 5.0;            ///< tau_0, growth time at solar metallicity
};

/// Rings.
struct Mesh {
  std::size_t n_rings = 50;
  double r_min_pc = 1.0, r_max_pc = 1e4;
};

/// Where the dust is that the light has to pass.
enum class Geometry { slab, cover };
inline constexpr std::array geometry_names{Named<Geometry>{"slab", Geometry::slab},
                                           Named<Geometry>{"cover", Geometry::cover}};

/// The paper's four ways to see more light (light.hpp: Attenuation).
struct Sight {
  double depth_factor = 1.0;  ///< multiplies the optical depth
  double displacement = 1.0;  ///< chi_d
  Geometry geometry = Geometry::slab;
  double covering = 0.5;         ///< f_c, with Geometry::cover
  double grain_radius_um = 0.0;  ///< of large grains; 0: dust as in the Milky Way
  bool two_faces = false;
};

struct Parameters {
  Inflow inflow;
  Cycle cycle;
  Stars stars;
  Dust dust;
  Mesh mesh;
  Sight sight;
};

}  // namespace cecropia::disc

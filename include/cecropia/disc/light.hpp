#pragma once
/// \file  Light of a disc: ultraviolet with dust in the way, and what the dust radiates. Theory manual:
/// docs/theory/disc.md, DSC-19 to DSC-26. CGS unless the name says otherwise.
#include <optional>
#include <span>

#include "cecropia/core/constants.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/disc/rings.hpp"

namespace cecropia::disc {

/// Dust in front of and among the stars, and how warm it is. The paper's four ways to see more light: a factor on the
/// depth, large grains, dust at larger radii, stars without dust before them.
struct Attenuation {
  double opacity_1500_cm2_g = 1.26e5;  ///< kappa_1500 of dust as in the Milky Way
  double depth_factor = 1.0;           ///< multiplies the optical depth
  double displacement = 1.0;           ///< chi_d: dust reaches this many times farther; the depth falls as its square
  std::optional<double> covering;      ///< f_c: part of the stars that has dust before it, all the dust; none: slab
  bool two_faces = false;              ///< DSC-24: dust absorbs from both faces, as it radiates (the paper: one)
};

/// Frequency of 1500 Angstrom.
inline constexpr double nu_1500_hz = constants::c_cm_s / 1500e-8;

/// What the parameters of a run say of it.
Attenuation attenuation_of(const Sight& sight);

/// DSC-19: energy in the ultraviolet over the rest energy of the stars formed, at oxygen abundance [O/H] [dex].
double uv_efficiency(double o_over_h);
/// DSC-20: absolute AB magnitude at 1500 Angstrom of nu L_nu [erg/s] > 0.
double magnitude_1500(double l_uv_erg_s);
/// DSC-21: part of the light that leaves a slab of stars and dust of optical depth tau >= 0.
double slab_escape(double tau);
/// DSC-22: the same with all dust before a part `covering` of the stars; slab_escape if there is no covering.
double escape(double tau, const std::optional<double>& covering);
/// DSC-23: opacity at 1500 Angstrom [cm^2/g] of grains of one radius [micron], large enough that geometry decides.
double large_grain_opacity_cm2_g(double grain_radius_um);
/// DSC-21: optical depth at 1500 Angstrom of `dust` [Msun/pc^2].
double depth_1500(const Attenuation& p, double dust_msun_pc2);
/// DSC-24: temperature [K] of dust without a background that absorbs `absorbed_erg_s_cm2` [erg/s/cm^2] per
/// `dust_g_cm2`. 0 where nothing is absorbed.
double dust_temperature_k(double absorbed_erg_s_cm2, double dust_g_cm2);
/// DSC-25: the same with the microwave background of redshift z.
double with_background_k(double t_dust_k, double t_cmb0_k, double z);
/// DSC-26: Planck's law at 158 micron [erg/s/cm^2/Hz/sr].
double planck_158(double t_k);

/// What a disc shows at one redshift.
struct Light {
  double l_uv_intrinsic_erg_s = 0.0, l_uv_erg_s = 0.0;  ///< nu L_nu at 1500 Angstrom, without and with dust
  double m_uv_intrinsic = 0.0, m_uv = 0.0;              ///< AB; NaN without light
  double r_half_pc = 0.0;                               ///< of the light without dust
  double r_half_stars_pc = 0.0;                         ///< of the mass of stars
  double depth = 0.0;                                   ///< mean optical depth, weighted with the light that leaves
  double depth_intrinsic = 0.0;                         ///< weighted with the light without dust
  double depth_highest = 0.0;                           ///< of all rings
  double t_dust_k = 0.0;                                ///< weighted with the flux at 158 micron; 0 without a flux
  double flux_158_ujy = 0.0;                            ///< at 158 micron in the rest frame [micro-Jy]
};
/// DSC-19 to DSC-26 for all rings; z > 0 (the flux needs a distance).
Light light_of_disc(const RingGrid& grid, std::span<const Ring> rings, const cosmology::Cosmology& c, double z,
                    const Attenuation& p = {});

}  // namespace cecropia::disc

#pragma once
/// \file  An outflow bubble: a pressure-driven snowplow around a galaxy. Theory: docs/theory/space.md, BUB-1 to BUB-4.
/// Pure functions of plain values; radii with `ckpc` are comoving, `kpc` physical.
#include "cecropia/core/elements.hpp"
#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::space {

/// The state of a bubble between levels. A radius of 0 means that there is none yet.
struct Bubble {
  double radius_ckpc = 0;
  double energy_1e51_erg = 0;  ///< thermal energy of the interior
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.radius_ckpc, self.energy_1e51_erg);
  }
};

/// The expanding universe over one step: a^(3/2), which is linear in time while matter dominates, as a cubic in time;
/// good to 1e-9 for steps of up to a tenth of the age. The same for all bubbles of a level, so made once.
class ExpandingMedium {
 public:
  /// 0 < t0 < t1 [Myr].
  ExpandingMedium(const cosmology::Cosmology& cosmos, double t0_myr, double t1_myr);
  double t0_myr() const { return t0_; }
  double t1_myr() const { return t1_; }
  double scale_factor(double t_myr) const;                                        ///< a = 1/(1+z)
  double hubble_per_myr(double t_myr) const { return at(t_myr).hubble_per_myr; }  ///< H
  double baryon_density_msun_kpc3(double t_myr) const { return at(t_myr).baryon_density_msun_kpc3; }

  /// What changes with time during the step.
  struct Now {
    double share;                     ///< of the step that is over
    double hubble_per_myr;            ///< H
    double baryon_density_msun_kpc3;  ///< mean, physical
  };
  Now at(double t_myr) const;  ///< t0 to t1

 private:
  double power(double t_myr) const;  // a^(3/2)
  double t0_, t1_, rho_b0_;
  double c_[4]{};  // of a^(3/2) in x = (t - t0) / (t1 - t0)
};

/// What a step in time does to a bubble. What the galaxy lost and the radius of its halo change linearly in time.
struct BubbleStep {
  double m_out0_msun = 0, m_out1_msun = 0;  ///< mass in outflows at the two ends
  double r_vir0_kpc = 0, r_vir1_kpc = 0;
  double injected_1e51_erg = 0;  ///< energy that goes into the bubble during the step, at a constant rate
  double sound_speed_km_s = 0;   ///< of the gas around it
};

/// BUB-1: swept mass is at least that of a shell of this thickness, in virial radii. Thinner, the speed of a bubble
/// that weak outflows hold at R_vir would change within a millionth of its radius.
inline constexpr double thinnest_shell = 1e-3;
/// BUB-2: over this distance above R_vir, in virial radii, the growth of the halo goes over into that of the shell.
inline constexpr double carried_layer = 1e-2;
/// BUB-3: over this fraction below the limit the shell's speed passes into that of the universe.
inline constexpr double stall_ramp = 0.02;

/// BUB-1: speed of the shell [kpc/Myr], v^2 = 4 E_b / M_sh, at most that of light.
double shell_speed_kpc_myr(double energy_1e51_erg, double shell_msun);

/// BUB-2, BUB-3: the bubble at the end of the step. Without outflow (m_out1 = 0) there is none. A bubble begins at the
/// virial radius and is never smaller: a halo that grows faster than the bubble carries it along; where its shell is
/// slower than the Hubble flow or the sound it keeps its comoving radius. Relative accuracy 1e-6. InternalError if the
/// equations cannot be integrated or give something that is not finite.
Bubble grow(const Bubble& bubble, const BubbleStep& step, const ExpandingMedium& medium);

/// MRG-3: bubbles of merging halos: volumes and energies add.
Bubble joined(const Bubble& a, const Bubble& b);

/// BUB-4: mass fraction of every carried metal in the bubble: what was blown out, over the outflow and the mean
/// baryons of the sphere. Zero without a bubble.
Metals bubble_metal_fractions(const Bubble& bubble, const Metals& out_msun, double m_out_msun,
                              double rho_b0_msun_ckpc3);

}  // namespace cecropia::space

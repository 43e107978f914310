#pragma once
/// \file  Star formation, outflow and dust of one ring, and its implicit step. Theory manual: docs/theory/disc.md,
/// DSC-6 to DSC-8 and DSC-13 to DSC-17. Surface densities in Msun/pc^2, rates per Myr.
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/disc/parameters.hpp"
#include "cecropia/disc/rings.hpp"

namespace cecropia::disc {

/// DSC-7: outflow over star formation in a halo of this mass, before DSC-8.
double mass_loading(const Cycle& p, double m_halo_msun);
/// DSC-27: the same where supernovae have to lift gas out of the halo.
double energy_mass_loading(const Cycle& p, const cosmology::Cosmology& c, double m_halo_msun, double z);
/// One of both, by Cycle::loading.
double mass_loading_of(const Cycle& p, const cosmology::Cosmology& c, double m_halo_msun, double z);

/// DSC-6 to DSC-8 at one instant: what the gas of a ring does, as a function of its surface density alone.
class SurfaceLaw {
 public:
  /// `mass_loading`: outflow over star formation of the halo, before DSC-8.
  SurfaceLaw(const Cycle& p, double mass_loading) : p_(p), eta_(mass_loading) {}

  /// DSC-6, with the boost of DSC-8 [Msun/Myr/pc^2].
  double star_formation(double gas_msun_pc2) const;
  double mass_loading(double gas_msun_pc2) const;  ///< DSC-7, reduced by DSC-8
  /// DSC-14: surface density after a step at the beginning of which there was `supplied`, everything that comes in
  /// during the step among it. Backward Euler, solved to rounding; between 0 and `supplied`. The search begins at the
  /// gas `before` the step if that is below `supplied`: a good guess saves time and moves the last digit at most.
  double gas_after(double supplied, double step_myr, double before = 0.0) const;

 private:
  struct Boost {
    double value, slope;
  };
  Boost boost(double gas) const;
  Cycle p_;
  double eta_;
};

/// DSC-16: dust after a step that begins with `dust`, in which `produced` is added [Msun/pc^2], a part
/// `loss_per_myr` of it is lost and it grows at `growth_per_myr` (1 - D/Z) out of gas with `metals`. At most `metals`.
double dust_after(double dust, double produced, double loss_per_myr, double growth_per_myr, double metals,
                  double step_myr);

/// What reaches a ring during a step.
struct Supply {
  double inflow_msun_myr_pc2 = 0.0, returned_msun_myr_pc2 = 0.0;
  double recycled_metals_msun_myr_pc2 = 0.0;  ///< metals that dying stars were born with
  double new_metals_msun_myr_pc2 = 0.0;
  double supernovae_myr_pc2 = 0.0;  ///< [1/Myr/pc^2]
};

/// DSC-13: one step of a ring: gas (DSC-14), metals (DSC-15), dust (DSC-16, DSC-17), stars.
void advance(Ring& ring, const SurfaceLaw& law, const Dust& dust, const Supply& supply, double step_myr);

}  // namespace cecropia::disc

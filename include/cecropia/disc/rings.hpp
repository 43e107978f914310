#pragma once
/// \file  The rings of a disc and what one holds. Theory manual: docs/theory/disc.md, DSC-5.
#include <cstddef>
#include <span>
#include <vector>

#include "cecropia/disc/parameters.hpp"

namespace cecropia::disc {

/// Rings whose edges divide [r_min, r_max] equally in log radius.
class RingGrid {
 public:
  /// InternalError unless 0 < r_min < r_max and there is a ring.
  explicit RingGrid(const Mesh& mesh);

  std::size_t size() const { return area_pc2_.size(); }
  const std::vector<double>& edges_pc() const { return edge_pc_; }  ///< size() + 1
  const std::vector<double>& areas_pc2() const { return area_pc2_; }
  double centre_pc(std::size_t ring) const;  ///< geometric mean of the edges

  /// DSC-5: parts of an exponential disc of scale radius `h_pc` that lie in the rings, out of what lies in all of them;
  /// their sum is 1. `parts` has size() entries. All falls into the ring of the scale radius's side if the disc lies
  /// wholly outside the rings.
  void exponential_parts(double h_pc, std::span<double> parts) const;

 private:
  std::vector<double> edge_pc_, area_pc2_;
};

/// Surface densities of one ring, and what its last step did.
struct Ring {
  double gas_msun_pc2 = 0.0, stars_msun_pc2 = 0.0;
  double metals_msun_pc2 = 0.0;  ///< in the gas, those in dust among them
  double dust_msun_pc2 = 0.0;    ///< of the metals, what is solid
  double star_formation_msun_myr_pc2 = 0.0, outflow_msun_myr_pc2 = 0.0, returned_msun_myr_pc2 = 0.0;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.gas_msun_pc2, self.stars_msun_pc2, self.metals_msun_pc2, self.dust_msun_pc2,
            self.star_formation_msun_myr_pc2, self.outflow_msun_myr_pc2, self.returned_msun_myr_pc2);
  }
  double metallicity() const { return gas_msun_pc2 > 0.0 ? metals_msun_pc2 / gas_msun_pc2 : 0.0; }  ///< mass fraction
};

/// Sums over the rings: Msun, Msun/Myr.
struct Totals {
  double gas_msun = 0.0, stars_msun = 0.0, metals_msun = 0.0, dust_msun = 0.0;
  double star_formation_msun_myr = 0.0, outflow_msun_myr = 0.0, returned_msun_myr = 0.0;
  double metallicity_of_new_stars = 0.0;  ///< weighted with star formation; 0 without any
};
Totals totals_of(const RingGrid& grid, std::span<const Ring> rings);

/// Radius [pc] inside which half of the sum of `per_area` (one entry per ring) times area lies; the sum rises linearly
/// with radius inside a ring (CHOICE). 0 if there is nothing.
double half_radius_pc(const RingGrid& grid, std::span<const double> per_area);

/// How metals lie in the gas of a disc, every ring weighted with its star formation: what HII regions would show.
struct MetalProfile {
  double gradient_dex_kpc = 0.0;  ///< slope of log10 Z in radius
  double spread_dex = 0.0;        ///< standard deviation of log10 Z: of single clumps of the disc
};
/// DSC-32. NaN where fewer than two rings form stars of metals (the gradient), or none does.
MetalProfile metal_profile_of(const RingGrid& grid, std::span<const Ring> rings);

}  // namespace cecropia::disc

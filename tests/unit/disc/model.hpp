#pragma once
/// \file  The disc of Toyouchi et al. (2025) as the tests run it: cosmology, yields, kernels made once per step.
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "cecropia/disc/disc.hpp"
#include "cecropia/disc/light.hpp"
#include "cecropia/stars/yield_rows.hpp"

namespace cecropia::testing_disc {

inline const cosmology::Cosmology& planck() {
  static const cosmology::Cosmology c([] {
    cosmology::Parameters p;
    p.omega_m = 0.3111;
    p.omega_b = 0.0489;
    p.h = 0.6766;
    p.sigma_8 = 0.8102;
    p.n_s = 0.9665;
    return p;
  }());
  return c;
}

inline const std::vector<stars::YieldRow>& yields() {
  static const auto rows =
      stars::read_yield_rows(std::string(CECROPIA_SOURCE_DIR) + "/params/yields/nomoto2013_elements.csv");
  return rows;
}

inline const disc::Kernels& kernels(disc::MassiveEjecta massive, double step_myr, std::size_t n_ages) {
  using Key = std::tuple<disc::MassiveEjecta, double, std::size_t>;
  static std::map<Key, disc::Kernels> made;
  const Key key{massive, step_myr, n_ages};
  auto found = made.find(key);
  if (found == made.end())
    found = made.emplace(key, disc::Kernels(disc::Ejecta(yields(), massive), {}, step_myr, n_ages)).first;
  return found->second;
}

/// A disc at one step of its history.
struct Moment {
  double z, m_halo_msun, growth_msun_myr, inflow_msun_myr;
  std::vector<disc::Ring> rings;
  disc::Totals totals;
  disc::Budget budget;

  double sfr_msun_yr() const { return totals.star_formation_msun_myr / 1e6; }
  /// Star formation over the baryons of the halo's growth.
  double efficiency() const { return totals.star_formation_msun_myr / (planck().baryon_fraction() * growth_msun_myr); }
};

/// The halo that has `m_msun` at z = 5, seen at the steps nearest to the redshifts `z`, which descend.
inline std::vector<Moment> follow(const disc::Parameters& p, double m_msun, const std::vector<double>& z,
                                  double step_myr = 1.0) {
  cosmology::MeanGrowth growth;
  growth.m_halo_msun = m_msun;
  growth.longest_step_myr = step_myr;
  const disc::GrowthHistory h = disc::mean_history(planck(), p, growth);
  std::vector<Moment> moments;
  const disc::RingGrid grid(p.mesh);
  disc::evolve(p, kernels(p.stars.massive_ejecta, h.step_myr, h.n_steps()), h, [&](const disc::Disc& d) {
    const std::size_t i = d.n_done();
    if (moments.size() == z.size()) return;
    const double wanted = z[moments.size()];
    const bool last = i == h.n_steps();
    if (!last && std::fabs(h.redshift[i + 1] - wanted) <= std::fabs(h.redshift[i] - wanted)) return;
    moments.push_back({h.redshift[i], h.m_halo_msun[i], h.growth_msun_myr[i], h.inflow_msun_myr[i], d.rings(),
                       disc::totals_of(grid, d.rings()), d.budget()});
  });
  if (moments.size() != z.size()) throw std::runtime_error("a redshift of the test lies outside the history");
  return moments;
}

/// The 21 halos: masses at z = 5 from 1e10 to 1e14 Msun, 0.2 dex apart.
inline std::vector<double> masses_of_21_halos() {
  std::vector<double> m;
  for (int i = 0; i <= 20; ++i) m.push_back(std::pow(10.0, 10.0 + 0.2 * i));
  return m;
}

}  // namespace cecropia::testing_disc

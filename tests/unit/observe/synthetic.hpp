#pragma once
// Invented universes for the observer: levels whose galaxies are known in closed form.
#include <cmath>
#include <functional>
#include <vector>

#include "cecropia/observe/observations.hpp"
#include "cecropia/observe/observer.hpp"

namespace cecropia::observe::synthetic {

inline const std::filesystem::path folder = std::filesystem::path(CECROPIA_SOURCE_DIR) / "params/observations";

/// A detectable galaxy that lies on the FMR with an offset, in a box of volume 1/w.
inline model::Galaxy galaxy(double log_m_star, double sfr, double oh, double log_m_h, double weight) {
  model::Galaxy g;
  g.m_star_msun = std::pow(10, log_m_star);
  g.sfr_10_msun_yr = g.sfr_100_msun_yr = g.sfr_step_msun_yr = sfr;
  g.oh_young = oh;
  g.m_vir_msun = g.m_peak_msun = std::pow(10, log_m_h);
  g.weight_per_cmpc3 = weight;
  return g;
}

using Galaxies = std::function<std::vector<model::Galaxy>(double z)>;

/// Runs an observer over the redshifts (falling) and hands every rank its share: galaxy i goes to rank i % size.
inline Results observe(const Parameters& p, const std::vector<double>& redshifts, const Galaxies& galaxies,
                       double volume_cmpc3, const parallel::Communicator& ranks, const model::LevelSums& filling = {},
                       const std::filesystem::path& observations = folder) {
  const cosmology::Cosmology cosmology;
  tree::ForestInfo info;
  info.source = "synthetic";
  info.volume_cmpc3 = volume_cmpc3;
  Observer observer(p, read_observations(observations), cosmology, info);
  const tree::Forest forest;
  double age_before = 0;
  for (std::size_t i = 0; i < redshifts.size(); ++i) {
    const double age = cosmology.age_myr(redshifts[i]);
    const auto all = galaxies(redshifts[i]);
    std::vector<model::Galaxy> mine;
    for (std::size_t k = 0; k < all.size(); ++k)
      if (static_cast<int>(k) % ranks.size() == ranks.rank()) mine.push_back(all[k]);
    observer.observe_level({forest, {i, redshifts[i], age, i > 0 ? age - age_before : 0.0}, mine, filling});
    age_before = age;
  }
  return observer.finish(ranks);
}

inline std::vector<double> redshifts_from(double first, double last, double step) {
  std::vector<double> z;
  for (int i = 0; first - i * step > last - 1e-9; ++i) z.push_back(first - i * step);
  return z;
}

}  // namespace cecropia::observe::synthetic

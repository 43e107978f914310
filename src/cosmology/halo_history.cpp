#include "cecropia/cosmology/halo_history.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::cosmology {
namespace {

// HAL-7
constexpr double pivot_msun = 1e12, rate_msun_myr = 46.1e6, mass_power = 1.1, redshift_slope = 1.11;

// What has come into a branch since it began, and its mass, at the levels of the tree; between them HAL-9.
struct Growth {
  std::vector<double> age_myr, log_mass, peak_msun, grown_msun;

  double mass_at(double age) const {
    const std::size_t k = interval(age);
    return std::exp(std::lerp(log_mass[k], log_mass[k + 1], way(k, age)));
  }
  double grown_by(double age) const {
    const std::size_t k = interval(age);
    if (age <= age_myr.front()) return grown_msun.front();
    if (age >= age_myr.back()) return grown_msun.back();
    const double step = peak_msun[k + 1] - peak_msun[k];
    if (!(step > 0.0)) return grown_msun[k];
    // the peak follows the mass where that is above the peak so far
    const double share = std::clamp((mass_at(age) - peak_msun[k]) / step, 0.0, 1.0);
    return std::lerp(grown_msun[k], grown_msun[k + 1], share);
  }

 private:
  std::size_t interval(double age) const {
    const auto after = std::upper_bound(age_myr.begin(), age_myr.end(), age) - age_myr.begin();
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(after - 1, 0, std::ssize(age_myr) - 2));
  }
  double way(std::size_t k, double age) const {
    return std::clamp((age - age_myr[k]) / (age_myr[k + 1] - age_myr[k]), 0.0, 1.0);
  }
};

std::size_t edge_after(const TimeGrid& grid, double age_myr) {
  const double steps = std::ceil((age_myr - grid.begin_myr) / grid.step_myr - 1e-9);
  return static_cast<std::size_t>(std::clamp(steps, 0.0, static_cast<double>(grid.n_steps)));
}

}  // namespace

double mean_growth_msun_myr(const Cosmology& c, double m_halo_msun, double z) {
  return rate_msun_myr * std::pow(m_halo_msun / pivot_msun, mass_power) * (1.0 + redshift_slope * z) *
         std::sqrt(c.e2(z));
}

double mean_mass_msun(const Cosmology& c, double m_halo_msun, double z_known, double z) {
  constexpr double power = mass_power - 1.0;
  const double hubble_per_myr = c.hubble_per_s(0.0) * constants::myr_s;
  const double way = redshift_slope * (z - z_known) - (redshift_slope - 1.0) * std::log((1.0 + z) / (1.0 + z_known));
  const double x =
      std::pow(m_halo_msun / pivot_msun, -power) + power * rate_msun_myr / pivot_msun / hubble_per_myr * way;
  if (!(x > 0.0)) throw InternalError("a halo on the mean growth law becomes infinitely heavy before this redshift");
  return pivot_msun * std::pow(x, -1.0 / power);
}

TimeGrid time_grid(double begin_myr, double end_myr, double longest_step_myr) {
  if (!(end_myr > begin_myr && longest_step_myr > 0.0))
    throw InternalError("a history needs a begin before its end and a positive step");
  const double n_steps = std::ceil((end_myr - begin_myr) / longest_step_myr);
  return {begin_myr, (end_myr - begin_myr) / n_steps, static_cast<std::size_t>(n_steps)};
}

HaloHistory mean_halo_history(const Cosmology& c, const MeanGrowth& growth) {
  const TimeGrid grid = time_grid(c.age_myr(growth.z_begin), c.age_myr(growth.z_end), growth.longest_step_myr);
  HaloHistory h;
  h.step_myr = grid.step_myr;
  for (std::size_t i = 0; i <= grid.n_steps; ++i) {
    const double z = c.redshift_at(grid.at(i));
    const double m = mean_mass_msun(c, growth.m_halo_msun, growth.z_known, z);
    h.redshift.push_back(z);
    h.m_halo_msun.push_back(m);
    h.growth_msun_myr.push_back(mean_growth_msun_myr(c, m, z));
  }
  return h;
}

std::vector<BranchHistory> branch_histories(const Cosmology& c, std::span<const Branch> branches, const TimeGrid& grid,
                                            const Branching& choices) {
  std::vector<Growth> growths;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    const Branch& branch = branches[b];
    if (branch.age_myr.empty() || branch.age_myr.size() != branch.m_halo_msun.size())
      throw InternalError("a branch needs a mass at every age, and one age at least");
    if (branch.into && *branch.into >= b) throw InternalError("a branch stands after the one that it merges with");
    Growth g;
    g.age_myr = branch.age_myr;
    double peak = 0.0;
    for (const double m : branch.m_halo_msun) {
      peak = std::max(peak, m);
      g.log_mass.push_back(std::log(m));
      g.peak_msun.push_back(peak);
    }
    if (branch.into && branch.merges_myr > g.age_myr.back()) {  // it keeps its mass until it merges
      g.age_myr.push_back(branch.merges_myr);
      g.log_mass.push_back(g.log_mass.back());
      g.peak_msun.push_back(peak);
    }
    if (g.age_myr.size() == 1) {  // seen once: it lives for a step
      g.age_myr.push_back(g.age_myr.back() + grid.step_myr);
      g.log_mass.push_back(g.log_mass.back());
      g.peak_msun.push_back(peak);
    }
    g.grown_msun = g.peak_msun;
    growths.push_back(std::move(g));
  }
  // HAL-10: what a merging branch brings has grown already, and does not grow again in the branch that takes it.
  for (std::size_t b = branches.size(); b-- > 0;) {
    if (!branches[b].into) continue;
    Growth& taker = growths[*branches[b].into];
    const double brought = growths[b].peak_msun.back();
    for (std::size_t k = 0; k < taker.age_myr.size(); ++k)
      if (taker.age_myr[k] >= branches[b].merges_myr - 1e-6) taker.grown_msun[k] -= brought;
  }
  std::vector<BranchHistory> histories;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    Growth& g = growths[b];
    // a branch that took in more than it gained gives nothing back: it owes, and its next growth pays
    double most = g.peak_msun.front();
    for (double& grown : g.grown_msun) grown = most = std::max(most, grown);

    const double end_myr = branches[b].into ? branches[b].merges_myr : grid.at(grid.n_steps);
    if (!(g.age_myr.front() < grid.at(grid.n_steps) && end_myr <= grid.at(grid.n_steps) + 1e-6 * grid.step_myr))
      throw InternalError("a branch begins and merges inside the time of its tree");
    BranchHistory made;
    made.into = branches[b].into;
    const double steps_before = std::floor((g.age_myr.front() - grid.begin_myr) / grid.step_myr + 1e-9);
    made.first_step = static_cast<std::size_t>(std::max(0.0, steps_before));
    const std::size_t last = std::max(made.first_step + 1, edge_after(grid, end_myr));
    HaloHistory& h = made.history;
    h.step_myr = grid.step_myr;
    double grown = choices.first_mass_is_growth ? 0.0 : g.grown_by(grid.at(made.first_step));
    for (std::size_t i = made.first_step; i <= last; ++i) {
      const double age = grid.at(i), by_now = i == made.first_step ? grown : g.grown_by(age);
      h.redshift.push_back(c.redshift_at(age));
      h.m_halo_msun.push_back(g.mass_at(age));
      h.growth_msun_myr.push_back((by_now - grown) / grid.step_myr);
      grown = by_now;
    }
    histories.push_back(std::move(made));
  }
  return histories;
}

}  // namespace cecropia::cosmology
